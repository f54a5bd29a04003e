import type { Reply } from '../kind.js';
import { type Breaker, breakerPauseMs } from '../pace/breaker.js';
import { Rate } from '../pace/rate.js';
import { SendWindow } from '../pace/send-window.js';
import type { Held, TurnEnd } from './turn-store.js';

/**
 * How fast one turn may go, and what it learns about its endpoint on the way: the window, the rate, the breaker. Starts
 * from what the last turn left and says at the end what to keep.
 */
export class Pacing {
  private readonly window: SendWindow;
  private readonly rate: Rate;
  private readonly startedAt = performance.now();
  private breakerState: 'CLOSED' | 'OPEN';
  private opens: number;
  private fails: number;
  private isNewFailing = false;
  private pauseMs: number | null = null;

  constructor(
    private readonly held: Held,
    private readonly breaker: Breaker,
  ) {
    this.window = new SendWindow(held.breaker === 'OPEN' ? 1 : held.window, held.maxInflight);
    this.rate = new Rate(held.maxPerSecond, held.rateUsedUntil);
    this.breakerState = held.breaker;
    this.opens = held.breakerOpens;
    this.fails = held.fails;
  }

  get accountId(): string {
    return this.held.endpoint.accountId;
  }

  /** Whether the endpoint is to be left alone from now on. */
  get isPaused(): boolean {
    return this.pauseMs !== null;
  }

  /** Requests that may be under way at once. */
  get inflightLimit(): number {
    return this.window.current;
  }

  /** How many rows to read: one while probing or looking for the row that kills processes, else what the rate allows. */
  rowLimit(most: number): number {
    const available = Math.min(most, this.rate.available(this.now()));
    return this.breakerState === 'OPEN' || this.isCareful ? Math.min(1, available) : available;
  }

  /** Whether turns on this endpoint keep dying: then one row is enough for a turn. */
  get isCareful(): boolean {
    return this.held.unfinishedEpochs >= CAREFUL_FROM;
  }

  /** Called for each request that starts. */
  starting(): void {
    this.rate.take(this.now());
  }

  /** Called when the rate is used up: the endpoint waits just until it is not. */
  pauseForRate(): void {
    const waitMs = this.rate.waitMs(this.now());
    if (waitMs > 0) this.pauseFor(waitMs);
  }

  delivered(): void {
    this.window.succeeded();
    this.fails = 0;
    this.close(false);
  }

  /** An attempt that did not deliver; `feedsBreaker` is the kind's verdict on whether the endpoint is to blame. */
  failed(reply: Reply, feedsBreaker: boolean): void {
    // Of an endpoint that leads to many hosts, one that is busy says nothing about the others.
    if (!feedsBreaker) return this.close(false);
    if (reply.retryAfterMs !== null && (reply.status === 429 || reply.status === 503))
      this.pauseFor(Math.max(reply.retryAfterMs, LEAST_WAIT_MS));
    if (this.fails === 0) this.isNewFailing = true;
    this.fails += 1;
    if (isStruggling(reply)) this.window.struggled();
    const isTimeout = TIMEOUTS.has(reply.error ?? '');
    const trips = this.breaker.record({ isFailure: true, isTimeout }, performance.now());
    if (trips || this.breakerState === 'OPEN') this.open();
  }

  end(): TurnEnd {
    return {
      endpoint: this.held.endpoint,
      epoch: this.held.epoch,
      window: this.window.current,
      rateUsedUntil: this.rate.position,
      breaker: this.breakerState,
      breakerOpens: this.opens,
      fails: this.fails,
      isNewFailing: this.isNewFailing,
      pauseMs: this.pauseMs,
    };
  }

  /** The endpoint answered as it should, or the row alone was to blame: a probe has succeeded. */
  private close(isFailure: boolean): void {
    this.breaker.record({ isFailure, isTimeout: false }, performance.now());
    if (this.breakerState === 'CLOSED' || this.isPaused) return;
    this.breakerState = 'CLOSED';
    this.opens = 0;
    this.breaker.reset();
  }

  private open(): void {
    // Requests that were under way when it opened do not open it again.
    if (this.breakerState === 'OPEN' && this.isPaused) return;
    this.breakerState = 'OPEN';
    this.opens += 1;
    this.breaker.reset();
    this.pauseFor(breakerPauseMs(this.opens));
  }

  private pauseFor(ms: number): void {
    this.pauseMs = Math.max(this.pauseMs ?? 0, ms);
  }

  /** The database's clock, as far as this turn can tell. */
  private now(): number {
    return this.held.nowMs + performance.now() - this.startedAt;
  }
}

/** `Retry-After: 0` asks to be called again and again; a wait uses up no attempt, so nothing else would end that. */
export const LEAST_WAIT_MS = 1_000;

/** From this many turns in a row that nobody ended, rows are taken one at a time. */
export const CAREFUL_FROM = 5;

/** No reply, no connection, no address in time. */
const TIMEOUTS: ReadonlySet<string> = new Set(['timeout', 'connect_timeout', 'EAI_AGAIN']);

function isStruggling({ status, error }: Reply): boolean {
  return TIMEOUTS.has(error ?? '') || status === 429 || (status ?? 0) >= 500;
}
