/**
 * Lets the ring of a quiet endpoint through at once, and all that follow within `spacingMs` as one, when that time is
 * over: a busy vendor is rung by every order, and each ring costs the queue's server.
 */
export class RingSpacing {
  /** Those rung within the last `spacingMs`, and whether they were rung again since. */
  private readonly recent = new Map<string, { again: boolean }>();

  constructor(
    private readonly spacingMs: number,
    private readonly ring: (endpointId: string) => void,
  ) {}

  /** Whether to ring now; if not, `ring` is called when it is time. */
  admits(endpointId: string): boolean {
    const rung = this.recent.get(endpointId);
    if (rung) {
      rung.again = true;
      return false;
    }
    const now = { again: false };
    this.recent.set(endpointId, now);
    setTimeout(() => {
      this.recent.delete(endpointId);
      if (now.again) this.ring(endpointId);
    }, this.spacingMs).unref();
    return true;
  }
}
