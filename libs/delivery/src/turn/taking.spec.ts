import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { until } from '../../../../test/support/until.js';
import { Breaker } from '../pace/breaker.js';
import { Pacing } from './pacing.js';
import { TurnStore } from './turn-store.js';

const ENDPOINT = 'whe_1';

/** In this database; other tests have theirs on the same server. Not for a transaction: it sees the backends of its first look. */
const WAITING = `
  SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.datname = current_database()`;

describe('taking an endpoint', () => {
  let test: TestDatabase;
  let store: TurnStore;
  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.query(`INSERT INTO accounts (id, name, partner_token) VALUES ('a', 'Test', 'token')`);
    await test.database.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, url, signature, slot)
       VALUES ($1, 'a', 'WEBHOOK', 'https://vendor.example', 'standard', 0)`,
      [ENDPOINT],
    );
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    for (const table of ['delivery_work', 'endpoint_runs']) await test.database.query(`DELETE FROM ${table}`);
    await test.database.query(`INSERT INTO endpoint_runs (endpoint_id, account_id, slot) VALUES ($1, 'a', 0)`, [
      ENDPOINT,
    ]);
    await test.database.query(
      `INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at) VALUES ($1, 'a', 'evt-1', now())`,
      [ENDPOINT],
    );
    store = new TurnStore(test.database);
  });

  const change = (set: string): Promise<unknown> => test.database.query(`UPDATE endpoint_runs SET ${set}`);

  it('reads along what is due', async () => {
    const taken = await store.take(ENDPOINT);

    expect(taken).toMatchObject({ held: { epoch: '1', endpoint: { id: ENDPOINT, accountId: 'a' } } });
    expect(taken?.due).toMatchObject({ isAll: true, rows: [{ work: { eventId: 'evt-1', endpointId: ENDPOINT } }] });
  });

  it('leaves alone who is held by somebody else, and who is told to wait', async () => {
    await change(`owner = 'other', held_until = now() + interval '3 seconds'`);
    expect(await store.take(ENDPOINT)).toBeNull();
    await change(`held_until = NULL, blocked_until = now() + interval '3 seconds'`);
    expect(await store.take(ENDPOINT)).toBeNull();
  });

  // What the statement sees is from before it waited for the lock.
  it('does not trust what it read while somebody else served the endpoint', async () => {
    let taking: Promise<Awaited<ReturnType<TurnStore['take']>>> | undefined;
    await test.database.transaction(async (tx) => {
      await tx.query(`UPDATE endpoint_runs SET owner = 'other', epoch = epoch + 1`);
      await tx.query('DELETE FROM delivery_work');
      taking = store.take(ENDPOINT);
      await until(async () => (await test.database.query(WAITING)).length > 0, { what: 'the other to wait' });
    });
    const taken = await taking;

    expect(taken).toMatchObject({ held: { epoch: '2' }, due: null });
    expect((await store.read(taken!.held, 10)).rows).toEqual([]);
  });

  it.each([
    ['whose holder did not let go', `owner = 'other', held_until = now() - interval '1 second'`],
    ['whose last turn did not end', `unfinished_epochs = 1`],
    ['that is probed', `breaker = 'OPEN'`],
  ])('leaves the reading to the turn for one %s', async (_, set) => {
    await change(set);

    expect(await store.take(ENDPOINT)).toMatchObject({ held: { epoch: '1' }, due: null });
  });

  it('reads nothing more once the endpoint was changed', async () => {
    const taken = await store.take(ENDPOINT);
    expect((await store.read(taken!.held, 10)).rows).toHaveLength(1);

    await test.database.query(`UPDATE webhook_endpoints SET updated_at = clock_timestamp() + interval '1 millisecond'`);

    expect(await store.read(taken!.held, 10)).toEqual({ rows: [], isAll: false, isChanged: true });
  });

  it('is not held again by a turn that has let it go', async () => {
    const { held } = (await store.take(ENDPOINT))!;
    expect(await store.renew([held])).toEqual([expect.any(Date)]);

    await store.end(new Pacing(held, new Breaker()).end());

    expect(await store.renew([held])).toEqual([null]);
    expect(await new TurnStore(test.database).take(ENDPOINT)).not.toBeNull();
  });

  it('is held again when a crash of PostgreSQL has forgotten who took it', async () => {
    const { held } = (await store.take(ENDPOINT))!;
    await change('owner = NULL, epoch = 0, held_until = NULL');

    expect(await store.renew([held])).toEqual([expect.any(Date)]);
    expect(await new TurnStore(test.database).take(ENDPOINT)).toBeNull();
  });
});
