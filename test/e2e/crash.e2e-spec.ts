import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { anOrder } from '../factories/order.js';
import { createEmptyDatabaseUrl, dropDatabase } from '../support/database.js';
import { type Hub, startHub } from '../support/hub.js';
import { startSubscriber, type Subscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { aVendor, type Vendor } from '../support/vendor.js';
import { eachQueue } from '../support/queues.js';

const ORDERS = 20;
/** The same for every start on a database, as an operator's would be. */
const encryptionKey = `k1:${randomBytes(32).toString('base64')}`;

eachQueue('a hub that is killed', (queue) => {
  let databaseUrl: string;
  let subscriber: Subscriber;
  let hub: Hub;
  let vendor: Vendor;
  const start = async (app: 'standalone' | 'api' = 'standalone') => {
    hub = await startHub({ databaseUrl, redisUrl: queue.redisUrl(), app, encryptionKey });
    vendor?.moveTo(hub.url);
  };

  beforeEach(async () => {
    databaseUrl = await createEmptyDatabaseUrl();
    subscriber = await startSubscriber();
    await start();
    vendor = await aVendor(hub.url, hub.apiKey);
    await vendor.call('POST', '/v1/webhooks/endpoints', {
      url: subscriber.url,
      category: 'ATS',
      eventTypes: ['record.new'],
    });
  });
  afterEach(async () => {
    await hub.stop();
    await subscriber.close();
    await dropDatabase(databaseUrl);
  });

  it('delivers every order it acknowledged before it could ring for one', async () => {
    // Nobody dispatches: the api alone takes the orders and dies with them undelivered.
    await hub.stop();
    await start('api');
    const ids = await Promise.all(Array.from({ length: ORDERS }, () => place(anOrder())));
    await hub.kill9();
    expect(subscriber.received).toHaveLength(0);

    await start();

    await untilAllArrived(ids);
  });

  it('delivers every order whose POST it was sending', async () => {
    // The subscriber takes the requests and never answers.
    subscriber.answer = () => {};
    const ids = await Promise.all(Array.from({ length: ORDERS }, () => place(anOrder())));
    await until(() => subscriber.received.length > 0, { what: 'the first request' });
    await hub.kill9();
    const cutOff = subscriber.received.length;
    subscriber.answer = (_, response) => response.end();

    await start();

    await untilAllArrived(ids);
    expect(subscriber.received.length).toBeGreaterThan(cutOff);
    expectSameBodies();
  });

  it('delivers again, under the same id, what was answered but not yet recorded', async () => {
    const order = anOrder();
    const lock = new pg.Client({ connectionString: databaseUrl });
    await lock.connect();
    // The subscriber's 200 is sent while the table is locked, so that the hub cannot record it before it dies.
    const answered = new Promise<void>((resolve) => {
      subscriber.answer = (_, response) => {
        void lock.query('BEGIN; LOCK TABLE attempts IN EXCLUSIVE MODE').then(() => response.end(resolve));
      };
    });
    const id = await place(order);
    await answered;
    await hub.kill9();
    // Had it come to asking for the row before it died, PostgreSQL would write it still.
    await lock.query(
      'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await lock.query('ROLLBACK');
    await lock.end();
    subscriber.answer = (_, response) => response.end();
    expect(subscriber.received).toHaveLength(1);

    await start();

    await until(() => subscriber.received.length >= 2, { what: 'the repeated delivery', withinMs: 30_000 });
    expectSameBodies();
    await untilAllArrived([id]);
    await until(async () => {
      const { data } = await vendor.call<{ data: { status: string }[] }>('GET', '/v1/webhooks/deliveries');
      return data.length === 1 && data[0]?.status === 'DELIVERED';
    });
  });

  it('has no order twice when the ATS repeats what it got no answer to', async () => {
    const order = anOrder();
    const first = await place(order);
    await hub.kill9();
    await start();

    expect(await place(order)).toBe(first);
    const { data } = await vendor.call<{ data: unknown[] }>('GET', '/v1/ats/assessments');
    expect(data).toHaveLength(1);
  });

  async function place(order: unknown): Promise<string> {
    const reply = await vendor.ats('POST', 'send_test', order);
    expect(reply.status).toBe(200);
    return ((await reply.json()) as { partner_interview_id: string }).partner_interview_id;
  }

  async function untilAllArrived(ids: string[]): Promise<void> {
    const missing = () =>
      ids.filter((id) => !subscriber.received.some(({ body }) => body.includes(`"recordId":"${id}"`)));
    await until(() => missing().length === 0, { what: 'every order', withinMs: 30_000 });
    expect(missing()).toEqual([]);
  }

  function expectSameBodies(): void {
    const bodies = new Map<string, string>();
    for (const { id, body } of subscriber.received) {
      expect(bodies.get(id) ?? body).toBe(body);
      bodies.set(id, body);
    }
  }
});
