import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HubError } from '#libs/errors';
import { Metrics } from '#libs/telemetry';
import type { Priority, SendOptions } from '../access.js';
import { type BudgetOwner, BudgetRows } from './budget-rows.js';
import { Purse, TooLate, type Waiter } from './purse.js';
import { readRateState } from './rate-state.js';

/** More than this many, and those that nobody uses are forgotten. */
const MANY = 1_000;

/** How long somebody waits to send. */
export interface Patience extends Pick<SendOptions, 'signal'> {
  priority: Priority;
  /** By `performance.now()`. */
  deadline: number;
}

/** What each ATS still takes, counted over all processes. */
@Injectable()
export class Budgets implements BeforeApplicationShutdown {
  private readonly purses = new Map<string, Purse>();

  constructor(
    private readonly rows: BudgetRows,
    metrics: Metrics,
  ) {
    metrics.gauge({
      name: 'upstream_waiting',
      help: 'Requests that wait for the limit of their ATS, in this process',
      labels: ['priority'],
      collect: (gauge) => {
        for (const priority of ['interactive', 'background'] as const)
          gauge.set(
            { priority },
            [...this.purses.values()].reduce((sum, purse) => sum + purse.waiting(priority), 0),
          );
      },
    });
  }

  /**
   * Resolves when one request may be sent.
   * @throws HubError provider_rate_limited as soon as it is clear that patience is not enough, and what ends the signal.
   */
  take(access: BudgetOwner, { priority, deadline, signal }: Patience): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const purse = this.purseOf(access);
    const onAbort = (): void => {
      purse.remove(waiter);
      reject(signal!.reason as Error);
    };
    const waiter: Waiter = {
      priority,
      deadline,
      go: () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      refuse: (error) => {
        signal?.removeEventListener('abort', onAbort);
        reject(error instanceof TooLate ? rateLimited(error.waitMs) : error);
      },
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    purse.add(waiter);
    return promise;
  }

  /** Takes in what an answer says of the limit. */
  learn(access: BudgetOwner, headers: Readonly<Record<string, string | undefined>>): void {
    const learned = readRateState(access.version, headers);
    if (learned) this.purseOf(access).learn(learned);
  }

  /** Nobody sends for that long, in any process: the ATS said so. */
  block(access: BudgetOwner, ms: number): void {
    this.purseOf(access).block(ms);
  }

  /** For a request that was not sent after all. */
  giveBack(access: BudgetOwner, priority: Priority): void {
    this.purseOf(access).giveBack(priority);
  }

  async beforeApplicationShutdown(): Promise<void> {
    const error = new HubError('unavailable', { detail: 'The hub is stopping; try again in a moment.' });
    await Promise.all([...this.purses.values()].map((purse) => purse.close(error)));
  }

  private purseOf({ accountId, budgetKey, version }: BudgetOwner): Purse {
    const key = `${accountId}\n${budgetKey}`;
    const found = this.purses.get(key);
    if (found) return found;
    if (this.purses.size >= MANY) this.forgetIdle();
    const purse = new Purse((ask) => this.rows.ask({ accountId, budgetKey, version }, ask));
    this.purses.set(key, purse);
    return purse;
  }

  private forgetIdle(): void {
    for (const [key, purse] of this.purses) if (purse.isEmpty) this.purses.delete(key);
  }
}

/** 429 with the time after which it is worth another try. */
export function rateLimited(waitMs: number, cause?: unknown): HubError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const detail = `The ATS takes no more requests for the moment; try again in ${retryAfterSeconds} s.`;
  return new HubError('provider_rate_limited', { detail, retryAfterSeconds }, { cause });
}
