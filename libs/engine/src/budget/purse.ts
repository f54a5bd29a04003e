import type { Priority } from '../access.js';
import type { Ask, Grant, Learned } from './budget-rows.js';

/** Permits beyond what is waited for; few enough that those who hold them idle do no harm. */
const MOST_SPARE = 100;
/** Permits that nobody asked for this long go back to the row. */
const IDLE_MS = 500;
/** Ends that are further apart, rounded to seconds as they are, are those of two windows. */
const NEW_WINDOW_MS = 2_500;
/** Answers that come while nothing may be sent are told together. */
const TELL_AFTER_MS = 100;
/** After the moment the database names, since timers fire early by a little. */
const AFTER_MS = 2;

/** Who goes first goes first. */
const PRIORITIES = ['interactive', 'background'] as const;

/** Someone who wants to send. */
export interface Waiter {
  priority: Priority;
  /** By `performance.now()`; when it is clear that this will pass, it is told at once. */
  deadline: number;
  go(): void;
  /** `waitMs`: how long it would have had to wait. */
  refuse(error: TooLate | Error): void;
}

/** The wait is longer than the patience. */
export class TooLate {
  constructor(readonly waitMs: number) {}
}

interface Bundle {
  permits: number;
  windowId: string;
  /** By `performance.now()`. */
  goodUntil: number;
}

/**
 * The permits of one budget that this process holds, and who waits for them. It asks the row once for all who wait, takes a
 * few more while the limit is far, and gives back what nobody used. What answers said goes along with the next question.
 */
export class Purse {
  private readonly queues: Record<Priority, Waiter[]> = { interactive: [], background: [] };
  private readonly bundles: Record<Priority, Bundle | null> = { interactive: null, background: null };
  /** Until when the row has nothing for them, by `performance.now()`. */
  private readonly nothingUntil: Record<Priority, number> = { interactive: 0, background: 0 };
  /** Until when the ATS wants to hear nothing, by `performance.now()`: known here before the row has heard of it. */
  private blockedUntil = 0;
  private learned: Dated | null = null;
  /** What the row last said. */
  private known = { limit: 0, endsAt: 0, windowId: '0' };
  private blockMs = 0;
  private isAsking = false;
  /** Something the row should hear without waiting for the next question. */
  private hasNews = false;
  private isIdle = true;
  private timer: NodeJS.Timeout | null = null;
  private idleTimer: NodeJS.Timeout | null = null;
  private tellTimer: NodeJS.Timeout | null = null;

  constructor(private readonly row: (ask: Ask) => Promise<Grant>) {}

  /** Whether it can be forgotten. */
  get isEmpty(): boolean {
    return this.isIdle && this.waiting('interactive') + this.waiting('background') === 0 && !this.isAsking;
  }

  waiting(priority: Priority): number {
    return this.queues[priority].length;
  }

  /** Calls `go` of the waiter when it may send, which may be at once. */
  add(waiter: Waiter): void {
    const until = this.closedUntil(waiter.priority);
    if (until > waiter.deadline) return waiter.refuse(new TooLate(until - performance.now()));
    this.isIdle = false;
    this.queues[waiter.priority].push(waiter);
    this.pump();
  }

  /** Forgets someone who no longer waits. */
  remove(waiter: Waiter): void {
    this.queues[waiter.priority] = this.queues[waiter.priority].filter((one) => one !== waiter);
  }

  /** Takes in what an answer said; the row hears of it with the next question, or at once when it is news. */
  learn(learned: Learned): void {
    const at = performance.now();
    this.learned = merge(this.learned, { ...learned, at, windowId: this.known.windowId });
    const isNews = learned.limit !== null && learned.limit !== this.known.limit;
    const isNewWindow =
      learned.endsInMs !== null && Math.abs(at + learned.endsInMs - this.known.endsAt) > 2 * NEW_WINDOW_MS;
    if (isNews || isNewWindow) this.tell();
    // The others might send what these answers say is used up.
    else if (this.closedUntil('background') > at)
      this.tellTimer ??= setTimeout(() => this.tellLater(), TELL_AFTER_MS).unref();
  }

  /** Nobody sends for that long, in any process. */
  block(ms: number): void {
    this.blockMs = Math.max(this.blockMs, ms);
    this.blockedUntil = Math.max(this.blockedUntil, performance.now() + ms);
    this.tell();
  }

  /** Takes back a permit that was not used. */
  giveBack(priority: Priority): void {
    const bundle = this.bundles[priority];
    if (bundle) bundle.permits += 1;
    this.pump();
  }

  /** Refuses all who wait, and gives back what is held. */
  async close(error: Error): Promise<void> {
    this.refuseAll(error);
    for (const timer of [this.timer, this.idleTimer, this.tellTimer]) if (timer) clearTimeout(timer);
    await this.returnAll();
  }

  private pump(): void {
    this.serve('interactive', this.queues.interactive);
    this.serve('background', this.queues.interactive);
    this.serve('background', this.queues.background);
    this.restIfIdle();
    if (this.isAsking) return;
    const now = performance.now();
    const priority = PRIORITIES.find((one) => this.waiting(one) > 0 && this.closedUntil(one) <= now);
    if (priority !== undefined) void this.ask(priority, this.waiting(priority));
    else if (this.hasNews) void this.ask('background', 0);
    else this.wakeLater(now);
  }

  private serve(from: Priority, queue: Waiter[]): void {
    const bundle = this.bundles[from];
    if (!bundle) return;
    const now = performance.now();
    if (bundle.goodUntil <= now) this.bundles[from] = null;
    if (bundle.goodUntil <= now || this.blockedUntil > now) return;
    while (bundle.permits > 0 && queue.length > 0) {
      bundle.permits -= 1;
      queue.shift()!.go();
    }
  }

  private async ask(priority: Priority, wanted: number): Promise<void> {
    this.isAsking = true;
    this.hasNews = false;
    const askedAt = performance.now();
    const learned = this.learned && {
      ...this.learned,
      endsInMs: this.learned.endsInMs === null ? null : this.learned.endsInMs - (askedAt - this.learned.at),
    };
    const learnedIn = this.learned?.windowId ?? '0';
    const blockMs = this.blockMs;
    this.learned = null;
    this.blockMs = 0;
    const spare = wanted === 0 ? 0 : MOST_SPARE;
    try {
      const grant = await this.row({ priority, wanted, spare, learned, learnedIn, blockMs, returned: null });
      this.take(priority, grant, askedAt);
    } catch (error) {
      this.blockMs = Math.max(this.blockMs, blockMs);
      this.refuseAll(error as Error);
    } finally {
      this.isAsking = false;
    }
    // What came meanwhile the row did not know when it answered.
    if (this.hasNews) this.reopen();
    this.pump();
  }

  private take(priority: Priority, grant: Grant, askedAt: number): void {
    const goodUntil = askedAt + grant.leftMs;
    this.known = { limit: grant.limit, endsAt: goodUntil, windowId: grant.windowId };
    if (grant.granted > 0) {
      const { granted: permits, windowId } = grant;
      const held = this.bundles[priority];
      const kept = held && held.windowId === windowId ? held.permits : 0;
      this.bundles[priority] = { permits: permits + kept, windowId, goodUntil };
      this.nothingUntil.interactive = 0;
      return;
    }
    if (grant.waitMs <= 0) return;
    const until = askedAt + grant.waitMs + AFTER_MS;
    // Who is at work in the background never gets what a caller does not.
    if (priority === 'interactive') this.nothingUntil.interactive = until;
    this.nothingUntil.background = Math.max(until, priority === 'interactive' ? this.nothingUntil.background : 0);
    this.refuseHopeless(priority, until);
  }

  private refuseHopeless(priority: Priority, until: number): void {
    for (const waiter of this.queues[priority].filter(({ deadline }) => deadline < until)) {
      this.remove(waiter);
      waiter.refuse(new TooLate(until - performance.now()));
    }
  }

  private refuseAll(error: Error): void {
    for (const waiter of [...this.queues.interactive.splice(0), ...this.queues.background.splice(0)])
      waiter.refuse(error);
  }

  /** Tells the row what is new, and has those who wait ask again: it may have become more. */
  private tell(): void {
    this.hasNews = true;
    this.reopen();
    this.pump();
  }

  private reopen(): void {
    this.nothingUntil.interactive = 0;
    this.nothingUntil.background = 0;
  }

  private tellLater(): void {
    this.tellTimer = null;
    if (this.learned === null) return;
    this.hasNews = true;
    this.pump();
  }

  private wakeLater(now: number): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const moments = PRIORITIES.filter((one) => this.waiting(one) > 0).map((one) => this.closedUntil(one));
    if (moments.length === 0) return;
    this.timer = setTimeout(() => this.pump(), Math.max(0, Math.min(...moments) - now));
  }

  private closedUntil(priority: Priority): number {
    return Math.max(this.nothingUntil[priority], this.blockedUntil);
  }

  private restIfIdle(): void {
    if (this.idleTimer) this.idleTimer.refresh();
    else this.idleTimer = setTimeout(() => void this.rest(), IDLE_MS).unref();
  }

  private async rest(): Promise<void> {
    this.idleTimer = null;
    if (this.waiting('interactive') + this.waiting('background') > 0 || this.isAsking) return this.restIfIdle();
    await this.returnAll();
    this.isIdle = this.isEmptyHanded();
  }

  private isEmptyHanded(): boolean {
    return this.bundles.interactive === null && this.bundles.background === null;
  }

  private async returnAll(): Promise<void> {
    for (const priority of PRIORITIES) {
      const bundle = this.bundles[priority];
      this.bundles[priority] = null;
      if (!bundle || bundle.permits === 0 || bundle.goodUntil <= performance.now()) continue;
      // If the row cannot be told, the window's end makes it good.
      await this.row({ ...NOTHING, priority, returned: bundle }).catch(() => null);
    }
  }
}

const NOTHING: Omit<Ask, 'priority' | 'returned'> = {
  wanted: 0,
  spare: 0,
  learned: null,
  learnedIn: '0',
  blockMs: 0,
};

/** What answers said in one window of the row, and when the last of them came. */
interface Dated extends Learned {
  at: number;
  windowId: string;
}

/** Of two answers in one window: what remains is the lesser, and the window ends at the earlier end. */
function merge(before: Dated | null, learned: Dated): Dated {
  if (before?.windowId !== learned.windowId) return learned;
  const endsAt = learned.endsInMs === null ? null : learned.at + learned.endsInMs;
  const endedAt = before.endsInMs === null ? null : before.at + before.endsInMs;
  // The ATS has begun a window that the row knows nothing of yet.
  if (endsAt !== null && endedAt !== null && endsAt - endedAt > NEW_WINDOW_MS) return learned;
  const ends = [endedAt, endsAt].filter((one) => one !== null);
  const left = [before.remaining, learned.remaining].filter((one) => one !== null);
  return {
    limit: learned.limit ?? before.limit,
    remaining: left.length > 0 ? Math.min(...left) : null,
    endsInMs: ends.length > 0 ? Math.min(...ends) - learned.at : null,
    at: learned.at,
    windowId: learned.windowId,
  };
}
