import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LOGGER, type Logger, Metrics } from '#libs/telemetry';
import type { Counter } from 'prom-client';
import type { TokenQueue } from './backend.js';
import { RingSpacing } from './ring-spacing.js';
import { Shards } from './shards.js';

/** The queues, one per shard, in the order of {@link Shards}. */
export const TOKEN_QUEUES = Symbol('TOKEN_QUEUES');

const TOKEN_NAME = 'ring';
const GIVE_UP_MS = 5_000;
const COMPLAIN_EVERY_MS = 10_000;
const BULK = 200;
/** An endpoint that was rung less than this ago waits until it is over. */
const SPACING_MS = 10;

/** What waits to be rung in one shard, and whether a call is on its way. */
interface Bell {
  queue: TokenQueue;
  pending: Set<string>;
  ringing: boolean;
}

/**
 * Tells the dispatchers that endpoints may have work. A hint: what is lost here is found by the sweep within a second.
 * However often an endpoint is rung, it reaches the queue once in ten milliseconds, the first time at once; at most one
 * call per shard is on its way and one more waits.
 */
@Injectable()
export class Rings implements OnModuleInit {
  private readonly bells: Bell[];
  private readonly lost: Counter;
  private complainedAt = -COMPLAIN_EVERY_MS;
  private readonly spacing = new RingSpacing(SPACING_MS, (endpointId) => this.ring([endpointId]));

  constructor(
    @Inject(TOKEN_QUEUES) queues: readonly TokenQueue[],
    private readonly shards: Shards,
    @Inject(LOGGER) private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.bells = queues.map((queue) => ({ queue, pending: new Set(), ringing: false }));
    this.lost = metrics.counter({
      name: 'rings_lost_total',
      help: 'Rings the queue did not take; the sweep makes up for them',
    });
  }

  onModuleInit(): void {
    for (const { queue } of this.bells) queue.on('error', (error) => this.complain(error));
  }

  /** Rings endpoints whose work is committed. Returns at once and never throws; nobody needs to wait for it. */
  ring(endpointIds: readonly string[]): void {
    for (const endpointId of endpointIds) {
      if (this.spacing.admits(endpointId)) this.bells[this.shards.of(endpointId)]?.pending.add(endpointId);
    }
    for (const bell of this.bells) {
      if (!bell.ringing && bell.pending.size > 0) void this.ringAll(bell);
    }
  }

  private async ringAll(bell: Bell): Promise<void> {
    bell.ringing = true;
    while (bell.pending.size > 0) {
      const endpointIds = [...bell.pending].slice(0, BULK);
      for (const endpointId of endpointIds) bell.pending.delete(endpointId);
      try {
        await withinTime(add(bell.queue, endpointIds));
      } catch (error) {
        this.lost.inc(endpointIds.length);
        this.complain(error);
      }
    }
    bell.ringing = false;
  }

  private complain(error: unknown): void {
    if (performance.now() - this.complainedAt < COMPLAIN_EVERY_MS) return;
    this.complainedAt = performance.now();
    this.log.warn({ err: error }, 'the queue is away; the sweep will ring');
  }
}

function add(queue: TokenQueue, endpointIds: readonly string[]): Promise<unknown> {
  const jobs = endpointIds.map((endpointId) => ({
    name: TOKEN_NAME,
    data: { e: endpointId },
    opts: {
      // A ring while its endpoint is served makes exactly one more turn afterwards.
      deduplication: { id: endpointId, keepLastIfActive: true },
      removeOnComplete: true,
      removeOnFail: true,
      attempts: 1,
    },
  }));
  const [only] = jobs;
  return only && jobs.length === 1 ? queue.add(only.name, only.data, only.opts) : queue.addBulk(jobs);
}

/** A connection that hangs must not keep every later ring waiting. */
async function withinTime(call: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the queue did not take a ring in time')), GIVE_UP_MS);
  });
  call.catch(() => {});
  try {
    await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
