import { setTimeout as pause } from 'node:timers/promises';
import { Attempts, type AttemptParts } from './attempts.js';
import type { Finish, Finisher } from './finisher.js';
import { MOST_ROWS } from './turn-statements.js';
import type { DueRow, DueRows, Held, TurnStore } from './turn-store.js';

/** Of a backlog while others have fresh work: they wait for no more than these. */
const CONSIDERATE_ROWS = 16;
/** What has waited longer is a backlog's rest, and no reason for others to rest. */
const FRESH_MS = 1_000;
const BUDGET_MS = 250;
/** Budgets after which a turn ends even if rows are left that it has read. */
const OVERTIME = 2;
/** In the slow lane a turn keeps nobody waiting, so it may go on for longer. */
const SLOW_BUDGET_MS = 2_000;
/** An endpoint with that much new at a time is looked at again a little later. */
const BUSY_ROWS = 2;
const LINGER_MS = 4;
/** Rows that may be sent and not yet written down, in windows. */
const OPEN_PER_WINDOW = 4;
/** A turn that hears nothing for this long is held up by its endpoint. */
const HELD_UP_MS = 40;

export interface TurnParts extends AttemptParts {
  store: TurnStore;
  finisher: Finisher;
  /** Asked to go to the slow lane, when the turn only waits; says whether there was room. */
  onHeldUp: () => boolean;
  /** How long to rest after so much time spent on a backlog, in milliseconds. */
  restMs: (workedMs: number) => number;
  /** True once the process is to stop. */
  isStopping: () => boolean;
}

/**
 * One endpoint, served for a while: read, send, finish, until nothing is due or the time is up. A request that hangs
 * holds up nothing but its place in the window: the turn goes on beside it, for as long as it has to wait anyway.
 */
export class Turn {
  private readonly attempts: Attempts;
  private readonly startedAt = performance.now();
  /** Rows that were read and not started. */
  private unsent: DueRow[] = [];
  /** Ids of rows that were started and are not written down yet. */
  private readonly open = new Set<string>();
  /** When each request under way began; the oldest comes first. */
  private readonly flying = new Map<string, number>();
  /** Whether there may be due rows that were not read. */
  private mayBeMore: boolean;
  /** Where to read on in a backlog. */
  private after: DueRow | null = null;
  /** Whether the last reading left something. */
  private isBacklog = false;
  private isLost = false;
  private isChanged = false;
  private isSlow = false;
  private isLingering = false;
  private isReading = false;
  private isOver = false;
  private readFailure: Error | null = null;
  private served = 0;
  private longestWaitMs = 0;
  private readAt = this.startedAt;
  /** When a request last started or ended. */
  private movedAt = this.startedAt;
  private wake: () => void = () => {};
  private watching: NodeJS.Timeout | undefined;

  constructor(
    private readonly held: Held,
    private readonly parts: TurnParts,
    /** What was read when the endpoint was taken. */
    private readonly first: DueRows | null,
  ) {
    this.attempts = new Attempts(held, parts);
    this.mayBeMore = first === null;
  }

  /**
   * Resolves to whether there is, or may be, more to do right away.
   * @throws what reading threw, once everything under way is written down.
   */
  async run(): Promise<boolean> {
    if (this.first) this.accept(this.first);
    this.watch();
    try {
      await this.serve();
    } finally {
      clearTimeout(this.watching);
    }
    if (this.readFailure !== null) throw this.readFailure;
    if (!this.isLost && !this.isOver) await this.parts.store.end(this.parts.pacing.end());
    this.isOver = true;
    // Who was rung while this turn was in the slow lane has found the endpoint held, and left it.
    const isOpenEnded = this.mayBeMore || this.unsent.length > 0 || this.isSlow;
    return isOpenEnded && !this.isLost && !this.parts.pacing.isPaused;
  }

  /** Something new may be due. Says whether this turn sees to it, or to another turn after it. */
  poke(): boolean {
    if (this.isOver) return false;
    this.mayBeMore = true;
    this.wake();
    return true;
  }

  /** Told every two seconds whether the endpoint is still held, and when it was last changed by a client. */
  renewed(updatedAt: Date | null): void {
    if (updatedAt === null) this.isLost = true;
    else if (updatedAt.getTime() !== this.held.endpoint.updatedAt.getTime()) this.isChanged = true;
    // Of a turn in the slow lane others may have been told what is new.
    this.poke();
  }

  /** Whether the endpoint had a little to do that came just now. */
  get wasFresh(): boolean {
    return this.served > 0 && this.served < MOST_ROWS && this.longestWaitMs < FRESH_MS;
  }

  private async serve(): Promise<void> {
    for (;;) {
      const moved = new Promise<void>((resolve) => (this.wake = resolve));
      if (this.wantsRows()) await this.read();
      this.startUnsent();
      if (this.open.size > 0 || (this.isLingering && this.mayStart())) await moved;
      else if (!this.mayStart() || !this.wantsRows()) return;
    }
  }

  private wantsRows(): boolean {
    const { pacing } = this.parts;
    if (pacing.isCareful && this.served > 0) return false;
    return this.mayBeMore && this.unsent.length === 0 && this.readFailure === null && this.hasRoom() && this.mayStart();
  }

  private async read(): Promise<void> {
    const { pacing, store } = this.parts;
    const restMs = this.isBacklog ? this.parts.restMs(performance.now() - this.readAt) : 0;
    if (restMs > 0) await this.rest(restMs);
    const most = pacing.rowLimit(restMs > 0 ? CONSIDERATE_ROWS : MOST_ROWS);
    if (most === 0) return pacing.pauseForRate();
    this.mayBeMore = false;
    this.isReading = true;
    try {
      this.accept(await store.read(this.held, most, { except: this.open, after: this.after }));
    } catch (error) {
      this.readFailure = error as Error;
    }
    this.isReading = false;
  }

  private accept({ rows, isAll, isChanged }: DueRows): void {
    const { after } = this;
    this.readAt = performance.now();
    if (isChanged) {
      // Another turn serves it as it is now.
      this.isChanged = true;
      this.mayBeMore = true;
      return;
    }
    this.unsent = rows;
    this.served += rows.length;
    this.longestWaitMs = Math.max(this.longestWaitMs, rows[0]?.waitedMs ?? 0);
    this.isBacklog = !isAll;
    this.after = isAll ? null : (rows.at(-1) ?? null);
    // At the end once more from the start: what was committed late may stand before what was read.
    if (!isAll || after !== null) this.mayBeMore = true;
    else if (rows.length >= BUSY_ROWS) this.linger();
  }

  /** To an endpoint that gets several events at a time the next ones come soon: looking is cheaper than being rung. */
  private linger(): void {
    this.isLingering = true;
    setTimeout(() => {
      this.isLingering = false;
      this.mayBeMore = true;
      this.wake();
    }, LINGER_MS);
  }

  /** Gives way to others after work on a backlog. */
  private async rest(ms: number): Promise<void> {
    if (!this.isSlow) this.isSlow = this.parts.onHeldUp();
    await pause(ms);
  }

  private startUnsent(): void {
    while (this.hasRoom() && this.mayStart()) {
      const row = this.unsent.shift();
      if (!row) return;
      void this.carryOut(row);
    }
  }

  private async carryOut(row: DueRow): Promise<void> {
    const { workId } = row.work;
    this.open.add(workId);
    this.movedAt = performance.now();
    this.flying.set(workId, this.movedAt);
    const finish = await this.attempts.make(row);
    this.movedAt = performance.now();
    this.flying.delete(workId);
    this.wake();
    if (this.isLast()) {
      this.isOver = true;
      finish.end = this.parts.pacing.end();
    }
    const written = this.finish(finish);
    if (this.isFull()) this.parts.finisher.hurry();
    await written;
    this.open.delete(workId);
    this.wake();
  }

  /** Whether nothing but this row keeps the turn from its end: then both are written down together. */
  private isLast(): boolean {
    const isMore = this.mayBeMore || this.isReading || this.isLingering || this.unsent.length > 0;
    return this.open.size === 1 && !isMore && !this.isLost && this.readFailure === null;
  }

  /** Should this process die, what is answered and not written down is sent again: that is kept small too. */
  private hasRoom(): boolean {
    return this.flying.size < this.parts.pacing.inflightLimit && !this.isFull();
  }

  private isFull(): boolean {
    return this.open.size >= this.parts.pacing.inflightLimit * OPEN_PER_WINDOW;
  }

  private mayStart(): boolean {
    const { pacing, finisher, isStopping } = this.parts;
    // What is sent while nothing can be written down would be sent again.
    const isOut = this.isLost || this.isChanged || pacing.isPaused || finisher.isStuck || isStopping();
    // What was read and is not sent has to be read again.
    return !isOut && this.hasTime(this.unsent.length > 0 ? OVERTIME : 1);
  }

  private hasTime(budgets: number): boolean {
    const now = performance.now();
    const [oldest] = this.flying.values();
    // The turn lasts until a request that hangs is over, whatever else it does.
    if (oldest !== undefined && now - oldest > BUDGET_MS) return true;
    return now - this.startedAt < budgets * (this.isSlow ? SLOW_BUDGET_MS : BUDGET_MS);
  }

  private watch(): void {
    this.watching = setTimeout(() => this.lookOut(), this.isSlow ? BUDGET_MS : HELD_UP_MS);
  }

  private lookOut(): void {
    const isHeldUp = this.flying.size > 0 && performance.now() - this.movedAt >= HELD_UP_MS;
    if (isHeldUp && !this.isSlow) this.isSlow = this.parts.onHeldUp();
    this.wake();
    this.watch();
  }

  private async finish(finish: Finish): Promise<void> {
    try {
      if (!(await this.parts.finisher.finish(finish))) this.isLost = true;
    } catch {
      // The finisher has said why and given up; the row is still there and is sent again.
      this.isLost = true;
    }
  }
}
