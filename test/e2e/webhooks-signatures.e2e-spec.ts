import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { type Received, type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { type WebhooksHub, openWebhooksHub } from './webhooks-hub.js';

const PUBLIC_VERIFIERS = [
  ['svix', (secret: string) => new SvixWebhook(secret)],
  ['standardwebhooks', (secret: string) => new StandardWebhook(secret)],
] as const;

/** From the specification, by other code than the hub's. */
function hmacOf(secret: string, signed: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(signed, 'utf8').digest('base64');
}

describe('a signature', () => {
  let hub: WebhooksHub;
  let subscriber: Subscriber;
  let endpointId = '';

  beforeAll(async () => {
    hub = await openWebhooksHub();
  });
  afterAll(() => hub.close());
  beforeEach(async () => {
    subscriber = await startSubscriber();
  });
  afterEach(async () => {
    await hub.call('DELETE', `/v1/webhooks/endpoints/${endpointId}`);
    await subscriber.close();
  });

  const register = async (body: object = {}) => {
    const created = await hub.call<{ id: string; secret: string }>('POST', '/v1/webhooks/endpoints', {
      url: subscriber.url,
      ...body,
    });
    endpointId = created.body.id;
    return created.body.secret;
  };
  const rotate = async (overlapSeconds: number) =>
    (
      await hub.call<{ secret: string }>('POST', `/v1/webhooks/endpoints/${endpointId}/rotate-secret`, {
        overlapSeconds,
      })
    ).body.secret;
  const deliver = async (options = {}): Promise<Received> => {
    const eventId = await hub.raise({ eventData: { name: 'Zoë 集め 🎯' }, ...options });
    return until(() => subscriber.received.find(({ id }) => id === eventId), { what: 'the delivery' });
  };
  const headersOf = ({ headers }: Received) => headers as Record<string, string>;

  it.each(PUBLIC_VERIFIERS)('is accepted by %s', async (_name, verifier) => {
    const secret = await register();

    const received = await deliver();

    expect(() => verifier(secret).verify(received.body, headersOf(received))).not.toThrow();
    expect(JSON.parse(received.body)).toMatchObject({ eventId: received.id });
  });

  it('is an HMAC-SHA256 of id, time and the very bytes, under the bytes that the secret encodes', async () => {
    const secret = await register();

    const { body, headers } = await deliver();

    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers;
    expect(signature).toBe(`v1,${hmacOf(secret, `${String(id)}.${String(time)}.${body}`)}`);
    expect(Math.abs(Number(time) - Date.now() / 1_000)).toBeLessThan(60);
  });

  it('is made anew for each attempt, over the same id and body', async () => {
    const secret = await register({ retryPolicy: { delaysSeconds: [1], maxAgeSeconds: 60 } });
    subscriber.answer = (_, response) => void response.writeHead(subscriber.received.length > 1 ? 200 : 500).end();

    await deliver();
    await until(() => subscriber.received.length > 1, { what: 'the second attempt' });

    const [first, second] = subscriber.received as [Received, Received];
    expect(second).toMatchObject({ id: first.id, body: first.body });
    expect(Number(second.headers['webhook-timestamp'])).toBeGreaterThan(Number(first.headers['webhook-timestamp']));
    for (const received of [first, second]) {
      expect(() => new StandardWebhook(secret).verify(received.body, headersOf(received))).not.toThrow();
    }
  });

  it('has one part for each secret of two overlapping rotations, the oldest first', async () => {
    const secrets = [await register(), await rotate(3_600), await rotate(3_600)];

    const { id, body, headers } = await deliver();

    const signed = `${id}.${String(headers['webhook-timestamp'])}.${body}`;
    const expected = secrets.map((secret) => `v1,${hmacOf(secret, signed)}`);
    expect(headers['webhook-signature']).toBe(expected.join(' '));
    for (const secret of secrets) {
      expect(() => new SvixWebhook(secret).verify(body, headers as Record<string, string>)).not.toThrow();
    }
  });

  it.each(PUBLIC_VERIFIERS)('over another body is refused by %s', async (_name, verifier) => {
    const secret = await register();

    const received = await deliver();

    expect(() => verifier(secret).verify(`${received.body} `, headersOf(received))).toThrow();
  });

  it.each(PUBLIC_VERIFIERS)('is accepted by %s with either secret during an overlap', async (_name, verifier) => {
    const before = await register();
    await deliver();
    const after = await rotate(3_600);

    const received = await deliver();

    expect(() => verifier(before).verify(received.body, headersOf(received))).not.toThrow();
    expect(() => verifier(after).verify(received.body, headersOf(received))).not.toThrow();
    expect(received.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
  });

  it('stops with the old secret when there is no overlap', async () => {
    const before = await register();
    await deliver();
    const after = await rotate(0);

    const received = await deliver();

    expect(() => new SvixWebhook(after).verify(received.body, headersOf(received))).not.toThrow();
    expect(() => new SvixWebhook(before).verify(received.body, headersOf(received))).toThrow();
  });

  it('stops with the old secret when the overlap is over', async () => {
    const before = await register();
    await rotate(1);
    await deliver();

    await until(
      async () => {
        const received = await deliver();
        return !String(received.headers['webhook-signature']).includes(' ') && received;
      },
      { what: 'a delivery with one signature' },
    );

    const last = subscriber.received.at(-1);
    expect(() => new SvixWebhook(before).verify(last?.body ?? '', headersOf(last!))).toThrow();
  });

  it('in Knit form is the base64url HMAC of the exact body under the whole secret', async () => {
    const secret = await register({ signature: 'knit' });
    const integrationId = await hub.addIntegration();

    const received = await deliver({ integrationId });

    expect(received.headers).toMatchObject({
      'x-knit-signature': createHmac('sha256', secret).update(received.body).digest('base64url'),
      'x-knit-integration-id': integrationId,
      'x-knit-execution-id': JSON.parse(received.body).eventId,
    });
    expect(received.headers).not.toHaveProperty('webhook-signature');
  });

  it('in Knit form is made with the old secret during an overlap', async () => {
    const before = await register({ signature: 'knit' });
    await rotate(3_600);

    const received = await deliver();

    expect(received.headers['x-knit-signature']).toBe(
      createHmac('sha256', before).update(received.body).digest('base64url'),
    );
  });

  it('stands beside the headers that the customer wants', async () => {
    await register({ headers: { Authorization: 'Bearer of-your-choice', 'x-tenant': 'north' } });

    const received = await deliver();

    expect(received.headers).toMatchObject({ authorization: 'Bearer of-your-choice', 'x-tenant': 'north' });
    expect(received.headers['webhook-id']).toBe(received.id);
  });
});
