import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { anOrder } from '../factories/order.js';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';
import { type Hub, startHub } from '../support/hub.js';
import { eachQueue } from '../support/queues.js';
import { startSubscriber, type Subscriber } from '../support/subscriber.js';
import { aVendor } from '../support/vendor.js';

eachQueue('a dispatcher as a process of its own', (queue) => {
  let databaseUrl: string;
  let subscriber: Subscriber;
  let api: Hub;
  let dispatcher: Hub;

  beforeEach(async () => {
    databaseUrl = await createDatabaseUrl();
    subscriber = await startSubscriber();
    const settings = {
      databaseUrl,
      redisUrl: queue.redisUrl(),
      encryptionKey: `k1:${randomBytes(32).toString('base64')}`,
      env: { ATSUME_ALLOW_PRIVATE_TARGETS: 'true' },
    };
    api = await startHub({ ...settings, app: 'api' });
    dispatcher = await startHub({ ...settings, app: 'dispatcher' });
  });
  afterEach(async () => {
    await Promise.all([api.stop(), dispatcher.stop()]);
    await subscriber.close();
    await dropDatabase(databaseUrl);
  });

  const statusOf = async (path: string) => (await fetch(dispatcher.url + path)).status;

  it('answers for how it is, and not for the api', async () => {
    expect(await Promise.all(['/healthz', '/readyz', '/metrics'].map(statusOf))).toEqual([200, 200, 200]);
    expect(await Promise.all(['/v1/accounts', '/v1/integrations', '/v1/api-keys', '/docs'].map(statusOf))).toEqual([
      404, 404, 404, 404,
    ]);
  });

  it('still answers while it finishes what is in flight, and records it', async () => {
    const vendor = await aVendor(api.url, api.apiKey);
    await vendor.call('POST', '/v1/webhooks/endpoints', { url: subscriber.url, category: 'ATS' });
    const held = Promise.withResolvers<() => void>();
    subscriber.answer = (_, response) => held.resolve(() => void response.end());
    expect((await vendor.ats('POST', 'send_test', anOrder())).ok).toBe(true);
    const answer = await held.promise;

    const stopped = dispatcher.stop();
    const during = [await statusOf('/healthz'), await statusOf('/healthz')];
    answer();

    expect(await stopped).toBe(0);
    expect(during).toEqual([200, 200]);
    const { data } = await vendor.call<{ data: unknown[] }>('GET', '/v1/webhooks/deliveries');
    expect(data).toMatchObject([{ status: 'DELIVERED', attempts: 1 }]);
    expect(subscriber.received).toHaveLength(1);
  });
});
