import { type DynamicModule, Module, type OnApplicationShutdown, Inject } from '@nestjs/common';
import type { Logger } from './logger.js';
import { Metrics } from './metrics.js';

/** Inject with `@Inject(LOGGER) log: Logger`. */
export const LOGGER = Symbol('LOGGER');

/** One logger and one set of metrics for every module of the process. */
@Module({})
export class TelemetryModule implements OnApplicationShutdown {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  static forLogger(logger: Logger): DynamicModule {
    return {
      module: TelemetryModule,
      global: true,
      providers: [{ provide: LOGGER, useValue: logger }, Metrics],
      exports: [LOGGER, Metrics],
    };
  }

  onApplicationShutdown(): void {
    this.logger.flush();
  }
}
