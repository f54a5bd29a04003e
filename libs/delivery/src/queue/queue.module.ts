import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '#libs/config';
import { Database } from '#libs/store';
import { LOGGER, type Logger } from '#libs/telemetry';
import { BELL, type Bell } from './bell.js';
import { PostgresBell } from './postgres-bell.js';
import { QueueHealth } from './queue-health.js';
import { RedisBell } from './redis-bell.js';
import { Rings } from './rings.js';

/**
 * What publishers need, once per process: rings, over Redis where there is one, else over the store's PostgreSQL.
 * Everything in them is a hint that may be lost. Stands on `PlatformModule`.
 */
@Module({})
export class QueueModule implements OnApplicationShutdown {
  constructor(@Inject(BELL) private readonly bell: Bell) {}

  static forRoot({ redisUrl }: Pick<Config, 'redisUrl'>): DynamicModule {
    const bell = {
      provide: BELL,
      useFactory: (database: Database, log: Logger): Bell =>
        redisUrl === null ? new PostgresBell(database, log) : new RedisBell(redisUrl, log),
      inject: [Database, LOGGER],
    };
    return {
      module: QueueModule,
      global: true,
      providers: [bell, Rings, QueueHealth],
      exports: [BELL, Rings, QueueHealth],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bell.close();
  }
}
