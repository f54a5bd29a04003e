import { describe, expect, it } from '@jest/globals';
import { Batcher } from './batcher.js';

function doubling(limits = { gatherMs: 2, most: 4 }) {
  const batches: number[][] = [];
  const batcher = new Batcher<number, number>(async (items) => {
    batches.push(items);
    await new Promise((resolve) => setImmediate(resolve));
    if (items.includes(13)) throw new Error('unlucky');
    return items.map((item) => item * 2);
  }, limits);
  return { batcher, batches };
}

describe('a batcher', () => {
  it('gives each caller its own result', async () => {
    const { batcher } = doubling();

    expect(await Promise.all([1, 2, 3].map((item) => batcher.add(item)))).toEqual([2, 4, 6]);
  });

  it('makes one call of what comes together, and no larger one than allowed', async () => {
    const { batcher, batches } = doubling();

    await Promise.all(Array.from({ length: 10 }, (_, item) => batcher.add(item)));

    expect(batches.flat().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Math.max(...batches.map(({ length }) => length))).toBe(4);
    expect(batches.length).toBeLessThanOrEqual(4);
  });

  it('fails all callers of a batch that fails, and goes on', async () => {
    const { batcher } = doubling();

    const failed = await Promise.allSettled([batcher.add(1), batcher.add(13)]);

    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await batcher.add(4)).toBe(8);
  });

  it('gathers no longer when somebody is in a hurry', async () => {
    const { batcher, batches } = doubling({ gatherMs: 3_600_000, most: 4 });
    await batcher.add(1);
    const result = batcher.add(2);

    batcher.hurry();

    expect(await result).toBe(4);
    expect(batches).toEqual([[1], [2]]);
  });

  it('drains what was added', async () => {
    const { batcher, batches } = doubling();
    const results = [1, 2, 3, 4, 5, 6].map((item) => batcher.add(item));

    await batcher.drain();

    expect(batches.flat()).toHaveLength(6);
    expect(await Promise.all(results)).toEqual([2, 4, 6, 8, 10, 12]);
  });
});
