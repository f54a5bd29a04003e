import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '#libs/config';
import { configureHttp, createHttpAdapter } from '#libs/http';
import { LOGGER, type Logger, Metrics, NestLog, Tracing } from '#libs/telemetry';

/**
 * A process's application over its root module (which brings `PlatformModule` and `QueueModule`); not yet listening.
 * Whoever starts it also stops it: `app.close()` lets requests under way finish.
 */
export async function createProcessApp(
  rootModule: Type | DynamicModule,
  config: Config,
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(rootModule, createHttpAdapter(config), {
    bodyParser: false,
    // A start that fails must reach the one who called, who words it; Nest would end the process.
    abortOnError: false,
    bufferLogs: true,
  });
  const log = app.get<Logger>(LOGGER);
  app.useLogger(new NestLog(log));
  await configureHttp(app.getHttpAdapter().getInstance(), log, app.get(Metrics), app.get(Tracing));
  return app;
}
