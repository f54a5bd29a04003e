import { Test } from '@nestjs/testing';
import { ConfigModule, readConfig } from '#libs/config';
import { StoreModule } from '#libs/store';
import { Metrics, TelemetryModule, Tracing, createLogger, type TracingOptions } from '#libs/telemetry';
import { Engine, EngineModule } from '../src/index.js';
import { RequestLog } from '../src/log/request-log.js';

/** The engine of one process. */
export interface EngineDesk {
  engine: Engine;
  metrics: Metrics;
  tracing: Tracing;
  /** Writes the request log now. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** An engine with connections of its own to a database, as a process has it. */
export async function startEngine(databaseUrl: string, tracing: TracingOptions | null = null): Promise<EngineDesk> {
  const options = { url: databaseUrl, poolSize: 4, applicationName: 'test', onError: () => {} };
  const testing = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(readConfig({ ATSUME_ALLOW_PRIVATE_TARGETS: 'true' }, false)),
      StoreModule.forRoot(options, [{ id: 'k1', key: Buffer.alloc(32) }]),
      TelemetryModule.forLogger(createLogger({ name: 'test', level: 'silent' }), tracing),
      EngineModule,
    ],
  }).compile();
  await testing.init();
  return {
    engine: testing.get(Engine),
    metrics: testing.get(Metrics),
    tracing: testing.get(Tracing),
    flush: () => testing.get(RequestLog).flush(),
    close: () => testing.close(),
  };
}
