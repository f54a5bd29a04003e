/**
 * At most so many requests per second, with a second's worth at once. `usedUntil` is the moment (epoch milliseconds on
 * the database's clock) up to which the rate is spoken for; it is all there is to keep.
 */
export class Rate {
  constructor(
    private readonly perSecond: number | null,
    private usedUntil: number | null,
  ) {}

  get position(): number | null {
    return this.perSecond === null ? null : this.usedUntil;
  }

  /** How many requests may start at `now`. */
  available(now: number): number {
    if (this.perSecond === null) return Number.POSITIVE_INFINITY;
    const used = Math.max(0, (this.usedUntil ?? now) - now);
    return Math.max(0, Math.floor(((1_000 - used) * this.perSecond) / 1_000 + 1e-6));
  }

  /** Takes one. */
  take(now: number): void {
    if (this.perSecond === null) return;
    this.usedUntil = Math.max(this.usedUntil ?? now, now) + 1_000 / this.perSecond;
  }

  /** Milliseconds from `now` until one more may start. */
  waitMs(now: number): number {
    if (this.perSecond === null || this.available(now) > 0) return 0;
    return Math.ceil((this.usedUntil ?? now) - now - 1_000 + 1_000 / this.perSecond);
  }
}
