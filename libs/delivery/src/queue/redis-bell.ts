import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '#libs/telemetry';
import { Redis, type RedisOptions } from 'ioredis';
import type { Bell, Hear } from './bell.js';
import { sparingly } from './sparingly.js';
import { withinTime } from './within-time.js';

/** A sorted set: who was rung, by when. However often an endpoint is rung, it is in there once, so it never outgrows them. */
const KEY = 'atsume:rings';
/** Few enough that several dispatchers share a sweep's work. */
const AT_A_TIME = 16;
/** Rings under way in this process, above which the next ones are left for others. */
const MOST_UNDER_WAY = 256;
const WAIT_SECONDS = 5;
const RETRY_MS = 1_000;
const COMPLAIN_EVERY_MS = 10_000;

/** A ring that cannot be sent now is not worth keeping: the sweep rings again. */
const IMPATIENT: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 5_000,
  commandTimeout: 5_000,
  retryStrategy: (times) => Math.min(100 * times, 2_000),
};

/** One that fails is replaced by a new one. */
const LISTENING: RedisOptions = { connectTimeout: 5_000, maxRetriesPerRequest: 0, retryStrategy: () => null };

/** Rings through Redis (7 or later: `BZMPOP`). Listeners take them out in the order they came. */
export class RedisBell implements Bell {
  private readonly redis: Redis;
  private listening: Redis | null = null;
  private isListening = false;
  private readonly complain: (error: unknown) => void;

  constructor(
    private readonly url: string,
    log: Logger,
  ) {
    this.complain = sparingly(COMPLAIN_EVERY_MS, (error) => log.warn({ err: error }, 'no rings from Redis'));
    this.redis = new Redis(url, IMPATIENT);
    // Whoever rings hears of it.
    this.redis.on('error', () => {});
  }

  async ring(endpointIds: readonly string[]): Promise<void> {
    const now = Date.now();
    await this.redis.zadd(KEY, 'NX', ...endpointIds.flatMap((endpointId) => [now, endpointId]));
  }

  listen(hear: Hear): void {
    this.isListening = true;
    void this.keepListening(hear);
  }

  async stopListening(): Promise<void> {
    this.isListening = false;
    this.hangUp();
  }

  async check(): Promise<void> {
    await this.redis.ping();
  }

  async close(): Promise<void> {
    await this.stopListening();
    this.redis.disconnect();
  }

  private async keepListening(hear: Hear): Promise<void> {
    while (this.isListening) {
      const redis = new Redis(this.url, LISTENING);
      redis.on('error', () => {});
      this.listening = redis;
      try {
        await this.hearFrom(redis, hear);
      } catch (error) {
        if (this.isListening) this.complain(error);
      }
      this.hangUp();
      await pause(RETRY_MS, undefined, { ref: false });
    }
  }

  /** Once: told again when its socket is closed already, the client would keep the process up for two seconds. */
  private hangUp(): void {
    this.listening?.disconnect();
    this.listening = null;
  }

  private async hearFrom(redis: Redis, hear: Hear): Promise<void> {
    const underWay = new Set<Promise<void>>();
    while (this.isListening) {
      if (underWay.size >= MOST_UNDER_WAY) await Promise.race(underWay);
      // It answers in time, be it that there is nothing, or its connection is dead.
      for (const endpointId of await withinTime(take(redis), 2_000 * WAIT_SECONDS, 'Redis does not answer')) {
        const heard = hear(endpointId).finally(() => underWay.delete(heard));
        underWay.add(heard);
      }
    }
  }
}

/** Key, and members with their scores. */
type Taken = [string, [string, string][]];

/** Those rung longest ago; waits a while for the first one. */
async function take(redis: Redis): Promise<string[]> {
  const taken = (await redis.bzmpop(WAIT_SECONDS, 1, KEY, 'MIN', 'COUNT', AT_A_TIME)) as Taken | null;
  return taken === null ? [] : taken[1].map(([endpointId]) => endpointId);
}
