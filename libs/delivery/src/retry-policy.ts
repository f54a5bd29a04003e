/** How long and how often a delivery is tried. Plain data: what the API shows is what is run. */
export interface RetryPolicy {
  /** Pause before each retry; the last one repeats until the delivery is too old. */
  delaysSeconds: readonly number[];
  /** Counted from the first attempt; after that the delivery is FAILED. */
  maxAgeSeconds: number;
}

/** What is run for every endpoint that has no policy of its own. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  delaysSeconds: [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200],
  maxAgeSeconds: 4 * 86_400,
};

/** Each pause is longer or shorter by up to this share, so that what failed together does not come back together. */
export const RETRY_JITTER = 0.2;

/** When an endpoint that only fails is given up: failing for this long, and at least this many attempts in a row. */
export const GIVE_UP_RULE = { afterSeconds: 5 * 86_400, afterAttempts: 20 };

/** Where a delivery stands: attempts finished, and the time since the first of them. */
export interface Progress {
  attempts: number;
  ageMs: number;
}

/** The pause before the next attempt in milliseconds, or null when there is none. `random` is in [0, 1). */
export function nextDelayMs(policy: RetryPolicy, { attempts, ageMs }: Progress, random = Math.random()): number | null {
  const { delaysSeconds, maxAgeSeconds } = policy;
  const seconds = delaysSeconds[Math.min(attempts, delaysSeconds.length) - 1];
  if (seconds === undefined) return null;
  const delayMs = Math.round(seconds * 1_000 * (1 + RETRY_JITTER * (2 * random - 1)));
  return ageMs + delayMs > maxAgeSeconds * 1_000 ? null : delayMs;
}

/** The policy kept with an endpoint, or the default one. */
export function policyOf(stored: unknown): RetryPolicy {
  return stored === null || stored === undefined ? DEFAULT_RETRY_POLICY : (stored as RetryPolicy);
}
