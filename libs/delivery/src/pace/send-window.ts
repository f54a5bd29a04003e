const START = 2;

/** How many requests may be under way to one endpoint: grows while it copes, halves when it does not. */
export class SendWindow {
  private clean = 0;

  constructor(
    private size: number,
    private readonly largest: number,
  ) {
    this.size = Math.min(Math.max(1, size), largest);
  }

  static readonly start = START;

  get current(): number {
    return this.size;
  }

  /** One more after each window's worth of replies without a complaint. */
  succeeded(): void {
    this.clean += 1;
    if (this.clean < this.size) return;
    this.clean = 0;
    this.size = Math.min(this.size + 1, this.largest);
  }

  /** After a time-out, a 429 or a 5xx. */
  struggled(): void {
    this.clean = 0;
    this.size = Math.max(1, Math.floor(this.size / 2));
  }
}
