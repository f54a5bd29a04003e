import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 20;

/** Asks again and again until the answer is neither null, undefined nor false, and returns it. @throws Error after `withinMs`. */
export async function until<T>(
  ask: () => T | Promise<T>,
  { withinMs = 10_000, what = 'what the test waits for' }: { withinMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${withinMs} ms`);
    await pause(POLL_MS);
  }
}
