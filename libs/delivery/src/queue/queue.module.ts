import { setTimeout as pause } from 'node:timers/promises';
import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '#libs/config';
import { Database } from '#libs/store';
import { Redis } from 'ioredis';
import { type QueueConnection, TokenQueue, TokenWorker, connectRedis } from './backend.js';
import { queuePool } from './queue-pool.js';
import { QueueHealth } from './queue-health.js';
import { Rings, TOKEN_QUEUES } from './rings.js';
import { Shards, shardPrefix } from './shards.js';

const GOODBYE_MS = 1_000;
const QUEUE_CONNECTION = Symbol('QUEUE_CONNECTION');

/** Owns what the queue is reached over: the Redis connection that rings, or a small pool on the store's PostgreSQL. */
@Global()
@Module({})
class QueueConnectionModule implements OnApplicationShutdown {
  constructor(@Inject(QUEUE_CONNECTION) private readonly connection: QueueConnection) {}

  static forRoot(redisUrl: string | null): DynamicModule {
    return {
      module: QueueConnectionModule,
      providers: [
        {
          provide: QUEUE_CONNECTION,
          useFactory: (database: Database) => (redisUrl === null ? queuePool(database) : connectRedis(redisUrl)),
          inject: [Database],
        },
      ],
      exports: [QUEUE_CONNECTION],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.connection instanceof Redis) this.connection.disconnect();
    // A connection that somebody still holds must not hold up the end of the process.
    else await Promise.race([this.connection.end(), pause(GOODBYE_MS, undefined, { ref: false })]);
  }
}

/**
 * What publishers need, once per process: the queues of endpoint tokens, BullMQ on Redis where there is one, else on the
 * store's PostgreSQL. Everything in them is a hint that may be lost. Stands on `PlatformModule`.
 */
@Module({})
export class QueueModule {
  static forRoot({ redisUrl }: Pick<Config, 'redisUrl'>): DynamicModule {
    BullModule.queueClass = TokenQueue;
    BullModule.workerClass = TokenWorker;
    const shards = Shards.forBackend(redisUrl);
    const queues = shards.names.map((name, shard) =>
      BullModule.registerQueueAsync({
        name,
        inject: [QUEUE_CONNECTION],
        useFactory: (connection: QueueConnection) => ({
          name,
          prefix: shardPrefix(shard),
          // BullMQ's types know Redis connections only; its PostgreSQL backend takes the pool in the same place.
          connection: connection as Redis,
        }),
      }),
    );
    return {
      module: QueueModule,
      global: true,
      imports: [QueueConnectionModule.forRoot(redisUrl), ...queues],
      providers: [
        { provide: Shards, useValue: shards },
        {
          provide: TOKEN_QUEUES,
          useFactory: (...found: TokenQueue[]) => found,
          inject: shards.names.map((name) => getQueueToken(name)),
        },
        Rings,
        QueueHealth,
      ],
      exports: [Shards, TOKEN_QUEUES, Rings, QueueHealth],
    };
  }
}
