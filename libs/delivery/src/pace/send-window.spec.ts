import { describe, expect, it } from '@jest/globals';
import { SendWindow } from './send-window.js';

describe('a window', () => {
  it('grows by one after each clean windowful, up to the largest', () => {
    const window = new SendWindow(2, 4);
    const sizes = Array.from({ length: 12 }, () => {
      window.succeeded();
      return window.current;
    });

    expect(sizes).toEqual([2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4]);
  });

  it('halves when the endpoint struggles, and lets one through always', () => {
    const window = new SendWindow(8, 8);
    const sizes = Array.from({ length: 4 }, () => {
      window.struggled();
      return window.current;
    });

    expect(sizes).toEqual([4, 2, 1, 1]);
  });

  it('is never larger than the endpoint allows, whatever was stored', () => {
    expect(new SendWindow(20, 3).current).toBe(3);
    expect(new SendWindow(0, 3).current).toBe(1);
  });
});
