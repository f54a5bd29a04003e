import { POSTGRES_QUEUE } from '#libs/store';

const REDIS_QUEUES = ['deliveries-0', 'deliveries-1', 'deliveries-2', 'deliveries-3'];

/** The queues of one backend. Any of them may carry any token. */
export class Shards {
  constructor(
    readonly names: readonly string[],
    /** Milliseconds between two tokens of a process, unless the first is full: who is rung meanwhile shares the second. */
    readonly gatherMs: number,
    /** Endpoints in a token: few enough that several dispatchers share a sweep's work. */
    readonly mostEndpoints: number,
  ) {}

  /**
   * Redis takes four, so that a cluster can spread them; PostgreSQL's queue is one table whatever we do, and a token there
   * costs more processor time than waiting a little for company costs anyone.
   */
  static forBackend(redisUrl: string | null): Shards {
    return redisUrl === null ? new Shards([POSTGRES_QUEUE], 4, 64) : new Shards(REDIS_QUEUES, 2, 16);
  }
}

/** The hash tag in braces keeps one shard's keys on one node of a Redis Cluster. */
export function shardPrefix(shard: number): string {
  return `{wh-${shard}}`;
}
