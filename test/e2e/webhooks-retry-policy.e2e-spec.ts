import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliveryId } from '#libs/model';
import { type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { type WebhooksHub, openWebhooksHub } from './webhooks-hub.js';

interface Policy {
  delaysSeconds: number[];
  maxAgeSeconds: number;
  jitter: number;
}
interface Delivery {
  status: string;
  attemptLog: { at: string; outcome: string; nextAttemptAt: string | null }[];
}
/** A delivery that has failed so often, the first time so long ago. */
interface Standing {
  attempts: number;
  ageSeconds: number;
}

describe('the retry policy that the API shows', () => {
  let hub: WebhooksHub;
  let subscriber: Subscriber;

  beforeAll(async () => {
    [hub, subscriber] = await Promise.all([openWebhooksHub(), startSubscriber()]);
    subscriber.answer = (_, response) => void response.writeHead(500).end();
  });
  afterAll(() => Promise.all([hub.close(), subscriber.close()]));

  const register = async (retryPolicy: object | null) => {
    const body = { url: subscriber.url, ...(retryPolicy === null ? {} : { retryPolicy }) };
    return (await hub.call<{ id: string }>('POST', '/v1/webhooks/endpoints', body)).body.id;
  };
  const shownFor = async (id: string) =>
    (await hub.call<{ retryPolicy: Policy }>('GET', `/v1/webhooks/endpoints/${id}`)).body.retryPolicy;
  const read = async (id: string) => (await hub.call<Delivery>('GET', `/v1/webhooks/deliveries/${id}`)).body;

  /** The next attempt of an endpoint of its own for each standing, as the delivery shows it afterwards. */
  const fail = async (endpointIds: readonly string[], standings: readonly Standing[]): Promise<Delivery[]> => {
    const block = (blocked: string) =>
      hub.database.query(`UPDATE endpoint_runs SET blocked_until = ${blocked} WHERE endpoint_id = ANY ($1)`, [
        endpointIds,
      ]);
    await block(`now() + interval '1 hour'`);
    const eventId = await hub.raise();
    for (const [at, { attempts, ageSeconds }] of standings.entries()) {
      await hub.database.query(
        `UPDATE delivery_work SET attempt = $2, first_at = CASE WHEN $2 > 0 THEN now() - make_interval(secs => $3) END
         WHERE endpoint_id = $1`,
        [endpointIds[at], attempts, ageSeconds],
      );
    }
    await block('NULL');
    const ids = endpointIds.map((id) => deliveryId(eventId, id));
    return until(
      async () => {
        const deliveries = await Promise.all(ids.map(read));
        return deliveries.every(({ attemptLog }) => attemptLog.length === 1) ? deliveries : null;
      },
      { what: 'an attempt for each endpoint', withinMs: 20_000 },
    );
  };
  const pauseOf = ({ attemptLog: [attempt] }: Delivery) =>
    (Date.parse(attempt?.nextAttemptAt ?? '') - Date.parse(attempt?.at ?? '')) / 1_000;

  it.each([
    ['of an endpoint without one of its own', null],
    ['of an endpoint with its own', { delaysSeconds: [7, 90, 8], maxAgeSeconds: 600 }],
  ])('%s is the one that is run, attempt by attempt', async (_whose, own) => {
    const first = await register(own);
    const { delaysSeconds, maxAgeSeconds, jitter } = await shownFor(first);
    const last = delaysSeconds.at(-1)!;
    const standings = [
      ...delaysSeconds.map((_, attempts) => ({
        attempts,
        ageSeconds: delaysSeconds.slice(0, attempts).reduce((sum, delay) => sum + delay, 0),
      })),
      // The last pause repeats, for as long as an attempt after it is not too old.
      { attempts: delaysSeconds.length + 3, ageSeconds: maxAgeSeconds - last * (1 + jitter) - 5 },
      { attempts: delaysSeconds.length + 4, ageSeconds: maxAgeSeconds - last * (1 - jitter) + 1 },
    ];
    const endpointIds = [first];
    while (endpointIds.length < standings.length) endpointIds.push(await register(own));

    const deliveries = await fail(endpointIds, standings);

    const over = deliveries.pop();
    const expected = [...delaysSeconds, last];
    expect(deliveries.map(({ status }) => status)).toEqual(expected.map(() => 'RETRYING'));
    const shares = deliveries.map((delivery, at) => pauseOf(delivery) / expected[at]!);
    for (const share of shares) expect(Math.abs(share - 1)).toBeLessThanOrEqual(jitter + 0.001);
    expect(new Set(shares.map((share) => share.toFixed(3))).size).toBeGreaterThan(1);
    expect(over).toMatchObject({ status: 'FAILED', attemptLog: [{ outcome: 'FAILED', nextAttemptAt: null }] });
    for (const id of endpointIds) await hub.call('DELETE', `/v1/webhooks/endpoints/${id}`);
  });

  it('is run from the next attempt on when it is changed', async () => {
    const id = await register({ delaysSeconds: [600], maxAgeSeconds: 3_600 });
    const before = pauseOf((await fail([id], [{ attempts: 0, ageSeconds: 0 }]))[0]!);
    await hub.database.query('DELETE FROM delivery_work');

    await hub.call('PATCH', `/v1/webhooks/endpoints/${id}`, {
      retryPolicy: { delaysSeconds: [60], maxAgeSeconds: 3_600 },
    });
    const after = pauseOf((await fail([id], [{ attempts: 0, ageSeconds: 0 }]))[0]!);

    expect([before > 400, after < 80]).toEqual([true, true]);
  });
});
