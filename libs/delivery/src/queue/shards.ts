import { POSTGRES_QUEUE } from '#libs/store';

const REDIS_QUEUES = ['deliveries-0', 'deliveries-1', 'deliveries-2', 'deliveries-3'];

/** The queues of one backend. Any of them may carry any token. */
export class Shards {
  constructor(readonly names: readonly string[]) {}

  /** Redis takes four, so that a cluster can spread them; PostgreSQL's queue is one table whatever we do. */
  static forBackend(redisUrl: string | null): Shards {
    return new Shards(redisUrl === null ? [POSTGRES_QUEUE] : REDIS_QUEUES);
  }
}

/** The hash tag in braces keeps one shard's keys on one node of a Redis Cluster. */
export function shardPrefix(shard: number): string {
  return `{wh-${shard}}`;
}
