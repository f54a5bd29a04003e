import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deliveryId, eventTime, newEventId, newId } from '#libs/model';
import { Webhook } from 'standardwebhooks';
import { type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { type WebhooksHub, openWebhooksHub } from './webhooks-hub.js';

interface Delivery {
  id: string;
  eventId: string;
  endpointId: string;
  status: string;
  attempts: number;
  nextAttemptAt: string | null;
  attemptLog: { outcome: string; statusCode: number | null; replyExcerpt: string | null }[];
}
interface Page {
  data: Delivery[];
  nextCursor: string | null;
}

const LATER = { delaysSeconds: [600], maxAgeSeconds: 3_600 };

/** Newest first; those of one millisecond in the order of their ids. */
const listed = (eventIds: readonly string[]) =>
  eventIds.toSorted((a, b) => eventTime(b)!.getTime() - eventTime(a)!.getTime() || (a < b ? -1 : 1));

describe('deliveries', () => {
  let hub: WebhooksHub;
  let subscriber: Subscriber;
  let endpointId = '';
  let secret = '';

  beforeAll(async () => {
    hub = await openWebhooksHub();
  });
  afterAll(() => hub.close());
  beforeEach(async () => {
    subscriber = await startSubscriber();
    const body = { url: subscriber.url, retryPolicy: LATER };
    const made = await hub.call<{ id: string; secret: string }>('POST', '/v1/webhooks/endpoints', body);
    ({ id: endpointId, secret } = made.body);
  });
  afterEach(async () => {
    await hub.call('DELETE', `/v1/webhooks/endpoints/${endpointId}`);
    await subscriber.close();
  });

  const read = async (id: string) => (await hub.call<Delivery>('GET', `/v1/webhooks/deliveries/${id}`)).body;
  const list = async (query: string) => (await hub.call<Page>('GET', `/v1/webhooks/deliveries?${query}`)).body;
  const reached = (id: string, status: string) =>
    until<Delivery | null>(
      async () => {
        const delivery = await read(id);
        return delivery.status === status ? delivery : null;
      },
      { what: `${id} ${status}` },
    );
  const answer = (code: number, body = '') => {
    subscriber.answer = (_, response) => void response.writeHead(code).end(body);
  };

  it('show what became of them', async () => {
    const eventId = await hub.raise();

    const delivery = await reached(deliveryId(eventId, endpointId), 'DELIVERED');

    expect(delivery).toEqual({
      id: deliveryId(eventId, endpointId),
      endpointId,
      eventId,
      eventType: 'record.new',
      status: 'DELIVERED',
      attempts: 1,
      nextAttemptAt: null,
      lastAttempt: { at: expect.stringMatching(/Z$/), statusCode: 200, durationMs: expect.any(Number), error: null },
      createdAt: expect.stringMatching(/Z$/),
      attemptLog: [
        {
          number: 1,
          at: expect.stringMatching(/Z$/),
          outcome: 'DELIVERED',
          statusCode: 200,
          durationMs: expect.any(Number),
          error: null,
          nextAttemptAt: null,
          replyExcerpt: null,
        },
      ],
    });
  });

  it('show the reply that refused them, cut short', async () => {
    answer(500, `no\0t today ${'x'.repeat(5_000)}`);
    const eventId = await hub.raise();

    const { attemptLog, attempts, nextAttemptAt } = await reached(deliveryId(eventId, endpointId), 'RETRYING');

    expect(attempts).toBe(1);
    expect(Date.parse(nextAttemptAt ?? '')).toBeGreaterThan(Date.now() + 400_000);
    expect(attemptLog).toMatchObject([{ outcome: 'RETRYING', statusCode: 500 }]);
    expect(attemptLog[0]?.replyExcerpt).toMatch(/^not today x+$/);
    expect(attemptLog[0]?.replyExcerpt?.length).toBeLessThanOrEqual(1_024);
  });

  it('that nobody tried are PENDING', async () => {
    await hub.database.query(
      `UPDATE endpoint_runs SET blocked_until = now() + interval '1 hour' WHERE endpoint_id = $1`,
      [endpointId],
    );

    const eventId = await hub.raise();

    expect(await read(deliveryId(eventId, endpointId))).toMatchObject({
      status: 'PENDING',
      attempts: 0,
      lastAttempt: null,
    });
  });

  it('never show an attempt in the log that the rest does not know of', async () => {
    const seen: Delivery[] = [];

    for (let n = 0; n < 20; n++) {
      const id = deliveryId(await hub.raise(), endpointId);
      const watch = async () => {
        for (let last: Delivery | undefined; last?.status !== 'DELIVERED'; seen.push(last)) last = await read(id);
      };
      await Promise.all([watch(), watch(), watch(), watch()]);
    }

    const torn = seen.filter(({ status, attempts, attemptLog }) => {
      const tried = status === 'DELIVERED' ? 1 : 0;
      return attempts !== tried || attemptLog.length !== tried;
    });
    expect(torn).toEqual([]);
  });

  it('are listed newest first, page by page, by every filter', async () => {
    const delivered = [await hub.raise(), await hub.raise(), await hub.raise()];
    for (const eventId of delivered) await reached(deliveryId(eventId, endpointId), 'DELIVERED');
    answer(500);
    const retrying = [await hub.raise(), await hub.raise()];
    for (const eventId of retrying) await reached(deliveryId(eventId, endpointId), 'RETRYING');
    const newestFirst = listed([...delivered, ...retrying]);

    const found: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await list(`endpointId=${endpointId}&limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      found.push(...page.data.map(({ eventId }) => eventId));
      cursor = page.nextCursor;
    }

    expect(found).toEqual(newestFirst);
    const of = async (query: string) =>
      (await list(`endpointId=${endpointId}&${query}`)).data.map(({ eventId }) => eventId);
    expect(await of('status=RETRYING')).toEqual(listed(retrying));
    expect(await of('status=DELIVERED')).toEqual(listed(delivered));
    expect(await of('status=FAILED')).toEqual([]);
    expect(await of('status=PENDING')).toEqual([]);
    expect(await of(`eventId=${delivered[1]}`)).toEqual([delivered[1]]);
  });

  it('are sent again now on request', async () => {
    answer(500);
    const id = deliveryId(await hub.raise(), endpointId);
    await reached(id, 'RETRYING');
    answer(200);

    const retry = await hub.call('POST', `/v1/webhooks/deliveries/${id}/retry`);

    expect([retry.status, retry.body]).toEqual([202, { id }]);
    expect(await reached(id, 'DELIVERED')).toMatchObject({ attempts: 2 });
    expect(subscriber.received.map(({ body }) => body)).toEqual([
      subscriber.received[0]?.body,
      subscriber.received[0]?.body,
    ]);
  });

  it('are sent again now although the breaker of their endpoint is open', async () => {
    await hub.database.query(
      `UPDATE endpoint_runs SET breaker = 'OPEN', breaker_opens = 1, blocked_until = now() + interval '1 hour'
       WHERE endpoint_id = $1`,
      [endpointId],
    );
    const id = deliveryId(await hub.raise(), endpointId);
    expect((await read(id)).status).toBe('PENDING');

    expect((await hub.call('POST', `/v1/webhooks/deliveries/${id}/retry`)).status).toBe(202);

    await reached(id, 'DELIVERED');
    await until(
      async () => {
        const { body } = await hub.call<{ breaker: object }>('GET', `/v1/webhooks/endpoints/${endpointId}`);
        return JSON.stringify(body.breaker) === '{"state":"CLOSED","openUntil":null}';
      },
      { what: 'a closed breaker' },
    );
  });

  it('whose attempts are no longer kept are made anew by a replay', async () => {
    const eventId = await hub.raise();
    const id = deliveryId(eventId, endpointId);
    await reached(id, 'DELIVERED');
    await hub.database.query('DELETE FROM attempts WHERE event_id = $1', [eventId]);

    expect((await hub.call('POST', `/v1/webhooks/deliveries/${id}/retry`)).status).toBe(404);
    expect((await hub.call('POST', `/v1/events/${eventId}/replay`, { endpointId })).status).toBe(202);

    await reached(id, 'DELIVERED');
    expect(subscriber.received.map((received) => received.id)).toEqual([eventId, eventId]);
  });

  it('whose event is no longer kept are refused with a word about it', async () => {
    const eventId = await hub.raise();
    const id = deliveryId(eventId, endpointId);
    await reached(id, 'DELIVERED');
    await hub.database.query('DELETE FROM events WHERE id = $1', [eventId]);

    const retry = await hub.call<{ detail: string }>('POST', `/v1/webhooks/deliveries/${id}/retry`);
    expect([retry.status, retry.body.detail]).toEqual([404, expect.stringContaining('no longer kept')]);
  });

  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString();
  it.each<[string, number, () => string, [least: number, most: number]]>([
    ['429 with seconds', 429, () => '120', [118, 121]],
    ['429 with a date', 429, () => inSeconds(120), [110, 121]],
    ['503 with seconds', 503, () => '900', [898, 901]],
    ['503 with a date', 503, () => inSeconds(900), [890, 901]],
    ['429 with ten years', 429, () => String(10 * 365 * 86_400), [3_590, 3_601]],
    ['503 with a date in ten years', 503, () => inSeconds(10 * 365 * 86_400), [3_590, 3_601]],
    ['503 with a date that is over', 503, () => inSeconds(-900), [480, 721]],
    ['503 with nonsense', 503, () => 'soon', [480, 721]],
  ])('answered %s come again when asked to, within reason', async (_what, code, retryAfter, [least, most]) => {
    subscriber.answer = (_, response) => void response.writeHead(code, { 'retry-after': retryAfter() }).end();
    const id = deliveryId(await hub.raise(), endpointId);

    const { nextAttemptAt } = await reached(id, 'RETRYING');

    const seconds = (Date.parse(nextAttemptAt ?? '') - Date.now()) / 1_000;
    expect(seconds).toBeGreaterThan(least - 10);
    expect(seconds).toBeLessThanOrEqual(most);
  });

  it('that are over are sent again too', async () => {
    const id = deliveryId(await hub.raise(), endpointId);
    await reached(id, 'DELIVERED');

    await hub.call('POST', `/v1/webhooks/deliveries/${id}/retry`);
    await until(() => subscriber.received.length === 2, { what: 'the second delivery' });

    expect(await reached(id, 'DELIVERED')).toMatchObject({ status: 'DELIVERED' });
    expect((await list(`endpointId=${endpointId}`)).data).toHaveLength(1);
  });

  it('of an event are made by a replay to an endpoint that does not subscribe to it', async () => {
    await hub.call('PATCH', `/v1/webhooks/endpoints/${endpointId}`, { eventTypes: ['endpoint.disabled'] });
    const eventId = await hub.raise();

    const replay = await hub.call('POST', `/v1/events/${eventId}/replay`, { endpointId });

    expect([replay.status, replay.body]).toEqual([202, { id: deliveryId(eventId, endpointId) }]);
    await reached(deliveryId(eventId, endpointId), 'DELIVERED');
    expect(subscriber.received.map(({ id }) => id)).toEqual([eventId]);
  });

  it('have the strict form for an endpoint that wants it, also when nobody did when the event was stored', async () => {
    const assessmentPackage = { description: 'About "{}"', id: 'p1', metaData: { a: '}' }, name: 'One', type: 'T' };
    const candidateAssessment = { applicationId: '1', assessmentPackage, originData: { n: 1 } };
    const eventId = await hub.raise({ eventData: { candidateAssessment } });
    const id = deliveryId(eventId, endpointId);
    await reached(id, 'DELIVERED');
    await hub.call('PATCH', `/v1/webhooks/endpoints/${endpointId}`, { strictNulls: true });

    await hub.call('POST', `/v1/events/${eventId}/replay`, { endpointId });
    await until(() => subscriber.received.length === 2, { what: 'the replay' });
    await hub.call('POST', `/v1/webhooks/deliveries/${id}/retry`);
    await until(() => subscriber.received.length === 3, { what: 'the retry' });

    const [plain, strict, again] = subscriber.received;
    expect(JSON.parse(plain!.body)).toMatchObject({ eventData: { candidateAssessment } });
    const bare = { description: null, id: 'p1', metaData: null, name: null, type: null };
    expect(strict!.body).toBe(plain!.body.replace(JSON.stringify(assessmentPackage), JSON.stringify(bare)));
    expect([again!.body, again!.id]).toEqual([strict!.body, eventId]);
    expect(new Webhook(secret).verify(strict!.body, strict!.headers as Record<string, string>)).toBeTruthy();
  });

  it('are not sent to a disabled endpoint', async () => {
    const eventId = await hub.raise();
    await reached(deliveryId(eventId, endpointId), 'DELIVERED');
    await hub.call('POST', `/v1/webhooks/endpoints/${endpointId}/disable`);

    expect((await hub.call('POST', `/v1/webhooks/deliveries/${deliveryId(eventId, endpointId)}/retry`)).status).toBe(
      409,
    );
    expect((await hub.call('POST', `/v1/events/${eventId}/replay`, { endpointId })).status).toBe(409);
  });

  it('that wait for a removed endpoint are FAILED', async () => {
    answer(500);
    const id = deliveryId(await hub.raise(), endpointId);
    await reached(id, 'RETRYING');

    await hub.call('DELETE', `/v1/webhooks/endpoints/${endpointId}`);

    expect(await read(id)).toMatchObject({ status: 'FAILED', lastAttempt: { error: 'endpoint_deleted' } });
  });

  it('go to the endpoints of the event’s integration and type only', async () => {
    const integrationId = await hub.addIntegration();
    await hub.call('PATCH', `/v1/webhooks/endpoints/${endpointId}`, {
      integrationIds: [integrationId],
      eventTypes: ['record.new'],
    });

    const others = [
      await hub.raise(),
      await hub.raise({ integrationId: await hub.addIntegration() }),
      await hub.raise({ integrationId, type: 'record.modified' }),
    ];
    const mine = await hub.raise({ integrationId });

    await reached(deliveryId(mine, endpointId), 'DELIVERED');
    expect(subscriber.received.map(({ id }) => id)).toEqual([mine]);
    expect((await list(`eventId=${others[0]}`)).data).toEqual([]);
  });

  it('of another account are not there', async () => {
    const eventId = await hub.raise();
    const id = deliveryId(eventId, endpointId);
    await reached(id, 'DELIVERED');
    const { apiKey } = await hub.anotherAccount();
    const theirs = await hub.call<{ id: string }>('POST', '/v1/webhooks/endpoints', { url: subscriber.url }, apiKey);

    const statuses = await Promise.all([
      hub.call('GET', `/v1/webhooks/deliveries/${id}`, undefined, apiKey),
      hub.call('POST', `/v1/webhooks/deliveries/${id}/retry`, undefined, apiKey),
      hub.call('POST', `/v1/events/${eventId}/replay`, { endpointId: theirs.body.id }, apiKey),
      hub.call('POST', `/v1/events/${eventId}/replay`, { endpointId: theirs.body.id }),
    ]);

    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await hub.call<Page>('GET', '/v1/webhooks/deliveries', undefined, apiKey)).body.data).toEqual([]);
  });

  it.each([
    ['GET', `/v1/webhooks/deliveries/${deliveryId(newEventId(), newId('endpoint'))}`, undefined, 404],
    ['GET', '/v1/webhooks/deliveries/nonsense', undefined, 404],
    ['POST', `/v1/events/nonsense/replay`, { endpointId: 'whe_x' }, 404],
    ['POST', `/v1/events/${newEventId()}/replay`, {}, 422],
    ['GET', '/v1/webhooks/deliveries?status=LOST', undefined, 422],
    ['GET', '/v1/webhooks/deliveries?cursor=nonsense', undefined, 400],
    ['GET', `/v1/webhooks/deliveries?cursor=${Buffer.from('["a","b"]').toString('base64url')}`, undefined, 400],
    ['GET', '/v1/webhooks/deliveries?endpointId=x&eventId=y', undefined, 200],
  ])('answer %s %s sensibly', async (method, path, body, status) => {
    expect((await hub.call(method, path, body)).status).toBe(status);
  });
});
