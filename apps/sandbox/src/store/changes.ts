import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** The hub writes its side down a moment after we wrote ours: an attempt when it was answered, a writeback when it was read. */
const SETTLED_AFTER_MS = 500;

/** Tells who waits that something changed, so that an idle page asks for nothing. */
@Injectable()
export class Changes implements OnModuleDestroy {
  // Another number after every start: a page that waits across a restart notices it.
  private version = Date.now();
  private readonly waiting = new Set<() => void>();
  private settling: NodeJS.Timeout | undefined;
  private isOver = false;

  onModuleDestroy(): void {
    this.isOver = true;
    clearTimeout(this.settling);
    this.wake();
  }

  /** To be called after every write; those who wait are woken now, and again when the hub has had its moment. */
  note(): void {
    if (this.isOver) return;
    this.wake();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.wake(), SETTLED_AFTER_MS).unref();
  }

  /** Returns the present version as soon as it is not `known`, at the latest after `withinMs`; null when the process stops. */
  async next(known: number | undefined, withinMs: number): Promise<number | null> {
    if (known === this.version && !this.isOver) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          this.waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, withinMs);
        this.waiting.add(done);
      });
    }
    return this.isOver ? null : this.version;
  }

  private wake(): void {
    this.version += 1;
    for (const done of [...this.waiting]) done();
  }
}
