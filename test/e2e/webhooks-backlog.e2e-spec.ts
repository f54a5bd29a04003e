import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newEventId } from '#libs/model';
import { type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { type WebhooksHub, openWebhooksHub } from './webhooks-hub.js';

/** More than is done in one transaction. */
const BACKLOG = 4_500;

describe('an endpoint with a large backlog', () => {
  let hub: WebhooksHub;
  let subscriber: Subscriber;
  let endpointId = '';

  beforeAll(async () => {
    hub = await openWebhooksHub();
  });
  afterAll(() => hub.close());
  beforeEach(async () => {
    subscriber = await startSubscriber();
    const { body } = await hub.call<{ id: string }>('POST', '/v1/webhooks/endpoints', { url: subscriber.url });
    endpointId = body.id;
  });
  afterEach(async () => {
    await hub.call('DELETE', path());
    await subscriber.close();
  });

  const path = (action = '') => `/v1/webhooks/endpoints/${endpointId}${action}`;
  const count = async (from: string) =>
    (await hub.database.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${from}`, [endpointId]))[0]?.n;
  const waiting = () => count('delivery_work WHERE endpoint_id = $1');
  const chores = () => count('endpoint_chores WHERE endpoint_id = $1');
  /** Events of an account without endpoints, each waiting for its next attempt between 10 minutes and 10 hours from now. */
  const fill = (count = BACKLOG) =>
    hub.database.query(
      `WITH e AS (
         INSERT INTO events (id, account_id, type, payload, created_at)
         SELECT 'evt-' || floor(extract(epoch FROM at) * 1000)::bigint || lpad(n::text, 12, '0'), $1, 'record.new', '{}', at
         FROM (SELECT n, date_trunc('milliseconds', now()) AS at FROM generate_series(1, $3::integer) n) q RETURNING *
       )
       INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at, attempt, first_at, due_at)
       SELECT $2, e.account_id, e.id, e.created_at, 1, now(), now() + interval '10 minutes' + random() * interval '9 hours'
       FROM e`,
      [hub.accountId, endpointId, count],
    );

  it('is searched in bounded parts, which together find everything', async () => {
    await fill(21_000);
    const oldest = await hub.database.query<{ event_id: string }>(
      `UPDATE delivery_work SET first_at = NULL WHERE endpoint_id = $1 AND event_id IN (
         SELECT event_id FROM delivery_work WHERE endpoint_id = $1 ORDER BY event_at, event_id DESC LIMIT 3)
       RETURNING event_id`,
      [endpointId],
    );

    const pages: string[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = `status=PENDING&endpointId=${endpointId}${cursor ? `&cursor=${cursor}` : ''}`;
      const { body } = await hub.call<{ data: { eventId: string }[]; nextCursor: string | null }>(
        'GET',
        `/v1/webhooks/deliveries?${query}`,
      );
      pages.push(body.data.map(({ eventId }) => eventId));
      cursor = body.nextCursor;
    }

    expect(pages.map(({ length }) => length)).toEqual([0, 0, 3]);
    expect(pages.flat().toSorted()).toEqual(oldest.map(({ event_id }) => event_id).toSorted());
    await hub.database.query('DELETE FROM delivery_work');
  });

  it('is searched past what other endpoints got, and what the hub called for itself, in bounded parts', async () => {
    const deliver = (to: string, count: number, minutesAgo: number) =>
      hub.database.query(
        `INSERT INTO attempts (at, work_id, n, account_id, endpoint_id, event_id, event_at, outcome, status, ms)
         SELECT at, gen_random_uuid(), 1, $1, $2, 'evt-' || floor(extract(epoch FROM at) * 1000)::bigint || lpad(n::text, 12, '0'),
           at, 'DELIVERED', 200, 1
         FROM (SELECT n, date_trunc('milliseconds', now() - make_interval(mins => $4)) AS at FROM generate_series(1, $3::integer) n) q`,
        [hub.accountId, to, count, minutesAgo],
      );
    await deliver(endpointId, 3, 3);
    await deliver('whf_0000000000000000000000', 10_001, 2);
    await deliver('whe_0000000000000000000000', 10_001, 1);

    const pages = async (query: string) => {
      const lengths: number[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const path: string = `/v1/webhooks/deliveries?limit=250&${query}${cursor ? `&cursor=${cursor}` : ''}`;
        const { body } = await hub.call<{ data: unknown[]; nextCursor: string | null }>('GET', path);
        lengths.push(body.data.length);
        cursor = body.nextCursor;
      }
      return lengths;
    };

    expect(await pages(`endpointId=${endpointId}`)).toEqual([0, 0, 3]);
    expect(await pages(`endpointId=${endpointId}&status=DELIVERED`)).toEqual([0, 0, 3]);
    // 10,001 of the other one in 40 pages; the one after them looks at the hub's own.
    expect(await pages('status=DELIVERED')).toEqual([...Array.from({ length: 40 }, () => 250), 1, 3]);
    await hub.database.query('DELETE FROM attempts');
  });

  it('sends all of it when it is enabled', async () => {
    await hub.call('POST', path('/disable'));
    await fill();

    expect((await hub.call('POST', path('/enable'))).status).toBe(200);

    await until(async () => (await waiting()) === 0, { what: 'an empty backlog', withinMs: 20_000 });
    expect(new Set(subscriber.received.map(({ id }) => id)).size).toBe(BACKLOG);
    expect(subscriber.received).toHaveLength(BACKLOG);
    expect(await chores()).toBe(0);
  });

  it('sends all of it to its new URL', async () => {
    await fill();

    expect((await hub.call('PATCH', path(), { url: `${subscriber.url}/moved` })).status).toBe(200);

    await until(async () => (await waiting()) === 0, { what: 'an empty backlog', withinMs: 20_000 });
    expect(subscriber.received).toHaveLength(BACKLOG);
  });

  it('goes on being woken after whoever began it died', async () => {
    await fill();
    // What the call leaves behind when it dies right after its commit.
    await hub.database.query(`INSERT INTO endpoint_chores (endpoint_id, what, account_id) VALUES ($1, 'WAKE', $2)`, [
      endpointId,
      hub.accountId,
    ]);

    await until(async () => (await chores()) === 0, { what: 'the end of the chore' });
    expect(await count('delivery_work WHERE endpoint_id = $1 AND due_at > now()')).toBe(0);
  });

  it('fails all of it when it is removed', async () => {
    await fill();

    expect((await hub.call('DELETE', path())).status).toBe(204);

    await until(async () => (await waiting()) === 0, { what: 'an empty backlog', withinMs: 20_000 });
    expect(await count(`attempts WHERE endpoint_id = $1 AND outcome = 'FAILED' AND error = 'endpoint_deleted'`)).toBe(
      BACKLOG,
    );
    expect(subscriber.received).toHaveLength(0);
  });

  it('that is removed holds nobody up', async () => {
    await fill();
    const other = new pg.Client({ connectionString: hub.databaseUrl });
    await other.connect();
    await other.query('BEGIN; LOCK TABLE attempts IN EXCLUSIVE MODE');

    const removed = hub.call('DELETE', path());
    await until(async () => (await chores()) === 1, { what: 'the removal' });

    expect((await hub.call('GET', path())).status).toBe(404);
    await hub.database.query('SELECT FROM endpoint_runs WHERE endpoint_id = $1 FOR UPDATE NOWAIT', [endpointId]);
    await other.query('ROLLBACK');
    await other.end();
    expect((await removed).status).toBe(204);
  });

  it('fails what an order leaves behind that met the removal', async () => {
    await hub.call('DELETE', path());
    const eventId = newEventId();
    await hub.database.query(
      'INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at) VALUES ($1, $2, $3, now())',
      [endpointId, hub.accountId, eventId],
    );

    await until(async () => (await waiting()) === 0, { what: 'an empty backlog', withinMs: 20_000 });
    expect(await hub.database.query('SELECT outcome, error FROM attempts WHERE event_id = $1', [eventId])).toEqual([
      { outcome: 'FAILED', error: 'endpoint_deleted' },
    ]);
  });
});
