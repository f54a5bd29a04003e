import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';
import { type Hub, startHub } from '../support/hub.js';
import { eachQueue } from '../support/queues.js';
import { startSubscriber, type Subscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { aVendor, type Vendor } from '../support/vendor.js';

interface Recovery {
  id: string;
  state: string;
  done: number;
  total: number | null;
}

const MISSED = 3_000;

eachQueue('a recovery whose hub is killed', (queue) => {
  let databaseUrl: string;
  let client: pg.Client;
  let subscriber: Subscriber;
  let hub: Hub;
  let vendor: Vendor;

  beforeEach(async () => {
    databaseUrl = await createDatabaseUrl();
    client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    subscriber = await startSubscriber();
    hub = await startHub({
      databaseUrl,
      redisUrl: queue.redisUrl(),
      encryptionKey: `k1:${randomBytes(32).toString('base64')}`,
      env: { ATSUME_ALLOW_PRIVATE_TARGETS: 'true' },
    });
    vendor = await aVendor(hub.url, hub.apiKey);
  });
  afterEach(async () => {
    await hub.stop();
    await client.end();
    await subscriber.close();
    await dropDatabase(databaseUrl);
  });

  it('goes on at its cursor: each event comes, and it ends', async () => {
    const endpoint = await vendor.call<{ id: string }>('POST', '/v1/webhooks/endpoints', { url: subscriber.url });
    await insertEvents(endpoint.id);
    const span = {
      since: new Date(Date.now() - 3_600_000).toISOString(),
      until: new Date(Date.now() - 60_000).toISOString(),
    };
    const { id } = await vendor.call<Recovery>('POST', `/v1/webhooks/endpoints/${endpoint.id}/recover`, {
      ...span,
      status: 'MISSED',
    });
    await until(() => subscriber.received.length > 700, { what: 'the second step' });
    await hub.kill9();
    const cutOff = await progress(id);
    expect(cutOff).toMatchObject({ state: 'RUNNING' });
    expect(cutOff.done).toBeLessThan(MISSED);

    hub = await startHub(hub.options);
    vendor.moveTo(hub.url);

    const read = () => vendor.call<Recovery>('GET', `/v1/webhooks/recoveries/${id}`);
    await until(async () => (await read()).state === 'DONE', { what: 'the end of the recovery', withinMs: 60_000 });
    await until(async () => (await client.query('SELECT FROM delivery_work')).rowCount === 0, { what: 'all sent' });
    expect(await read()).toMatchObject({ done: MISSED, total: MISSED });
    expect(new Set(subscriber.received.map((received) => received.id)).size).toBe(MISSED);
    const { rows } = await client.query<{ deliveries: number }>(
      `SELECT count(DISTINCT work_id)::integer AS deliveries FROM attempts WHERE outcome = 'DELIVERED'`,
    );
    expect(rows[0]?.deliveries).toBe(MISSED);
  });

  async function progress(id: string): Promise<Recovery> {
    const { rows } = await client.query<Recovery>('SELECT id, state, done FROM recoveries WHERE id = $1', [id]);
    return rows[0]!;
  }

  /** Events that nobody was there for. */
  async function insertEvents(endpointId: string): Promise<void> {
    await client.query(
      `INSERT INTO events (id, account_id, type, payload, created_at)
       SELECT 'evt-' || floor(extract(epoch FROM at) * 1000)::bigint || lpad(n::text, 12, '0'), w.account_id, 'record.new', '{}', at
       FROM webhook_endpoints w, (SELECT n, date_trunc('milliseconds', now() - interval '30 minutes' + n * interval '100 ms') AS at
         FROM generate_series(1, $1::integer) n) q WHERE w.id = $2`,
      [MISSED, endpointId],
    );
  }
});
