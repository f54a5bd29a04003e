import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '#libs/telemetry';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { BacklogGauges } from './backlog-gauges.js';

const OLD = `now() - interval '1 hour'`;
const LATER = `now() + interval '1 hour'`;

describe('the gauges of the backlog', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.query(`INSERT INTO accounts (id, name, partner_token) VALUES ('a', 'Test', 'token')`);
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    for (const table of ['delivery_work', 'endpoint_runs', 'webhook_endpoints']) {
      await test.database.query(`DELETE FROM ${table}`);
    }
  });

  async function endpoint(id: string, { status = 'ENABLED', breaker = 'CLOSED', blockedUntil = 'NULL' } = {}) {
    await test.database.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, url, signature, slot, status)
       VALUES ($1, 'a', 'WEBHOOK', 'https://vendor.example', 'standard', 0, $2)`,
      [id, status],
    );
    await test.database.query(
      `INSERT INTO endpoint_runs (endpoint_id, account_id, slot, breaker, blocked_until) VALUES ($1, 'a', 0, $2, ${blockedUntil})`,
      [id, breaker],
    );
  }

  const work = (endpointId: string, dueAt: string, count = 1) =>
    test.database.query(
      `INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at, due_at)
       SELECT $1, 'a', 'e', now(), ${dueAt} FROM generate_series(1, $2)`,
      [endpointId, count],
    );

  /** Values by gauge and labels. */
  async function read(metrics = new Metrics(), database = test.database): Promise<Record<string, number>> {
    if (!metrics.registry.getSingleMetric('atsume_delivery_due')) new BacklogGauges(database, metrics);
    const lines = [...(await metrics.render()).matchAll(/^atsume_delivery_(\S+) (\S+)$/gm)];
    return Object.fromEntries(lines.map(([, name = '', value]) => [name, Number(value)]));
  }

  it('are zero where nothing waits', async () => {
    expect(await read()).toEqual({
      'due{state="ready"}': 0,
      'due{state="held"}': 0,
      'oldest_due_age_seconds{state="ready"}': 0,
      'oldest_due_age_seconds{state="held"}': 0,
      waiting: 0,
      open_breakers: 0,
      disabled_endpoints: 0,
    });
  });

  it('tell what is due from what comes later, and its age', async () => {
    await endpoint('one');
    await endpoint('two');
    await work('one', OLD);
    await work('two', 'now()', 3);
    await work('two', LATER, 5);

    const found = await read();

    expect(found).toMatchObject({ 'due{state="ready"}': 4, 'due{state="held"}': 0, waiting: 9 });
    expect(found['oldest_due_age_seconds{state="ready"}']).toBeGreaterThanOrEqual(3_600);
    expect(found['oldest_due_age_seconds{state="ready"}']).toBeLessThan(3_700);
  });

  it('keep apart what an endpoint holds back', async () => {
    await endpoint('ready', { blockedUntil: OLD });
    await endpoint('resting', { breaker: 'OPEN', blockedUntil: LATER });
    await endpoint('off', { status: 'DISABLED', breaker: 'OPEN' });
    await work('ready', 'now()', 2);
    await work('resting', OLD, 3);
    await work('off', OLD, 4);

    const found = await read();

    expect(found).toMatchObject({
      'due{state="ready"}': 2,
      'due{state="held"}': 7,
      open_breakers: 1,
      disabled_endpoints: 1,
    });
    expect(found['oldest_due_age_seconds{state="ready"}']).toBeLessThan(100);
    expect(found['oldest_due_age_seconds{state="held"}']).toBeGreaterThanOrEqual(3_600);
  });

  it('count no further than a hundred thousand', async () => {
    await endpoint('huge');
    await work('huge', OLD, 100_010);

    expect(await read()).toMatchObject({ 'due{state="ready"}': 100_000, waiting: 100_000 });
  });

  it('ask the database once, however often they are asked', async () => {
    const metrics = new Metrics();
    await Promise.all([read(metrics), read(metrics)]);
    await endpoint('new', { status: 'DISABLED' });

    expect(await read(metrics)).toMatchObject({ disabled_endpoints: 0 });
    expect(await read()).toMatchObject({ disabled_endpoints: 1 });
  });

  it('have no values while PostgreSQL is away, and let the others have theirs', async () => {
    const away = await createTestDatabase();
    await away.drop();
    const metrics = new Metrics();
    metrics.counter({ name: 'delivery_other', help: 'Another' }).inc();

    expect(await read(metrics, away.database)).toEqual({ other: 1 });
  });
});
