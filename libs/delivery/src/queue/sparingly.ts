/** Calls at most once in `ms`, the first time at once; what comes in between is left out. */
export function sparingly<A extends unknown[]>(ms: number, call: (...given: A) => void): (...given: A) => void {
  let calledAt = Number.NEGATIVE_INFINITY;
  return (...given) => {
    if (performance.now() - calledAt < ms) return;
    calledAt = performance.now();
    call(...given);
  };
}
