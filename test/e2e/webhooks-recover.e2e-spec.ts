import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deliveryId, newId } from '#libs/model';
import { type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { type WebhooksHub, openWebhooksHub } from './webhooks-hub.js';

interface Recovery {
  id: string;
  state: string;
  done: number;
  total: number | null;
  since: string;
  until: string;
  examinedUntil: string;
  completedAt: string | null;
}
interface Problem {
  code: string;
  detail: string;
  errors: { path: string }[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const YESTERDAY = new Date(Date.now() - DAY_MS).toISOString();
const BEFORE_YESTERDAY = new Date(Date.now() - 2 * DAY_MS).toISOString();
/** A delivery is over with its first attempt. */
const ONCE = { delaysSeconds: [600], maxAgeSeconds: 1 };
const LATER = { delaysSeconds: [600], maxAgeSeconds: 3_600 };

describe('a recovery', () => {
  let hub: WebhooksHub;
  let subscriber: Subscriber;
  let endpointId = '';

  beforeAll(async () => {
    hub = await openWebhooksHub();
  });
  afterAll(() => hub.close());
  beforeEach(async () => {
    subscriber = await startSubscriber();
    endpointId = await register();
  });
  afterEach(async () => {
    await hub.database.query('DELETE FROM delivery_work');
    const { data } = (await hub.call<{ data: { id: string }[] }>('GET', '/v1/webhooks/endpoints')).body;
    for (const { id } of data) await hub.call('DELETE', `/v1/webhooks/endpoints/${id}`);
    await hub.database.query('DELETE FROM attempts');
    await hub.database.query('DELETE FROM events');
    await subscriber.close();
  });

  const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);
  const register = async (body: object = {}) =>
    (
      await hub.call<{ id: string }>('POST', '/v1/webhooks/endpoints', {
        url: subscriber.url,
        retryPolicy: ONCE,
        ...body,
      })
    ).body.id;
  const recover = <T = Recovery>(body: object, id = endpointId, apiKey?: string) =>
    hub.call<T>('POST', `/v1/webhooks/endpoints/${id}/recover`, body, apiKey);
  const read = async (id: string) => (await hub.call<Recovery>('GET', `/v1/webhooks/recoveries/${id}`)).body;
  /** Of a span that lies half an hour back, so that nothing can still be on its way into it. */
  const recoverPast = async (status?: string, id = endpointId) => {
    const span = { since: ago(120).toISOString(), until: ago(30).toISOString() };
    const reply = await recover({ ...span, ...(status ? { status } : {}) }, id);
    expect(reply.status).toBe(202);
    return ended(reply.body.id);
  };
  const ended = (id: string) =>
    until<Recovery | null>(
      async () => {
        const recovery = await read(id);
        return recovery.completedAt === null ? null : recovery;
      },
      { what: 'the end of the recovery', withinMs: 20_000 },
    );
  const answer = (code: number) => {
    subscriber.answer = (_, response) => void response.writeHead(code).end();
  };
  const statusOf = async (eventId: string, id = endpointId) =>
    (await hub.call<{ status: string }>('GET', `/v1/webhooks/deliveries/${deliveryId(eventId, id)}`)).body.status;
  const reached = (eventId: string, status: string) =>
    until(async () => (await statusOf(eventId)) === status, { what: `${eventId} ${status}` });
  const idle = () =>
    until(async () => (await hub.database.query('SELECT FROM delivery_work')).length === 0, { what: 'all sent' });
  const sent = () => subscriber.received.map(({ id }) => id).toSorted();
  const raiseAll = async (count: number, minutes = 60) => {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) ids.push(await hub.raise({ at: ago(minutes) }));
    return ids;
  };

  it('sends again what failed, with the same id and body, and nothing else', async () => {
    const delivered = await raiseAll(1);
    await reached(delivered[0]!, 'DELIVERED');
    answer(500);
    const failed = await raiseAll(3);
    const outside = [await hub.raise({ at: ago(20) }), await hub.raise({ at: ago(121) })];
    for (const id of [...failed, ...outside]) await reached(id, 'FAILED');
    const bodies = new Map(subscriber.received.map(({ id, body }) => [id, body]));
    subscriber.received.length = 0;
    answer(200);

    const recovery = await recoverPast();
    await idle();

    expect(recovery).toMatchObject({ state: 'DONE', done: 3, total: 3 });
    expect(sent()).toEqual(failed.toSorted());
    for (const { id, body } of subscriber.received) expect(body).toBe(bodies.get(id));
    expect(await Promise.all(failed.map((id) => statusOf(id)))).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED']);
    expect(await Promise.all(outside.map((id) => statusOf(id)))).toEqual(['FAILED', 'FAILED']);
  });

  it('leaves alone what still waits, and what was delivered on a second try', async () => {
    const again = await register({ retryPolicy: LATER, url: `${subscriber.url}/2` });
    answer(500);
    const [eventId = ''] = await raiseAll(1);
    await reached(eventId, 'FAILED');
    await until(async () => (await statusOf(eventId, again)) === 'RETRYING', { what: 'the retry' });
    answer(200);
    await hub.call('POST', `/v1/webhooks/deliveries/${deliveryId(eventId, endpointId)}/retry`);
    await reached(eventId, 'DELIVERED');

    expect((await recoverPast()).done).toBe(0);
    expect((await recoverPast('ALL', again)).done).toBe(0);
  });

  it('sends what was missed because no endpoint stood there or it was disabled, by its filters', async () => {
    const integrationId = await hub.addIntegration();
    const before = await raiseAll(1);
    await reached(before[0]!, 'DELIVERED');
    await hub.call('POST', `/v1/webhooks/endpoints/${endpointId}/disable`);
    const whileDisabled = await raiseAll(2);
    const mine = [await hub.raise({ at: ago(60), integrationId })];
    await hub.raise({ at: ago(60), integrationId, type: 'record.modified' });
    const other = await register({ url: `${subscriber.url}/other` });
    await hub.call('POST', `/v1/webhooks/endpoints/${other}/ping`);
    await hub.call('POST', `/v1/webhooks/endpoints/${endpointId}/enable`);
    const filtered = await register({ integrationIds: [integrationId], eventTypes: ['record.new'] });
    await idle();
    subscriber.received.length = 0;

    expect(await recoverPast('MISSED', filtered)).toMatchObject({ done: 1 });
    await idle();
    expect(sent()).toEqual(mine);
    subscriber.received.length = 0;

    expect(await recoverPast('MISSED')).toMatchObject({ done: 4 });
    await idle();
    expect(sent()).toEqual(expect.arrayContaining([...whileDisabled, ...mine]));
    expect(sent()).not.toContain(before[0]);
    expect(await recoverPast('MISSED')).toMatchObject({ done: 0 });
  });

  it('never sends the ping of another endpoint', async () => {
    const other = await register({ url: `${subscriber.url}/other` });
    await hub.call('POST', `/v1/webhooks/endpoints/${other}/ping`);
    const missing = await hub.raise();
    await idle();
    const late = await register({ url: `${subscriber.url}/late` });
    subscriber.received.length = 0;

    const { body } = await recover({ since: ago(5).toISOString(), status: 'MISSED' }, late);
    const recovery = await ended(body.id);
    await idle();

    expect(recovery).toMatchObject({ state: 'DONE', done: 1 });
    expect(sent()).toEqual([missing]);
  });

  it('of ALL sends also what was delivered', async () => {
    const delivered = await raiseAll(2);
    for (const id of delivered) await reached(id, 'DELIVERED');
    answer(500);
    const [failed = ''] = await raiseAll(1);
    await reached(failed, 'FAILED');
    await hub.call('POST', `/v1/webhooks/endpoints/${endpointId}/disable`);
    const missed = await raiseAll(1);
    await hub.call('POST', `/v1/webhooks/endpoints/${endpointId}/enable`);
    answer(200);
    subscriber.received.length = 0;

    expect(await recoverPast('ALL')).toMatchObject({ done: 4, total: 4 });
    await idle();

    expect(sent()).toEqual([...delivered, failed, ...missed].toSorted());
  });

  it('goes on over days and pages, several at once, and misses nothing', async () => {
    const count = 2_600;
    const yesterdayNoon = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;
    await insertEvents(count, (Date.now() - yesterdayNoon) / MINUTE_MS);
    const endpoints = [endpointId, await register({ url: `${subscriber.url}/2` })];

    const span = { since: ago(48 * 60).toISOString(), status: 'MISSED' };
    const started = await Promise.all(endpoints.map((id) => recover({ ...span, until: ago(1).toISOString() }, id)));
    const recoveries = await Promise.all(started.map(({ body }) => ended(body.id)));
    await until(() => subscriber.received.length >= 2 * count, { what: 'all of them', withinMs: 20_000 });

    expect(recoveries.map(({ done }) => done)).toEqual([count, count]);
    expect(subscriber.received.length).toBe(2 * count);
    expect(new Set(sent()).size).toBe(count);
  });

  it('lets no more than a step wait at a time', async () => {
    await insertEvents(1_500, 60);
    const held: (() => void)[] = [];
    subscriber.answer = (_, response) => void held.push(() => void response.end());

    const { body } = await recover({ since: ago(120).toISOString(), until: ago(1).toISOString(), status: 'MISSED' });
    await until(async () => (await read(body.id)).done > 0, { what: 'the first step' });
    await until(() => held.length > 0, { what: 'a request' });

    const { since, until: end, examinedUntil, ...midway } = await read(body.id);
    expect(midway).toMatchObject({ state: 'RUNNING', done: 500, total: null, completedAt: null });
    expect([since, examinedUntil, end].toSorted()).toEqual([since, examinedUntil, end]);
    expect(new Set([since, examinedUntil, end]).size).toBe(3);
    subscriber.answer = (_, response) => void response.end();
    for (const release of held) release();
    expect(await ended(body.id)).toMatchObject({ state: 'DONE', done: 1_500, total: 1_500, examinedUntil: end });
  });

  it('waits while its endpoint is disabled and ends when that is removed', async () => {
    await insertEvents(1_000, 60);
    subscriber.answer = () => {};
    const { body } = await recover({ since: ago(120).toISOString(), until: ago(1).toISOString(), status: 'MISSED' });
    await until(async () => (await read(body.id)).done > 0, { what: 'the first step' });

    await hub.call('POST', `/v1/webhooks/endpoints/${endpointId}/disable`);
    expect((await read(body.id)).state).toBe('PAUSED');
    expect((await recover<Problem>({ since: ago(9).toISOString() })).status).toBe(409);
    await hub.call('DELETE', `/v1/webhooks/endpoints/${endpointId}`);

    expect(await read(body.id)).toMatchObject({ state: 'CANCELLED', completedAt: expect.stringMatching(/Z$/) });
    expect((await recover({ since: ago(9).toISOString() })).status).toBe(404);
  });

  it('runs once, however often it is asked for', async () => {
    const request = { since: ago(9).toISOString() };

    const replies = await Promise.all([1, 2, 3].map(() => recover<Recovery & Problem>(request)));

    const [first] = replies.filter(({ status }) => status === 202);
    const refused = replies.filter(({ status }) => status === 409);
    expect(refused.map(({ body }) => body.code)).toEqual(['conflict', 'conflict']);
    for (const { body } of refused) expect(body.detail).toContain(first?.body.id);
    expect((await recover({ ...request, status: 'ALL' })).status).toBe(202);
  });

  it('up to now ends although events keep coming', async () => {
    const missed = await raiseAll(3, 1);
    await idle();
    const late = await register({ url: `${subscriber.url}/late`, eventTypes: ['record.new'] });
    let isOver = false;
    const keepRaising = async () => {
      while (!isOver) await hub.raise({ type: 'record.modified' });
    };
    const raising = Promise.all([keepRaising(), keepRaising()]);

    const { body } = await recover({ since: ago(5).toISOString(), status: 'MISSED' }, late);
    const recovery = await ended(body.id).finally(() => (isOver = true));
    await raising;

    expect(recovery).toMatchObject({ state: 'DONE', done: 3 });
    expect(await Promise.all(missed.map((id) => statusOf(id, late)))).not.toContain(undefined);
  });

  it('that cannot go on keeps no other from going on', async () => {
    const missed = await raiseAll(1);
    const late = await register({ url: `${subscriber.url}/late` });
    await hub.database.query(
      `INSERT INTO recoveries (id, account_id, endpoint_id, asked, which, since, until, day, examined_until, cursor_xid, next_at)
       VALUES ($1, $2, $3, 'x', 'ALL', now() - interval '1 hour', now(), now(), now(), 'broken', now() - interval '1 hour')`,
      [newId('recovery'), hub.accountId, endpointId],
    );

    expect(await recoverPast('MISSED', late)).toMatchObject({ state: 'DONE', done: 1 });

    await until(async () => (await statusOf(missed[0]!, late)) === 'DELIVERED', { what: 'the delivery' });
  });

  it('is one of ten at most for an endpoint', async () => {
    const replies = [];
    for (let n = 1; n <= 11; n++) replies.push((await recover({ since: ago(n).toISOString() })).status);

    expect(replies).toEqual([...Array.from({ length: 10 }, () => 202), 409]);
  });

  it('is cut to what is kept and to what has happened', async () => {
    const { status, body } = await recover({ since: '0001-01-01T00:00:00Z', until: '9999-12-31T23:59:59Z' });

    expect(status).toBe(202);
    expect(Date.parse(body.since)).toBeGreaterThan(Date.now() - 91 * 24 * 60 * MINUTE_MS);
    expect(Date.parse(body.until)).toBeLessThanOrEqual(Date.now());
    expect(await ended(body.id)).toMatchObject({ state: 'DONE', done: 0 });
  });

  it('is listed, newest first', async () => {
    const other = await register({ url: `${subscriber.url}/2` });
    const ids: string[] = [];
    for (const id of [endpointId, other, endpointId])
      ids.push((await recover({ since: ago(ids.length + 1).toISOString() }, id)).body.id);

    const list = async (query: string) =>
      (await hub.call<{ data: Recovery[]; nextCursor: string | null }>('GET', `/v1/webhooks/recoveries?${query}`)).body;

    const first = await list(`endpointId=${endpointId}&limit=1`);
    expect(first.data.map(({ id }) => id)).toEqual([ids[2]]);
    const second = await list(`endpointId=${endpointId}&limit=1&cursor=${first.nextCursor}`);
    expect(second).toMatchObject({ data: [{ id: ids[0] }], nextCursor: null });
    expect((await list('limit=2')).data.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  });

  it('of another account is not there', async () => {
    const { apiKey } = await hub.anotherAccount();
    const { body } = await recover({ since: ago(9).toISOString() });

    const replies = [
      await recover({ since: ago(8).toISOString() }, endpointId, apiKey),
      await hub.call('GET', `/v1/webhooks/recoveries/${body.id}`, undefined, apiKey),
      await recover({ since: ago(8).toISOString() }, endpointId, 'atsm_wrong'),
      await hub.call('GET', `/v1/webhooks/recoveries`, undefined, 'atsm_wrong'),
      await hub.call('GET', `/v1/webhooks/recoveries/${body.id}`, undefined, 'atsm_wrong'),
    ];

    expect(replies.map(({ status }) => status)).toEqual([404, 404, 401, 401, 401]);
    const theirs = await hub.call('GET', `/v1/webhooks/recoveries?endpointId=${endpointId}`, undefined, apiKey);
    expect(theirs.body).toEqual({ data: [], nextCursor: null });
  });

  it.each([
    ['without a span', {}, 'since'],
    ['with a span that is none', { since: 'yesterday' }, 'since'],
    ['of the future', { since: '2999-01-01T00:00:00Z' }, 'since'],
    ['of an inverted span', { since: YESTERDAY, until: BEFORE_YESTERDAY }, 'until'],
    ['of an empty span', { since: YESTERDAY, until: YESTERDAY }, 'until'],
    ['of what is no longer kept', { since: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z' }, 'until'],
    ['of another kind', { since: YESTERDAY, status: 'DELIVERED' }, 'status'],
    ['with what is no time', { since: { $gt: '' }, until: 0 }, 'until'],
  ])('is refused %s, naming the field', async (_what, body, field) => {
    const reply = await recover<Problem>(body);

    expect([reply.status, reply.body.code]).toEqual([422, 'invalid_input']);
    expect(reply.body.errors.map(({ path }) => path)).toContain(field);
  });

  it.each(['nonsense', newId('recovery'), newId('endpoint')])('with the id %s is not there', async (id) => {
    expect((await hub.call('GET', `/v1/webhooks/recoveries/${id}`)).status).toBe(404);
    expect((await recover({ since: ago(9).toISOString() }, id)).status).toBe(404);
  });

  /** Events of nobody's interest at the time, evenly over the last `minutes`. */
  async function insertEvents(count: number, minutes: number): Promise<void> {
    await hub.database.query(
      `INSERT INTO events (id, account_id, type, payload, created_at)
       SELECT 'evt-' || (extract(epoch FROM at) * 1000)::bigint || lpad(n::text, 12, '0'), $1, 'record.new',
         convert_to('{"n":' || n || '}', 'UTF8'), at
       FROM (SELECT n, date_trunc('milliseconds', now() - interval '2 minutes' - n * ($3::float8 - 2) * interval '1 minute' / $2) AS at
         FROM generate_series(1, $2::integer) n) q`,
      [hub.accountId, count, minutes],
    );
  }
});
