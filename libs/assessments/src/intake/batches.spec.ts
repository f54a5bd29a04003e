import { describe, expect, it } from '@jest/globals';
import { until } from '../../../../test/support/until.js';
import { Batches } from './batches.js';

/** Doubles what it is given, when `open` is called; 13 fails alone, 99 fails everything. */
function doubling({ atOnce = 1, apartMs = 0, largest = 100 } = {}) {
  const calls: number[][] = [];
  const gates: (() => void)[] = [];
  const batches = new Batches<number, number>(
    async (items) => {
      calls.push(items);
      await new Promise<void>((resolve) => gates.push(resolve));
      if (items.includes(99)) throw new Error('all lost');
      return items.map((item) =>
        item === 13 ? { status: 'rejected', reason: new Error('unlucky') } : { status: 'fulfilled', value: item * 2 },
      );
    },
    { atOnce, apartMs, most: 4, largest, sizeOf: (item) => item },
  );
  const open = async () => {
    gates.shift()?.();
    await turn();
  };
  return { batches, calls, open };
}

/** Past the promises and the immediates that are due. */
async function turn(): Promise<void> {
  for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
}

describe('batches', () => {
  it('go at once when nothing is under way, and gather meanwhile', async () => {
    const { batches, calls, open } = doubling();
    const first = batches.add(1);
    await turn();
    const rest = [2, 3].map((item) => batches.add(item));
    await turn();
    expect(calls).toEqual([[1]]);

    await open();
    expect(calls).toEqual([[1], [2, 3]]);
    await open();

    expect(await Promise.all([first, ...rest])).toEqual([2, 4, 6]);
  });

  it('keep apart, so that who comes soon after another has company', async () => {
    const { batches, calls, open } = doubling({ apartMs: 500 });
    const first = batches.add(1);
    await turn();
    await open();
    expect(await first).toBe(2);

    const rest = [2, 3].map((item) => batches.add(item));
    await turn();
    expect(calls).toEqual([[1]]);
    await until(() => calls.length === 2, { what: 'the second call' });
    await open();

    expect(calls).toEqual([[1], [2, 3]]);
    expect(await Promise.all(rest)).toEqual([4, 6]);
  });

  it('are no larger than allowed, in number and in size', async () => {
    const { batches, calls, open } = doubling({ largest: 10 });
    const results = [1, 1, 1, 1, 1, 50, 6, 5].map((item) => batches.add(item));
    await turn();

    for (let n = 0; n < 5; n++) await open();

    expect(calls).toEqual([[1, 1, 1, 1], [1], [50], [6], [5]]);
    expect(await Promise.all(results)).toEqual([2, 2, 2, 2, 2, 100, 12, 10]);
  });

  it('are not more at once than allowed', async () => {
    const { batches, calls, open } = doubling({ atOnce: 2 });
    const results = Array.from({ length: 9 }, () => batches.add(1));
    await turn();
    expect(calls).toHaveLength(2);

    for (let n = 0; n < 3; n++) await open();

    expect(calls.map(({ length }) => length)).toEqual([4, 4, 1]);
    expect(await Promise.all(results)).toEqual(Array.from({ length: 9 }, () => 2));
  });

  it('fail only the item that failed', async () => {
    const { batches, open } = doubling();
    const results = Promise.allSettled([1, 13, 2].map((item) => batches.add(item)));
    await turn();
    await open();

    expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('fail together when the call fails, and go on', async () => {
    const { batches, open } = doubling();
    const lost = Promise.allSettled([1, 99].map((item) => batches.add(item)));
    await turn();
    await open();
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);

    const next = batches.add(4);
    await turn();
    await open();
    expect(await next).toBe(8);
  });
});
