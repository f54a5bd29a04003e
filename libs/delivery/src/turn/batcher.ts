export interface BatchLimits {
  /** How long a batch gathers while another one is under way, in milliseconds. An idle batcher runs at once. */
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
    else if (this.underWay.size === 0) this.immediate ??= setImmediate(() => this.flush());
    else this.timer ??= setTimeout(() => this.flush(), this.limits.gatherMs);
    return result;
  }

  /** Resolves when everything added so far is done. */
  async drain(): Promise<void> {
    while (this.waiting.length > 0 || this.underWay.size > 0) {
      this.flush();
      await Promise.allSettled(this.underWay);
    }
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.immediate) clearImmediate(this.immediate);
    this.timer = null;
    this.immediate = null;
    if (this.waiting.length === 0) return;
    const batch = this.waiting.splice(0, this.limits.most);
    const done = this.execute(batch).finally(() => this.underWay.delete(done));
    this.underWay.add(done);
    if (this.waiting.length > 0) this.timer = setTimeout(() => this.flush(), this.limits.gatherMs);
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
