import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newEventId } from '#libs/model';
import type { Queryable, Statement } from '#libs/store';
import { type TestDatabase, createTestDatabase } from '../../../test/support/database.js';
import { DeliveriesRepository } from './deliveries.repository.js';

const DELIVERIES = 30_000;
const ENDPOINT = 'whe_1';

interface Explained {
  'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }];
}

/** Of one account and one endpoint, delivered at the second attempt; every third still waits for its second. */
describe('what looking at one delivery reads', () => {
  let test: TestDatabase;
  const deliveries = new DeliveriesRepository();
  let blocks = 0;
  const eventIds = Array.from({ length: DELIVERIES }, () => newEventId());
  const [waiting, delivered] = [eventIds[15_000]!, eventIds[15_001]!];

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.query(
      `WITH e AS (
         SELECT id, n, to_timestamp(substr(id, 5, 13)::bigint / 1000.0) AS at
         FROM unnest($1::text[]) WITH ORDINALITY AS u (id, n)
       ), stored AS (
         INSERT INTO events (id, account_id, type, payload, created_at) SELECT id, 'a', 'record.new', '{}', at FROM e
       ), work AS (
         INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at, attempt, first_at, due_at)
         SELECT $2, 'a', id, at, 1, now(), now() + interval '1 hour' FROM e WHERE n % 3 = 1
       )
       INSERT INTO attempts (at, work_id, n, account_id, endpoint_id, event_id, event_at, outcome, ms)
       SELECT now(), gen_random_uuid(), t.n, 'a', $2, id, at, t.outcome, 5
       FROM e JOIN (VALUES (1, 'RETRYING'), (2, 'DELIVERED')) AS t (n, outcome) ON t.n = 1 OR e.n % 3 <> 1`,
      [eventIds, ENDPOINT],
    );
  });
  afterAll(() => test.drop());
  beforeEach(() => {
    blocks = 0;
  });

  const explained: Queryable = {
    async query<T>(statement: string | Statement, values: readonly unknown[]): Promise<T[]> {
      const text = typeof statement === 'string' ? statement : statement.text;
      const rows = await test.database.query<Explained>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
      const plan = rows[0]!['QUERY PLAN'][0].Plan;
      blocks += plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
      return test.database.query<T>(text, values);
    },
  };

  it('is a few blocks for one that waits', async () => {
    const found = await deliveries.find(explained, 'a', { event_id: waiting, endpoint_id: ENDPOINT });

    expect(found).toMatchObject({ status: 'RETRYING', attempts: 1 });
    expect(blocks).toBeLessThan(250);
  });

  it('is a few blocks for one that is over', async () => {
    const found = await deliveries.find(explained, 'a', { event_id: delivered, endpoint_id: ENDPOINT });

    expect(found).toMatchObject({ status: 'DELIVERED', attempts: 2 });
    expect(blocks).toBeLessThan(250);
  });

  it('is a few blocks for its attempts', async () => {
    const attempts = await deliveries.findAttempts(explained, 'a', { event_id: delivered, endpoint_id: ENDPOINT });

    expect(attempts.map(({ outcome }) => outcome)).toEqual(['RETRYING', 'DELIVERED']);
    expect(blocks).toBeLessThan(250);
  });
});
