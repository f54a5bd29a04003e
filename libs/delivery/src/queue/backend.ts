import {
  Queue,
  type QueueOptions,
  Worker,
  type WorkerOptions,
  createPostgresBackend,
  createRedisBackend,
} from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Pool } from 'pg';

/** What carries the tokens: the store's own pool, or a Redis client that gives up at once while Redis is away. */
export type QueueConnection = Pool | Redis;

/** A queue of endpoint tokens on whichever backend its connection belongs to. */
export class TokenQueue extends Queue<Token> {
  constructor(name: string, options: QueueOptions) {
    super(name, options, backendOf(options.connection));
  }
}

/** The consumer of a {@link TokenQueue}. On Redis it waits on a connection of its own, which is patient. */
export class TokenWorker extends Worker<Token> {
  private readonly patient: Redis | null;
  private isHungUp = false;
  private readonly abandoned = Promise.withResolvers<void>();

  constructor(name: string, process: (job: { data: Token }) => Promise<unknown>, options: WorkerOptions) {
    const { connection } = options;
    const patient = connection instanceof Redis ? connection.duplicate(PATIENT) : null;
    super(name, process, { ...options, connection: patient ?? connection }, backendOf(connection));
    this.patient = patient;
    patient?.on('error', (error) => this.emit('error', error));
  }

  override async close(force?: boolean): Promise<void> {
    await Promise.race([super.close(force), this.abandoned.promise]);
    this.hangUp();
  }

  /** Ends a {@link close} that waits for a Redis which does not answer: a client that is reconnecting never says it ended. */
  abandon(): void {
    this.hangUp();
    this.lockManager.close().catch(() => {});
    this.abandoned.resolve();
  }

  /** Once: told again when its socket is closed already, the client would keep the process up for two seconds. */
  private hangUp(): void {
    if (!this.isHungUp) this.patient?.disconnect();
    this.isHungUp = true;
  }
}

/** "These endpoints may have work", and nothing else. */
export interface Token {
  e: readonly string[];
}

const PATIENT: RedisOptions = { enableOfflineQueue: true, maxRetriesPerRequest: null };

/** A ring that cannot be sent now is not worth keeping: the sweep rings again. */
export function connectRedis(url: string): Redis {
  return new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 5_000,
    retryStrategy: (times) => Math.min(100 * times, 2_000),
  });
}

function backendOf(connection: unknown): typeof createRedisBackend {
  // Queue and Worker are typed for Redis unless told otherwise; what they call is the same on both.
  return connection instanceof Redis
    ? createRedisBackend
    : (createPostgresBackend as unknown as typeof createRedisBackend);
}
