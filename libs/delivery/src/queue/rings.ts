import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LOGGER, type Logger, Metrics } from '#libs/telemetry';
import type { Counter } from 'prom-client';
import type { TokenQueue } from './backend.js';
import { RingRate } from './ring-rate.js';
import { RingSpacing } from './ring-spacing.js';
import { Shards } from './shards.js';

/** The queues, one per shard, in the order of `Shards`. */
export const TOKEN_QUEUES = Symbol('TOKEN_QUEUES');

const TOKEN_NAME = 'ring';
const GIVE_UP_MS = 5_000;
const COMPLAIN_EVERY_MS = 10_000;
/** An endpoint that was rung less than this ago waits until it is over. */
const SPACING_MS = 10;
/** Above so many rings a second a token costs more than it saves by going early: they go further apart, by the cube. */
const UNHURRIED_PER_SECOND = 2_000;
const MOST_GATHERS = 6;
/** Tokens in a queue above which no more are added: nobody takes them, or not fast enough, and the sweep rings as well. */
const MOST_TOKENS = 500;
const LOOK_EVERY_MS = 1_000;
const TOKEN_OPTIONS = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

/** One queue, and whether a call to it is on its way. */
interface Bell {
  queue: TokenQueue;
  isRinging: boolean;
  isFull: boolean;
  lookedAt: number;
}

/**
 * Tells the dispatchers that endpoints may have work. A hint: what is lost here is found by the sweep within a second.
 * However often an endpoint is rung, it reaches the queue once in ten milliseconds, the first time at once. Endpoints that
 * are rung within a few milliseconds share a token, and any queue may carry it.
 */
@Injectable()
export class Rings implements OnModuleInit {
  private readonly bells: Bell[];
  private readonly pending = new Set<string>();
  private readonly spacing = new RingSpacing(SPACING_MS, (endpointId) => this.ring([endpointId]));
  private readonly rate = new RingRate();
  private readonly lost: Counter;
  private hear: (endpointId: string) => boolean = () => false;
  private timer: NodeJS.Timeout | null = null;
  private next = 0;
  private sentAt = Number.NEGATIVE_INFINITY;
  private complainedAt = Number.NEGATIVE_INFINITY;

  constructor(
    @Inject(TOKEN_QUEUES) queues: readonly TokenQueue[],
    private readonly shards: Shards,
    @Inject(LOGGER) private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.bells = queues.map((queue) => ({
      queue,
      isRinging: false,
      isFull: false,
      lookedAt: Number.NEGATIVE_INFINITY,
    }));
    this.lost = metrics.counter({
      name: 'rings_lost_total',
      help: 'Rings the queue did not take; the sweep makes up for them',
    });
  }

  onModuleInit(): void {
    for (const { queue } of this.bells) queue.on('error', (error) => this.complain(error));
  }

  /** Where this process delivers too: says whether it sees to an endpoint itself, which then costs the queue nothing. */
  hearHere(hear: (endpointId: string) => boolean): void {
    this.hear = hear;
  }

  /** Rings endpoints whose work is committed. Returns at once and never throws; nobody needs to wait for it. */
  ring(endpointIds: readonly string[]): void {
    this.rate.add(endpointIds.length, performance.now());
    for (const endpointId of endpointIds) {
      if (this.spacing.admits(endpointId) && !this.hear(endpointId)) this.pending.add(endpointId);
    }
    this.send();
  }

  private send(): void {
    if (this.pending.size === 0) return;
    const now = performance.now();
    const restMs = this.sentAt + this.gatherMs(now) - now;
    if (restMs > 0 && this.pending.size < this.shards.mostEndpoints) return this.sendLater(restMs);
    const bell = this.freeBell();
    // Who comes back first goes on.
    if (!bell) return;
    this.sentAt = now;
    void this.sendTo(bell, this.takePending());
    this.send();
  }

  private gatherMs(now: number): number {
    const hurry = this.rate.perSecond(now) / UNHURRIED_PER_SECOND;
    return this.shards.gatherMs * Math.min(MOST_GATHERS, Math.max(1, hurry ** 3));
  }

  /** In turn, so that all queues have the same to carry. */
  private freeBell(): Bell | null {
    for (let tried = 0; tried < this.bells.length; tried++) {
      const bell = this.bells[this.next++ % this.bells.length];
      if (bell && !bell.isRinging) return bell;
    }
    return null;
  }

  private sendLater(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.send();
    }, ms).unref();
  }

  private takePending(): string[] {
    const endpointIds = [...this.pending].slice(0, this.shards.mostEndpoints);
    for (const endpointId of endpointIds) this.pending.delete(endpointId);
    return endpointIds;
  }

  private async sendTo(bell: Bell, endpointIds: string[]): Promise<void> {
    bell.isRinging = true;
    try {
      await withinTime(this.add(bell, endpointIds));
    } catch (error) {
      this.lost.inc(endpointIds.length);
      this.complain(error);
    }
    bell.isRinging = false;
    this.send();
  }

  private async add(bell: Bell, endpointIds: string[]): Promise<void> {
    this.lookAt(bell);
    if (bell.isFull) this.lost.inc(endpointIds.length);
    else await bell.queue.add(TOKEN_NAME, { e: endpointIds }, TOKEN_OPTIONS);
  }

  /** Notes now and then whether a queue is full; nobody waits for that. */
  private lookAt(bell: Bell): void {
    if (performance.now() - bell.lookedAt < LOOK_EVERY_MS) return;
    bell.lookedAt = performance.now();
    bell.queue.getWaitingCount().then(
      (count) => (bell.isFull = count >= MOST_TOKENS),
      (error: unknown) => this.complain(error),
    );
  }

  private complain(error: unknown): void {
    if (performance.now() - this.complainedAt < COMPLAIN_EVERY_MS) return;
    this.complainedAt = performance.now();
    this.log.warn({ err: error }, 'the queue is away; the sweep will ring');
  }
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
