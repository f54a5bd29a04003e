import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { until } from '../../../../test/support/until.js';
import { type EngineDesk, startEngine } from '../../testing/engine-desk.js';
import { aVersion, anAccess, type FakeAts, sendJson, startFakeAts } from '../../testing/index.js';
import { aLimiter } from '../../testing/limiter.js';
import type { Access, SendOptions } from '../access.js';

let test: TestDatabase;
let one: EngineDesk;
let other: EngineDesk;
let ats: FakeAts;
let runs = 0;

const ROOMS = { method: 'GET' as const, path: 'rooms' };
const limited = (requests: number, perSeconds: number, changes: Partial<Access> = {}): Access => {
  runs += 1;
  const version = aVersion({ rateLimit: { ...aVersion().rateLimit, requests, perSeconds } });
  const ids = { accountId: 'acc_one', integrationId: `int_${runs}`, budgetKey: `int_${runs}` };
  return anAccess(ats.origin, { version, ...ids, ...changes });
};
const used = async ({ budgetKey }: Access): Promise<number> => {
  const [row] = await test.database.query<{ used: number }>('SELECT used FROM request_budgets WHERE key = $1', [
    budgetKey,
  ]);
  return row!.used;
};
const codeOf = (error: unknown): string => (error as { code: string }).code;

beforeAll(async () => {
  test = await createTestDatabase();
  [one, other] = await Promise.all([startEngine(test.url), startEngine(test.url)]);
  ats = await startFakeAts();
});
afterAll(async () => {
  await one?.close();
  await other?.close();
  await ats?.close();
  await test?.drop();
});
beforeEach(() => {
  ats.got.length = 0;
  ats.answer = (_, response) => sendJson(response, 200, {});
});

describe('the budget of a connection', () => {
  it('is never exceeded by two processes together', async () => {
    const access = limited(20, 60);
    const send = ({ engine }: EngineDesk) =>
      engine.send(access, ROOMS, { priority: 'interactive' }).then(() => 'sent', codeOf);

    const results = await Promise.all(Array.from({ length: 50 }, (_, n) => send(n % 2 === 0 ? one : other)));

    expect(results.filter((result) => result === 'sent')).toHaveLength(20);
    expect(results.filter((result) => result === 'provider_rate_limited')).toHaveLength(30);
    expect(ats.got).toHaveLength(20);
  });

  it('refuses a caller at once when the wait is longer than his patience, and says how long it is', async () => {
    const access = limited(1, 60);
    await one.engine.send(access, ROOMS);

    const error = await other.engine
      .send(access, ROOMS, { priority: 'interactive' })
      .catch((thrown: unknown) => thrown);

    expect(codeOf(error)).toBe('provider_rate_limited');
    const { retryAfterSeconds } = error as { retryAfterSeconds: number };
    expect(retryAfterSeconds).toBeGreaterThan(50);
    expect(retryAfterSeconds).toBeLessThanOrEqual(61);
  });

  it('leaves a tenth of a window to callers who wait', async () => {
    const access = limited(20, 60);
    const over = new AbortController();
    const background = Array.from({ length: 30 }, () =>
      one.engine.send(access, ROOMS, { signal: over.signal }).catch(() => null),
    );
    await until(() => ats.got.length === 18, { what: 'nine tenths of the window' });

    const [mine, theirs] = await Promise.all([
      one.engine.send(access, ROOMS, { priority: 'interactive' }),
      other.engine.send(access, ROOMS, { priority: 'interactive' }),
    ]);

    expect([mine.status, theirs.status, ats.got.length]).toEqual([200, 200, 20]);
    over.abort();
    await Promise.all(background);
  });

  it('is not that of another connection, nor of another account', async () => {
    const access = limited(1, 60);
    const theirs = { ...access, accountId: 'acc_two' };
    await one.engine.send(access, ROOMS);

    expect((await one.engine.send(theirs, ROOMS)).status).toBe(200);
    expect((await one.engine.send(limited(1, 60), ROOMS)).status).toBe(200);
  });

  it('follows what the ATS says of its limit', async () => {
    const access = limited(2, 60);
    ats.answer = (_, response) =>
      sendJson(response, 200, {}, { 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': String(30 - ats.got.length) });

    const sent = await Promise.all(Array.from({ length: 25 }, () => one.engine.send(access, ROOMS)));

    expect(sent).toHaveLength(25);
  });

  it('counts what others have used up', async () => {
    const access = limited(10, 60);
    ats.answer = (_, response) =>
      sendJson(response, 200, {}, { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '0' });
    await one.engine.send(access, ROOMS);

    const code = await until(() =>
      other.engine.send(access, ROOMS, { priority: 'interactive' }).then(() => null, codeOf),
    );

    expect(code).toBe('provider_rate_limited');
    expect(await used(access)).toBe(10);
  });

  it('takes back what a process does not use', async () => {
    const access = limited(100, 60);
    await one.engine.send(access, ROOMS);
    expect(await used(access)).toBeGreaterThan(1);

    await until(async () => (await used(access)) === 1, { what: 'the return of the permits' });
  });
});

describe('a 429', () => {
  const once =
    (headers: Record<string, string>): FakeAts['answer'] =>
    (_, response) =>
      sendJson(response, ats.got.length === 1 ? 429 : 200, {}, ats.got.length === 1 ? headers : {});

  it('holds everybody back until Retry-After, in every process, and then the call is sent again, whatever its method', async () => {
    const access = limited(100, 60);
    const at: number[] = [];
    ats.answer = (got, response) => {
      at.push(performance.now());
      once({ 'retry-after': '1' })(got, response);
    };
    const options: SendOptions = { priority: 'interactive' };
    const first = one.engine.send(access, { method: 'POST', path: 'rooms', json: {} }, options);
    await until(async () => (await blocked(access)) !== null, { what: 'the block' });

    const [mine, theirs] = await Promise.all([first, other.engine.send(access, ROOMS, options)]);

    expect([mine.status, theirs.status, ats.got.length]).toEqual([200, 200, 3]);
    expect(at.slice(1).every((later) => later - at[0]! >= 990)).toBe(true);
  });

  it('may give an HTTP date', async () => {
    ats.answer = once({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() });

    const error = await one.engine.send(limited(100, 60), ROOMS, { priority: 'interactive' }).catch((e: unknown) => e);

    expect(codeOf(error)).toBe('provider_rate_limited');
    expect((error as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(50);
    expect(ats.got).toHaveLength(1);
  });

  it('is waited for in the background until it is aborted', async () => {
    const access = limited(100, 60);
    const over = new AbortController();
    ats.answer = once({ 'retry-after': '600' });
    const sending = one.engine.send(access, ROOMS, { signal: over.signal });
    await until(async () => (await blocked(access)) !== null, { what: 'the block' });

    over.abort(new Error('stopped'));

    await expect(sending).rejects.toThrow('stopped');
    expect(ats.got).toHaveLength(1);
    expect(await one.metrics.render()).toContain('atsume_upstream_waiting{priority="background"} 0');
  });

  async function blocked({ budgetKey }: Access): Promise<Date | null> {
    const [row] = await test.database.query<{ blocked_until: Date | null }>(
      'SELECT blocked_until FROM request_budgets WHERE key = $1',
      [budgetKey],
    );
    return row?.blocked_until ?? null;
  }
});

describe('windows of the ATS', () => {
  it('are used up by two processes together, and not overstepped once they are known', async () => {
    const limit = 40;
    const windowMs = 1_500;
    const limiter = aLimiter({ limit, windowMs, grainMs: 1 });
    ats.answer = limiter.answer;
    const access = limited(30, 1.5);
    const over = new AbortController();
    const work = async ({ engine }: EngineDesk): Promise<void> => {
      while (!over.signal.aborted) await engine.send(access, ROOMS, { signal: over.signal }).catch(() => null);
    };
    const usedUp = () => limiter.windows.filter(({ taken }) => taken === limit).length;

    // From the middle of a window, so that theirs do not begin with the ATS's by chance.
    await until(() => Math.abs((Date.now() % windowMs) - windowMs / 2) < 100);
    const workers = Array.from({ length: 8 }, (_, n) => work(n % 2 === 0 ? one : other));
    await until(() => usedUp() >= 6, { withinMs: 20_000, what: 'six windows used up' }).finally(() => over.abort());
    await Promise.all(workers);

    // A busy machine may fall asleep over the end of one or two.
    expect(limiter.windows.length).toBeLessThanOrEqual(9);
    // The first is that of getting to know each other.
    const refused = limiter.windows.slice(1).reduce((sum, window) => sum + window.refused, 0);
    expect(refused).toBeLessThanOrEqual(2);
  });
});
