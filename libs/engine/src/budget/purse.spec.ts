import { describe, expect, it } from '@jest/globals';
import { until } from '../../../../test/support/until.js';
import type { Priority } from '../access.js';
import type { Ask, Grant } from './budget-rows.js';
import { Purse, TooLate } from './purse.js';

/** A row that gives what it has, and notes what it is asked. */
function aRow(free: number, { waitMs = 60_000, leftMs = 60_000 } = {}) {
  const row = {
    free,
    waitMs,
    leftMs,
    asks: [] as Ask[],
    returned: 0,
    answer: (ask: Ask): Promise<Grant> => {
      row.asks.push(ask);
      row.returned += ask.returned?.permits ?? 0;
      const granted = Math.min(row.free, ask.wanted + Math.min(ask.spare, Math.floor(row.free / 8)));
      row.free -= granted;
      return Promise.resolve({
        granted,
        windowId: '1',
        leftMs: row.leftMs,
        waitMs: granted > 0 || row.free > 0 ? 0 : row.waitMs,
        limit: free,
      });
    },
  };
  return row;
}

interface TakeOptions {
  priority?: Priority;
  patienceMs?: number;
}

const take = (purse: Purse, { priority = 'background', patienceMs = Infinity }: TakeOptions = {}) =>
  new Promise<void>((resolve, reject) => {
    purse.add({
      priority,
      deadline: performance.now() + patienceMs,
      go: resolve,
      refuse: (error) => reject(error instanceof TooLate ? new Error('too late', { cause: error }) : error),
    });
  });

describe('a purse', () => {
  it('asks seldom while the limit is far', async () => {
    const row = aRow(100_000);
    const purse = new Purse(row.answer);

    for (let n = 0; n < 1_000; n++) await take(purse);

    expect(row.asks.length).toBeLessThanOrEqual(10);
  });

  it('asks once for all who wait', async () => {
    const row = aRow(7);
    const purse = new Purse(row.answer);

    await Promise.all(Array.from({ length: 7 }, () => take(purse)));

    expect(row.asks.map(({ wanted }) => wanted)).toEqual([1, 6]);
  });

  it('asks again when it learns of a higher limit while the row says that there is nothing', async () => {
    const row = aRow(1);
    const saying = Promise.withResolvers<void>();
    const purse = new Purse(async (ask) => {
      const grant = await row.answer(ask);
      if (grant.granted === 0) await saying.promise;
      return grant;
    });
    await take(purse);
    const second = take(purse);
    await until(() => row.asks.length === 2, { what: 'the question' });

    purse.learn({ limit: 30, remaining: 29, endsInMs: null });
    row.free = 29;
    saying.resolve();

    await second;
  });

  it('gives back what nobody uses', async () => {
    const row = aRow(800);
    const purse = new Purse(row.answer);
    await take(purse);

    await until(() => row.returned > 0, { what: 'the return' });

    expect(row.returned).toBe(100);
    await until(() => purse.isEmpty);
  });

  it('never uses permits of a window that is over', async () => {
    const row = aRow(800, { leftMs: 0 });
    const purse = new Purse(row.answer);
    row.leftMs = 50;
    await take(purse);
    const askedOnce = row.asks.length;
    const until50 = performance.now() + 60;
    await until(() => performance.now() > until50);

    await take(purse);

    expect(row.asks.length).toBeGreaterThan(askedOnce);
  });

  it('tells a caller at once that it takes too long, also when it knows without asking', async () => {
    const row = aRow(0);
    const purse = new Purse(row.answer);

    await expect(take(purse, { priority: 'interactive', patienceMs: 5_000 })).rejects.toThrow('too late');
    await expect(take(purse, { priority: 'interactive', patienceMs: 5_000 })).rejects.toThrow('too late');

    expect(row.asks).toHaveLength(1);
    await purse.close(new Error('over'));
  });

  it('serves callers before what works in the background', async () => {
    const row = aRow(1, { waitMs: 50 });
    const purse = new Purse(row.answer);
    const order: string[] = [];
    await take(purse);
    const background = take(purse).then(() => order.push('background'));
    const interactive = take(purse, { priority: 'interactive' }).then(() => order.push('interactive'));
    row.free = 2;

    await Promise.all([background, interactive]);

    expect(order).toEqual(['interactive', 'background']);
  });

  it('sends nothing while it is blocked, although it holds permits', async () => {
    const row = aRow(800);
    const purse = new Purse(row.answer);
    await take(purse);

    purse.block(60_000);

    await expect(take(purse, { patienceMs: 5_000 })).rejects.toThrow('too late');
    expect(row.asks.at(-1)).toMatchObject({ blockMs: 60_000 });
    await purse.close(new Error('over'));
  });

  it('lets those who wait go when the limit turns out to be higher', async () => {
    const row = aRow(0);
    const purse = new Purse(row.answer);
    const waiting = take(purse);
    await until(() => row.asks.length > 0);
    row.free = 10;

    purse.learn({ limit: 500, remaining: 400, endsInMs: null });

    await waiting;
    expect(row.asks.at(-1)?.learned).toMatchObject({ limit: 500, remaining: 400 });
    await purse.close(new Error('over'));
  });

  it('hands on what breaks the question, and asks anew for the next', async () => {
    const row = aRow(10);
    let isAway = true;
    const purse = new Purse((ask) => (isAway ? Promise.reject(new Error('away')) : row.answer(ask)));
    await expect(take(purse)).rejects.toThrow('away');

    isAway = false;

    await take(purse);
    expect(row.asks).toHaveLength(1);
  });
});
