const SPAN_MS = 60_000;
const MIN_RESULTS = 10;
const FAILURE_SHARE = 0.7;
const TIMEOUTS_IN_A_ROW = 3;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/** What an endpoint's last minute says about it. One per endpoint and process; the state it leads to is in PostgreSQL. */
export class Breaker {
  private results: { at: number; isFailure: boolean }[] = [];
  private timeouts = 0;

  /** Takes a result and says whether the endpoint should be left alone now. `now` is in milliseconds on any clock. */
  record(result: { isFailure: boolean; isTimeout: boolean }, now: number): boolean {
    this.results.push({ at: now, isFailure: result.isFailure });
    if (this.results.length > 200 || (this.results[0]?.at ?? now) <= now - SPAN_MS) {
      this.results = this.results.filter(({ at }) => at > now - SPAN_MS).slice(-100);
    }
    this.timeouts = result.isTimeout ? this.timeouts + 1 : 0;
    if (!result.isFailure) return false;
    const failures = this.results.filter(({ isFailure }) => isFailure).length;
    const isBad = this.results.length >= MIN_RESULTS && failures / this.results.length >= FAILURE_SHARE;
    return isBad || this.timeouts >= TIMEOUTS_IN_A_ROW;
  }

  reset(): void {
    this.results = [];
    this.timeouts = 0;
  }
}

/** How long a breaker stays open when it opens for the n-th time in a row (from 1): 30 s, doubling to 15 min. */
export function breakerPauseMs(opens: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, opens - 1), LONGEST_PAUSE_MS);
}
