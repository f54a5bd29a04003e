import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.parse('2026-11-21T09:30:00Z');

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['2', 2_000],
    [' 7 ', 7_000],
    ['Sat, 21 Nov 2026 09:30:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['99999999', 3_600_000],
    [['3', '9'], 3_000],
  ])('of %p is %p ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  it.each([undefined, '', 'soon', '-', '1e999x'])('of %p asks for nothing', (header) => {
    expect(retryAfterMs(header, NOW)).toBeNull();
  });

  it('is never less than nothing or more than an hour, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        const ms = retryAfterMs(header, NOW);
        return ms === null || (ms >= 0 && ms <= 3_600_000);
      }),
    );
  });
});
