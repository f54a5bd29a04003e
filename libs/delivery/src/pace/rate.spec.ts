import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Rate } from './rate.js';

describe('a rate', () => {
  it('without a limit has no end', () => {
    const rate = new Rate(null, null);
    rate.take(0);

    expect([rate.available(0), rate.waitMs(0), rate.position]).toEqual([Number.POSITIVE_INFINITY, 0, null]);
  });

  it('lets a second’s worth through at once, and then one at a time', () => {
    const rate = new Rate(5, null);
    for (let n = 0; n < 5; n++) rate.take(1_000);

    expect(rate.available(1_000)).toBe(0);
    expect(rate.waitMs(1_000)).toBe(200);
    expect(rate.available(1_200)).toBe(1);
    expect(rate.available(5_000)).toBe(5);
  });

  it('goes on where the turn before it ended', () => {
    const first = new Rate(10, null);
    for (let n = 0; n < 10; n++) first.take(0);

    expect(new Rate(10, first.position).available(0)).toBe(0);
  });

  it('is never exceeded over any second by more than its burst', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }),
        (perSecond, gaps) => {
          const rate = new Rate(perSecond, null);
          const starts: number[] = [];
          let now = 0;
          for (const gap of gaps) {
            now += gap;
            for (let free = rate.available(now); free > 0; free--) {
              rate.take(now);
              starts.push(now);
            }
          }
          return starts.every(
            (at) => starts.filter((other) => other > at - 1_000 && other <= at).length <= 2 * perSecond,
          );
        },
      ),
    );
  });
});
