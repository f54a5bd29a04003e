import { describe, expect, it } from '@jest/globals';
import { RingRate } from './ring-rate.js';

describe('the rate of rings', () => {
  it('is that of the last quarter of a second that is over', () => {
    const rate = new RingRate();

    rate.add(1, 1_000);
    rate.add(499, 1_100);

    expect(rate.perSecond(1_200)).toBe(0);
    expect(rate.perSecond(1_250)).toBe(2_000);
  });

  it('is nothing after a quiet time', () => {
    const rate = new RingRate();

    rate.add(500, 1_000);

    expect(rate.perSecond(2_000)).toBe(0);
  });
});
