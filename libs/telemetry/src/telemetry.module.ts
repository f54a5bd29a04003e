import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from './logger.js';
import { Metrics } from './metrics.js';
import { openTracing } from './open-tracing.js';
import { Tracing, type TracingOptions } from './tracing.js';

/** Inject with `@Inject(LOGGER) log: Logger`. */
export const LOGGER = Symbol('LOGGER');

/** One logger, one set of metrics and one tracing for every module of the process. */
@Module({})
export class TelemetryModule implements OnApplicationShutdown {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly tracing: Tracing,
  ) {}

  static forLogger(logger: Logger, tracing: TracingOptions | null = null): DynamicModule {
    return {
      module: TelemetryModule,
      global: true,
      providers: [
        { provide: LOGGER, useValue: logger },
        Metrics,
        {
          provide: Tracing,
          useFactory: (metrics: Metrics) => openTracing(tracing, metrics, logger),
          inject: [Metrics],
        },
      ],
      exports: [LOGGER, Metrics, Tracing],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tracing.close();
    this.logger.flush();
  }
}
