const FRESH_MS = 100;
/** A backlog gets a seventh of the time while others have fresh work. */
const REST_PER_WORK = 6;
const LONGEST_REST_MS = 500;

/**
 * Keeps the backlog of one account from slowing down the fresh events of others: they share a processor, a database and
 * a network. Remembers who had fresh work lately, for two accounts, which is enough to tell "others" from "itself".
 */
export class Consideration {
  private last = { account: '', at: Number.NEGATIVE_INFINITY };
  private before = { account: '', at: Number.NEGATIVE_INFINITY };

  /** An account had a little work, and it is done. `now` is in milliseconds on any clock. */
  servedFresh(account: string, now: number): void {
    if (this.last.account !== account) this.before = this.last;
    this.last = { account, at: now };
  }

  /** How long a turn that has worked off `workedMs` of its account's backlog rests before it goes on. */
  restMs(account: string, workedMs: number, now: number): number {
    const other = this.last.account === account ? this.before : this.last;
    return now - other.at > FRESH_MS ? 0 : Math.min(workedMs * REST_PER_WORK, LONGEST_REST_MS);
  }
}
