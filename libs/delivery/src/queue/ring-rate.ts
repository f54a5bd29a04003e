const WINDOW_MS = 250;

/** How many rings there were per second lately. */
export class RingRate {
  private since = Number.NEGATIVE_INFINITY;
  private count = 0;
  private last = 0;

  /** Counts some at a moment, in milliseconds. */
  add(rings: number, now: number): void {
    this.roll(now);
    this.count += rings;
  }

  /** As it was in the last window that is over. */
  perSecond(now: number): number {
    this.roll(now);
    return this.last;
  }

  private roll(now: number): void {
    const passed = now - this.since;
    if (passed < WINDOW_MS) return;
    // After a quiet time the window before was empty.
    this.last = passed < 2 * WINDOW_MS ? (this.count * 1_000) / passed : 0;
    this.count = 0;
    this.since = now;
  }
}
