import { describe, expect, it } from '@jest/globals';
import { Consideration } from './consideration.js';

describe('the rest after work on a backlog', () => {
  it('is none while nobody else has fresh work', () => {
    const consideration = new Consideration();
    consideration.servedFresh('acc_busy', 1_000);

    expect(consideration.restMs('acc_busy', 20, 1_001)).toBe(0);
  });

  it('is six times the work when another account has, and bounded', () => {
    const consideration = new Consideration();
    consideration.servedFresh('acc_other', 1_000);

    expect(consideration.restMs('acc_busy', 20, 1_050)).toBe(120);
    expect(consideration.restMs('acc_busy', 1_000, 1_050)).toBe(500);
  });

  it('does not forget the other account for the busy one’s own fresh work', () => {
    const consideration = new Consideration();
    consideration.servedFresh('acc_other', 1_000);
    consideration.servedFresh('acc_busy', 1_010);
    consideration.servedFresh('acc_busy', 1_020);

    expect(consideration.restMs('acc_busy', 10, 1_030)).toBe(60);
    expect(consideration.restMs('acc_other', 10, 1_030)).toBe(60);
  });

  it('ends a tenth of a second after the last fresh work', () => {
    const consideration = new Consideration();
    consideration.servedFresh('acc_other', 1_000);

    expect(consideration.restMs('acc_busy', 10, 1_101)).toBe(0);
  });
});
