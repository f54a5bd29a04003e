import { slotOf } from '#libs/model';

/** Of a listener that says every second that it is there. */
const ABSENT_AFTER_MS = 3_500;

/** Who listens, as far as one of them has heard, and whose the endpoints are. Times are milliseconds of any clock that only goes forward. */
export class Listeners {
  private readonly heardAt = new Map<string, number>();
  private present: string[];

  constructor(private readonly me: string) {
    this.present = [me];
  }

  /** A listener said that it is there. */
  here(name: string, now: number): void {
    this.heardAt.set(name, now);
    this.look(now);
  }

  /** A listener said that it goes. */
  gone(name: string): void {
    this.heardAt.delete(name);
    this.present = this.present.filter((one) => one !== name || one === this.me);
  }

  /** Whether this listener minds an endpoint; all that know of the same ones agree on it. */
  isMine(endpointId: string, now: number): boolean {
    if (this.present.length === 1) return true;
    this.look(now);
    return this.present[slotOf(endpointId) % this.present.length] === this.me;
  }

  private look(now: number): void {
    for (const [name, at] of this.heardAt) if (now - at > ABSENT_AFTER_MS) this.heardAt.delete(name);
    this.present = [...new Set([this.me, ...this.heardAt.keys()])].sort();
  }
}
