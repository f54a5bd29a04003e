import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deliveryId, newEventId, newId } from '#libs/model';
import { type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { type WebhooksHub, openWebhooksHub } from './webhooks-hub.js';

interface Endpoint {
  id: string;
  status: string;
  disabledReason: string | null;
}

describe('an endpoint that only fails', () => {
  let hub: WebhooksHub;
  let good: Subscriber;
  let bad: Subscriber;
  let goodId = '';
  let strangersKey = '';

  beforeAll(async () => {
    hub = await openWebhooksHub();
    good = await startSubscriber();
    bad = await startSubscriber();
    const watching = { url: good.url, eventTypes: ['endpoint.disabled'] };
    goodId = (await hub.call<Endpoint>('POST', '/v1/webhooks/endpoints', watching)).body.id;
    strangersKey = (await hub.anotherAccount()).apiKey;
    await hub.call('POST', '/v1/webhooks/endpoints', watching, strangersKey);
  });
  beforeEach(() => {
    bad.answer = (_, response) => void response.writeHead(500).end();
  });
  afterAll(async () => {
    await hub.close();
    await good.close();
    await bad.close();
  });

  const register = async (eventTypes = ['record.new']) =>
    (await hub.call<Endpoint>('POST', '/v1/webhooks/endpoints', { url: bad.url, eventTypes })).body.id;
  const read = async (id: string) => (await hub.call<Endpoint>('GET', `/v1/webhooks/endpoints/${id}`)).body;
  const failing = (id: string, fails: number, since: string) =>
    hub.database.query(
      `UPDATE endpoint_runs SET fails = $2, failing_since = now() - $3::interval WHERE endpoint_id = $1`,
      [id, fails, since],
    );
  const attempt = async (id: string, status = 'RETRYING') => {
    const eventId = await hub.raise();
    await until(
      async () => {
        const path = `/v1/webhooks/deliveries/${deliveryId(eventId, id)}`;
        return (await hub.call<{ status: string }>('GET', path)).body.status === status;
      },
      { what: `an attempt that ends ${status}` },
    );
    const fails = status === 'RETRYING' ? '> 0' : '= 0';
    await until(
      async () =>
        (
          await hub.database.query(
            `SELECT FROM endpoint_runs WHERE endpoint_id = $1 AND unfinished_epochs = 0 AND fails ${fails}`,
            [id],
          )
        ).length > 0,
      { what: 'the end of the turn' },
    );
  };
  const look = () => hub.database.query(`UPDATE clocks SET next_at = now() WHERE name = 'worn-out-endpoints'`);
  const disabled = (id: string) =>
    until(
      async () => {
        const endpoint = await read(id);
        return endpoint.status === 'DISABLED' ? endpoint : null;
      },
      { what: 'a disabled endpoint' },
    );

  it('for five days and twenty attempts is disabled, and the others are told', async () => {
    const id = await register(['record.new', 'endpoint.disabled']);
    await failing(id, 19, '5 days 1 minute');
    await attempt(id);

    await look();

    expect(await disabled(id)).toMatchObject({ status: 'DISABLED', disabledReason: 'failing' });
    const told = await until(() => good.received.find(({ body }) => body.includes(id)), { what: 'endpoint.disabled' });
    expect(JSON.parse(told.body)).toMatchObject({
      eventType: 'endpoint.disabled',
      eventData: { endpoint: { id, url: bad.url, disabledReason: 'failing' } },
    });
    const sentTo = await hub.call<{ data: { endpointId: string }[] }>(
      'GET',
      `/v1/webhooks/deliveries?eventId=${told.id}`,
    );
    expect(sentTo.body.data.map(({ endpointId }) => endpointId)).toEqual([goodId]);
    const strangers = await hub.call('GET', '/v1/webhooks/deliveries', undefined, strangersKey);
    expect(strangers.body).toMatchObject({ data: [] });
    // The log waits for whoever writes at the same time.
    await until(
      async () => {
        const log = await hub.call<{ data: { eventType: string; recordId: string }[] }>('GET', '/v1/events?limit=250');
        return log.body.data.some(({ eventType, recordId }) => eventType === 'endpoint.disabled' && recordId === id);
      },
      { what: 'endpoint.disabled in the log' },
    );
  });

  it('is left alone before that, and when it is a connection to an ATS', async () => {
    const [young, few, idle, recovered, ripe] = [
      await register(['record.modified']),
      await register(['record.modified']),
      await register(['record.modified']),
      await register(['record.new']),
      await register(['record.modified']),
    ];
    await failing(young, 500, '4 days 23 hours');
    await failing(few, 18, '6 days');
    await failing(idle, 500, '6 days');
    await failing(recovered, 500, '6 days');
    await failing(ripe, 500, '6 days');
    bad.answer = (_, response) => void response.end();
    await attempt(recovered, 'DELIVERED');
    const callback = await aCallbackEndpoint();
    for (const id of [young, few, ripe, callback]) await failedJustNow(id);

    await look();

    await disabled(ripe);
    for (const id of [young, few, idle, recovered]) expect((await read(id)).status).toBe('ENABLED');
    expect(await hub.database.query('SELECT status FROM webhook_endpoints WHERE id = $1', [callback])).toEqual([
      { status: 'ENABLED' },
    ]);
  });

  it('begins anew once it is enabled', async () => {
    const id = await register();
    await failing(id, 25, '6 days');
    await attempt(id);
    await look();
    await disabled(id);

    await hub.call('POST', `/v1/webhooks/endpoints/${id}/enable`);
    await attempt(id);
    const ripe = await register(['record.modified']);
    await failing(ripe, 500, '6 days');
    await failedJustNow(ripe);
    await look();

    await disabled(ripe);
    expect((await read(id)).status).toBe('ENABLED');
  });

  const failedJustNow = (id: string) =>
    hub.database.query(
      `INSERT INTO attempts (at, work_id, n, account_id, endpoint_id, event_id, event_at, outcome, status, ms)
       VALUES (now(), gen_random_uuid(), 1, $1, $2, $3, now(), 'RETRYING', 500, 1)`,
      [hub.accountId, id, newEventId()],
    );

  async function aCallbackEndpoint(): Promise<string> {
    const id = newId('callbackEndpoint');
    await hub.database.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, integration_id, slot) VALUES ($1, $2, 'ATS_CALLBACK', $3, 0)`,
      [id, hub.accountId, await hub.addIntegration()],
    );
    await hub.database.query(
      `INSERT INTO endpoint_runs (endpoint_id, account_id, slot, fails, failing_since) VALUES ($1, $2, 0, 500, now() - interval '9 days')`,
      [id, hub.accountId],
    );
    return id;
  }
});
