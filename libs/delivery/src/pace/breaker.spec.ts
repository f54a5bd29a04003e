import { describe, expect, it } from '@jest/globals';
import { Breaker, breakerPauseMs } from './breaker.js';

const FAILURE = { isFailure: true, isTimeout: false };
const TIMEOUT = { isFailure: true, isTimeout: true };
const SUCCESS = { isFailure: false, isTimeout: false };

describe('a breaker', () => {
  it('opens at the tenth result when seven of ten failed', () => {
    const breaker = new Breaker();
    const results = [SUCCESS, SUCCESS, SUCCESS, ...Array.from({ length: 7 }, () => FAILURE)];

    expect(results.map((result) => breaker.record(result, 0))).toEqual([
      ...Array.from({ length: 9 }, () => false),
      true,
    ]);
  });

  it('stays closed while fewer fail', () => {
    const breaker = new Breaker();
    const results = Array.from({ length: 40 }, (_, n) => (n % 5 < 3 ? FAILURE : SUCCESS));

    expect(results.some((result) => breaker.record(result, 0))).toBe(false);
  });

  it('opens after three time-outs in a row', () => {
    const breaker = new Breaker();

    expect([TIMEOUT, TIMEOUT, SUCCESS, TIMEOUT, TIMEOUT, TIMEOUT].map((result) => breaker.record(result, 0))).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('forgets what is older than a minute', () => {
    const breaker = new Breaker();
    for (let n = 0; n < 9; n++) breaker.record(FAILURE, 0);

    expect(breaker.record(FAILURE, 60_001)).toBe(false);
  });

  it('starts anew after a reset', () => {
    const breaker = new Breaker();
    for (let n = 0; n < 9; n++) breaker.record(FAILURE, 0);
    breaker.reset();

    expect(breaker.record(FAILURE, 0)).toBe(false);
  });

  it('stays open for half a minute at first and a quarter of an hour at most', () => {
    expect([1, 2, 3, 4, 5, 6, 100].map(breakerPauseMs)).toEqual([
      30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000,
    ]);
  });
});
