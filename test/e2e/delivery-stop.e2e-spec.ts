import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anOrder } from '../factories/order.js';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';
import { type Hub, startHub } from '../support/hub.js';
import { type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { aVendor, type Vendor } from '../support/vendor.js';

interface Delivery {
  id: string;
  eventId: string;
  status: string;
  attempts: number;
  lastAttempt: { error: string | null } | null;
}

describe('a dispatcher that is stopped while a subscriber hangs', () => {
  let databaseUrl: string;
  let subscriber: Subscriber;
  let api: Hub;
  let dispatcher: Hub;
  let vendor: Vendor;

  beforeAll(async () => {
    databaseUrl = await createDatabaseUrl();
    subscriber = await startSubscriber();
    const settings = {
      databaseUrl,
      encryptionKey: `k1:${randomBytes(32).toString('base64')}`,
      env: { ATSUME_ALLOW_PRIVATE_TARGETS: 'true' },
    };
    api = await startHub({ ...settings, app: 'api' });
    dispatcher = await startHub({ ...settings, app: 'dispatcher' });
    vendor = await aVendor(api.url, api.apiKey);
    await vendor.call('POST', '/v1/webhooks/endpoints', { url: subscriber.url, category: 'ATS' });
  });
  afterAll(async () => {
    await Promise.all([api.stop(), dispatcher.stop()]);
    await subscriber.close();
    await dropDatabase(databaseUrl);
  });

  const order = async () => expect((await vendor.ats('POST', 'send_test', anOrder())).ok).toBe(true);
  const deliveries = async () =>
    (await vendor.call<{ data: Delivery[] }>('GET', '/v1/webhooks/deliveries')).data.toReversed();

  it('takes nothing new, waits until the request is given up, writes that down, and leaves the rest to the next one', async () => {
    subscriber.answer = () => {};
    await order();
    await until(() => subscriber.received.length > 0, { what: 'the request' });

    const stopped = dispatcher.stop();
    // Answered after the signal was heard.
    expect((await fetch(`${dispatcher.url}/healthz`)).status).toBe(200);
    await order();
    expect(await stopped).toBe(0);

    const [first, second] = await deliveries();
    expect(first).toMatchObject({ status: 'RETRYING', attempts: 1, lastAttempt: { error: 'timeout' } });
    expect(second).toMatchObject({ status: 'PENDING', attempts: 0 });
    expect(subscriber.received.map(({ id }) => id)).toEqual([first?.eventId]);

    subscriber.answer = (_, response) => void response.end();
    dispatcher = await startHub({ ...dispatcher.options, dataDir: api.options.dataDir });
    await until(async () => (await deliveries()).every(({ status }) => status === 'DELIVERED'), {
      what: 'both deliveries',
      withinMs: 30_000,
    });
    const expected = [first, first, second].map((delivery) => delivery?.eventId);
    expect(subscriber.received.map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
  });
});
