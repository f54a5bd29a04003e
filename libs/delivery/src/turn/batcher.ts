export interface BatchLimits {
  /** From the start of a batch to that of the next, in milliseconds, unless that is full. An idle batcher runs at once. */
  gatherMs: number;
  most: number;
}

interface Waiting<I, O> {
  item: I;
  resolve: (result: O) => void;
  reject: (error: unknown) => void;
}

/** Turns many small calls at the same time into few big ones. Results come back in the order of the items. */
export class Batcher<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private ranAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | null = null;
  private immediate: NodeJS.Immediate | null = null;
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly run: (items: I[]) => Promise<O[]>,
    private readonly limits: BatchLimits,
  ) {}

  add(item: I): Promise<O> {
    const result = new Promise<O>((resolve, reject) => this.waiting.push({ item, resolve, reject }));
    if (this.waiting.length >= this.limits.most) this.flush();
    else if (!this.timer && !this.immediate) this.flushSoon();
    return result;
  }

  /** Somebody cannot go on before what waits is done: it gathers no longer. */
  hurry(): void {
    if (this.waiting.length > 0) this.immediate ??= setImmediate(() => this.flush());
  }

  /** Resolves when everything added so far is done. */
  async drain(): Promise<void> {
    while (this.waiting.length > 0 || this.underWay.size > 0) {
      this.flush();
      await Promise.allSettled(this.underWay);
    }
  }

  private flushSoon(): void {
    const restMs = this.ranAt + this.limits.gatherMs - performance.now();
    if (restMs > 0) this.timer = setTimeout(() => this.flush(), restMs);
    else this.immediate = setImmediate(() => this.flush());
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.immediate) clearImmediate(this.immediate);
    this.timer = null;
    this.immediate = null;
    if (this.waiting.length === 0) return;
    this.ranAt = performance.now();
    const batch = this.waiting.splice(0, this.limits.most);
    const done = this.execute(batch).finally(() => this.underWay.delete(done));
    this.underWay.add(done);
    if (this.waiting.length > 0) this.flushSoon();
  }

  private async execute(batch: Waiting<I, O>[]): Promise<void> {
    try {
      const results = await this.run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, at) => resolve(results[at] as O));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
