import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger, Metrics } from '#libs/telemetry';
import type { Counter } from 'prom-client';
import { BELL, type Bell } from './bell.js';
import { RingRate } from './ring-rate.js';
import { RingSpacing } from './ring-spacing.js';
import { sparingly } from './sparingly.js';
import { withinTime } from './within-time.js';

const GIVE_UP_MS = 5_000;
const COMPLAIN_EVERY_MS = 10_000;
/** An endpoint that was rung less than this ago waits until it is over. */
const SPACING_MS = 10;
/** Between two messages of a process, unless the first is full: who is rung meanwhile shares the second. */
const GATHER_MS = 2;
/** Above so many rings a second a message costs more than it saves by going early: they go further apart, by the cube. */
const UNHURRIED_PER_SECOND = 2_000;
const MOST_GATHERS = 6;
/** Endpoints in a message. */
const MOST_ENDPOINTS = 64;

/**
 * Tells the dispatchers that endpoints may have work. A hint: what is lost here is found by the sweep within a second.
 * However often an endpoint is rung, it reaches the queue once in ten milliseconds, the first time at once. Endpoints that
 * are rung within a few milliseconds share a message.
 */
@Injectable()
export class Rings {
  private readonly pending = new Set<string>();
  private readonly spacing = new RingSpacing(SPACING_MS, (endpointId) => this.ring([endpointId]));
  private readonly rate = new RingRate();
  private readonly lost: Counter;
  private hear: (endpointId: string) => boolean = () => false;
  private timer: NodeJS.Timeout | null = null;
  private isRinging = false;
  private sentAt = Number.NEGATIVE_INFINITY;
  private readonly complain: (error: unknown) => void;

  constructor(
    @Inject(BELL) private readonly bell: Bell,
    @Inject(LOGGER) log: Logger,
    metrics: Metrics,
  ) {
    this.complain = sparingly(COMPLAIN_EVERY_MS, (error) =>
      log.warn({ err: error }, 'the queue is away; the sweep will ring'),
    );
    this.lost = metrics.counter({
      name: 'rings_lost_total',
      help: 'Rings the queue did not take; the sweep makes up for them',
    });
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
    // Who is ringing goes on when it comes back.
    if (this.pending.size === 0 || this.isRinging) return;
    const now = performance.now();
    const restMs = this.sentAt + this.gatherMs(now) - now;
    if (restMs > 0 && this.pending.size < MOST_ENDPOINTS) return this.sendLater(restMs);
    this.sentAt = now;
    void this.sendNow(this.takePending());
  }

  private gatherMs(now: number): number {
    const hurry = this.rate.perSecond(now) / UNHURRIED_PER_SECOND;
    return GATHER_MS * Math.min(MOST_GATHERS, Math.max(1, hurry ** 3));
  }

  private sendLater(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.send();
    }, ms).unref();
  }

  private takePending(): string[] {
    const endpointIds = [...this.pending].slice(0, MOST_ENDPOINTS);
    for (const endpointId of endpointIds) this.pending.delete(endpointId);
    return endpointIds;
  }

  private async sendNow(endpointIds: string[]): Promise<void> {
    this.isRinging = true;
    try {
      // A connection that hangs must not keep every later ring waiting.
      await withinTime(this.bell.ring(endpointIds), GIVE_UP_MS, 'the queue did not take a ring in time');
    } catch (error) {
      this.lost.inc(endpointIds.length);
      this.complain(error);
    }
    this.isRinging = false;
    this.send();
  }
}
