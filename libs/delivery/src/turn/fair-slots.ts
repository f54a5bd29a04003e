/** A place that was given out. */
export interface Slot {
  /** Gives it back; the second time does nothing. */
  leave(): void;
  /** Resolves when it was given back. */
  readonly left: Promise<void>;
}

interface Waiting {
  group: string;
  admit: () => void;
}

/**
 * A fixed number of slots. Who waits is admitted in turn, one of each group; and while somebody waits, no group gets more
 * than its share. A group that is alone gets all.
 */
export class FairSlots {
  private taken = 0;
  private readonly held = new Map<string, number>();
  /** Per group; the group that was served longest ago comes first. */
  private readonly waiting = new Map<string, Waiting[]>();

  constructor(
    private readonly size: number,
    private readonly share: number,
  ) {}

  async enter(group: string): Promise<Slot> {
    if (this.taken >= this.size || (this.waiting.size > 0 && this.isFull(group))) {
      await new Promise<void>((admit) => {
        const queue = this.waiting.get(group) ?? [];
        queue.push({ group, admit });
        this.waiting.set(group, queue);
      });
    } else {
      this.take(group);
    }
    const { promise: left, resolve } = Promise.withResolvers<void>();
    let isLeft = false;
    return {
      left,
      leave: () => {
        if (isLeft) return;
        isLeft = true;
        this.giveBack(group);
        resolve();
      },
    };
  }

  private isFull(group: string): boolean {
    return (this.held.get(group) ?? 0) >= this.share;
  }

  private take(group: string): void {
    this.taken += 1;
    this.held.set(group, (this.held.get(group) ?? 0) + 1);
  }

  private giveBack(group: string): void {
    this.taken -= 1;
    const rest = (this.held.get(group) ?? 1) - 1;
    if (rest > 0) this.held.set(group, rest);
    else this.held.delete(group);
    while (this.taken < this.size && this.waiting.size > 0) this.admitNext();
  }

  /** The next group that has not had its share; when all who wait have had theirs, the next of those. */
  private admitNext(): void {
    const groups = [...this.waiting.keys()];
    const group = groups.find((candidate) => !this.isFull(candidate)) ?? groups[0]!;
    const queue = this.waiting.get(group)!;
    const next = queue.shift()!;
    this.waiting.delete(group);
    if (queue.length > 0) this.waiting.set(group, queue);
    this.take(group);
    next.admit();
  }
}
