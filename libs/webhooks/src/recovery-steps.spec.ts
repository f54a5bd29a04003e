import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Rings } from '#libs/delivery';
import { newId, slotOf } from '#libs/model';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { RecoverySteps } from './recovery-steps.js';

const EVENTS = 1_700;

describe('the steps of recoveries', () => {
  let test: TestDatabase;
  let steps: RecoverySteps;
  const account = newId('account');
  const endpoint = newId('endpoint');

  beforeAll(async () => {
    test = await createTestDatabase();
    steps = new RecoverySteps(test.database, { ring: () => {} } as unknown as Rings);
    const { database } = test;
    await database.query(`INSERT INTO accounts (id, name, partner_token) VALUES ($1, 'Test', 'token')`, [account]);
    await database.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, url, slot) VALUES ($1, $2, 'WEBHOOK', 'http://x.example', $3)`,
      [endpoint, account, slotOf(endpoint)],
    );
    await database.query(
      `INSERT INTO events (id, account_id, type, payload, created_at)
       SELECT 'evt-' || floor(extract(epoch FROM at) * 1000)::bigint || lpad(n::text, 12, '0'), $1, 'record.new', '{}', at
       FROM (SELECT n, date_trunc('milliseconds', now() - interval '20 minutes' + n * interval '100 ms') AS at
         FROM generate_series(1, $2::integer) n) q`,
      [account, EVENTS],
    );
  });
  beforeEach(async () => {
    await test.database.query('DELETE FROM recoveries');
    await test.database.query('DELETE FROM delivery_work');
  });
  afterAll(() => test.drop());

  const start = (asked: string) =>
    test.database.query(
      `INSERT INTO recoveries (id, account_id, endpoint_id, asked, which, since, until, day, examined_until)
       SELECT $1, $2, $3, $4, 'MISSED', s, now() - interval '1 minute', date_trunc('day', s, 'UTC'), s
       FROM (SELECT now() - interval '1 hour' AS s) q`,
      [newId('recovery'), account, endpoint, asked],
    );
  const states = async () =>
    (await test.database.query<{ state: string }>('SELECT state FROM recoveries')).map(({ state }) => state);
  /** As many dispatchers as steps, until all is recovered; what waits is taken for sent meanwhile, and stays to be counted. */
  const runTogether = async (dispatchers: number) => {
    while ((await states()).includes('RUNNING')) {
      await Promise.all(Array.from({ length: dispatchers }, () => steps.step()));
      await test.database.query('UPDATE delivery_work SET manual = false WHERE manual');
    }
  };
  const made = async () =>
    (await test.database.query<{ event_id: string }>('SELECT event_id FROM delivery_work')).map(
      ({ event_id }) => event_id,
    );

  it('are taken once, however many dispatchers take them', async () => {
    await start('once');

    await runTogether(6);

    expect(await states()).toEqual(['DONE']);
    expect((await made()).length).toBe(EVENTS);
    expect(new Set(await made()).size).toBe(EVENTS);
    expect(await test.database.query('SELECT done FROM recoveries')).toEqual([{ done: EVENTS }]);
  });

  it('of two recoveries that overlap make no delivery twice', async () => {
    await start('one');
    await start('another');

    await runTogether(6);

    expect((await made()).length).toBe(EVENTS);
    expect(new Set(await made()).size).toBe(EVENTS);
  });

  it('make deliveries in the order of their events', async () => {
    await start('in order');

    await steps.step();

    const rows = await test.database.query<{ event_id: string }>(
      'SELECT event_id FROM delivery_work ORDER BY due_at, id',
    );
    const found = rows.map(({ event_id }) => event_id);
    expect(found).toHaveLength(500);
    expect(found).toEqual(found.toSorted());
  });

  it('have nothing to do when nobody wants anything', async () => {
    expect(await steps.step()).toBeNull();
  });
});
