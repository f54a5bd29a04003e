import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_RETRY_POLICY, nextDelayMs, policyOf } from './retry-policy.js';

const MIDDLE = 0.5;
const HOUR_MS = 3_600_000;

/** All pauses of a delivery that never succeeds and whose requests take no time. */
function pauses(random: number): number[] {
  const all: number[] = [];
  let ageMs = 0;
  for (;;) {
    const delayMs = nextDelayMs(DEFAULT_RETRY_POLICY, { attempts: all.length + 1, ageMs }, random);
    if (delayMs === null) return all;
    all.push(delayMs);
    ageMs += delayMs;
  }
}

describe('the retry schedule', () => {
  it('is the documented one', () => {
    const seconds = pauses(MIDDLE).map((ms) => ms / 1_000);

    expect(seconds.slice(0, 10)).toEqual([5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200]);
    expect(new Set(seconds.slice(10))).toEqual(new Set([43_200]));
  });

  it('ends four days after the first attempt', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (random) => {
        const total = pauses(random).reduce((sum, ms) => sum + ms, 0);
        return total <= 96 * HOUR_MS && total > (96 - 15) * HOUR_MS;
      }),
    );
  });

  it('varies each pause by a fifth at most', () => {
    expect(nextDelayMs(DEFAULT_RETRY_POLICY, { attempts: 1, ageMs: 0 }, 0)).toBe(4_000);
    expect(nextDelayMs(DEFAULT_RETRY_POLICY, { attempts: 1, ageMs: 0 }, 0.999_999)).toBe(6_000);
  });

  it('is the endpoint’s own where it has one', () => {
    const own = { delaysSeconds: [1], maxAgeSeconds: 10 };

    expect(policyOf(own)).toEqual(own);
    expect(policyOf(null)).toBe(DEFAULT_RETRY_POLICY);
    expect(nextDelayMs(own, { attempts: 7, ageMs: 5_000 }, MIDDLE)).toBe(1_000);
    expect(nextDelayMs(own, { attempts: 8, ageMs: 9_500 }, MIDDLE)).toBeNull();
  });
});
