export interface BatchLimits<I> {
  /** How many calls may be under way. */
  atOnce: number;
  /** From the start of a call to that of the next, in milliseconds: a little company makes each much cheaper. */
  apartMs: number;
  most: number;
  /** In the unit of `sizeOf`. A larger item goes alone. */
  largest: number;
  sizeOf: (item: I) => number;
}

interface Waiting<I, O> {
  item: I;
  resolve: (result: O) => void;
  reject: (error: unknown) => void;
}

/**
 * Makes few big calls of many small ones: an item goes at once, with what came in the same turn of the event loop,
 * unless `atOnce` calls are under way or the last one began less than `apartMs` ago; what comes meanwhile goes together.
 */
export class Batches<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private next: NodeJS.Immediate | NodeJS.Timeout | null = null;
  private wentAt = Number.NEGATIVE_INFINITY;
  private underWay = 0;

  /** `run` gives one settled result per item, in their order. What it throws fails all of them. */
  constructor(
    private readonly run: (items: I[]) => Promise<PromiseSettledResult<O>[]>,
    private readonly limits: BatchLimits<I>,
  ) {}

  add(item: I): Promise<O> {
    const result = new Promise<O>((resolve, reject) => this.waiting.push({ item, resolve, reject }));
    this.wake();
    return result;
  }

  private wake(): void {
    if (this.waiting.length === 0 || this.underWay >= this.limits.atOnce || this.next) return;
    const restMs = this.wentAt + this.limits.apartMs - performance.now();
    const next = restMs > 0 ? setTimeout(() => this.go(), restMs) : setImmediate(() => this.go());
    this.next = next;
  }

  private go(): void {
    this.next = null;
    if (this.waiting.length === 0 || this.underWay >= this.limits.atOnce) return;
    this.wentAt = performance.now();
    void this.execute(this.take());
    this.wake();
  }

  private take(): Waiting<I, O>[] {
    const { most, largest, sizeOf } = this.limits;
    let size = 0;
    const end = this.waiting.findIndex(({ item }, at) => at === most || ((size += sizeOf(item)) > largest && at > 0));
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }

  private async execute(batch: Waiting<I, O>[]): Promise<void> {
    this.underWay++;
    try {
      const results = await this.run(batch.map(({ item }) => item));
      for (const [at, { resolve, reject }] of batch.entries()) {
        const result = results[at]!;
        if (result.status === 'fulfilled') resolve(result.value);
        else reject(result.reason);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.underWay--;
      this.wake();
    }
  }
}
