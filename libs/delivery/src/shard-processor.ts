import { Processor, WorkerHost } from '@nestjs/bullmq';
import type { Type } from '@nestjs/common';
import type { Token, TokenWorker } from './queue/backend.js';
import { Turns } from './turn/turns.js';

/** Tokens at a time: for more turns than may run, so that these can choose whose turn it is. */
const CONCURRENCY = 64;
/** BullMQ's 30 s would leave the endpoints of a dead dispatcher waiting for that long. */
const LOCK_MS = 4_000;
const STALLED_CHECK_MS = 2_000;
/** A token that outlived many dispatchers is still a good token. */
const MOST_STALLS = 1_000;
/** After the queue failed; BullMQ's 15 s would be felt. */
const RETRY_MS = 1_000;

/** Takes the tokens of one shard. */
export abstract class ShardProcessor extends WorkerHost<TokenWorker> {
  constructor(private readonly turns: Turns) {
    super();
  }

  /** Endpoints are sent by whoever holds their lease; a token only brings them to mind. */
  async process({ data }: { data: Token }): Promise<void> {
    await Promise.all(data.e.map((endpointId) => this.turns.run(endpointId)));
  }
}

/** The processor class of one shard: `@nestjs/bullmq` knows processors by class, so each queue needs its own. */
export function shardProcessor(queueName: string): Type<ShardProcessor> {
  class OneShardProcessor extends ShardProcessor {
    constructor(turns: Turns) {
      super(turns);
    }
  }
  Reflect.defineMetadata('design:paramtypes', [Turns], OneShardProcessor);
  Processor(queueName, {
    // The dispatcher starts it once everything it needs is there.
    autorun: false,
    concurrency: CONCURRENCY,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: MOST_STALLS,
    runRetryDelay: RETRY_MS,
  })(OneShardProcessor);
  return OneShardProcessor;
}
