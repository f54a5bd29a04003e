import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EventsService, withPartitions } from '#libs/events';
import greenhouse from '../../connectors/greenhouse/index.js';
import { aGreenhouseOrder } from '../factories/greenhouse-order.js';
import { daysOf, dayAt, eventIdAt, loseDay } from '../support/days.js';
import type { FeatureApp } from '../support/feature-app.js';
import { type ConnectedAts, connectAts, startOrderDesk } from '../support/order-desk.js';
import { startSubscriber, type Subscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { ACCOUNT, type DeliveryDesk, openDesk } from './delivery-desk.js';

const events = new EventsService();
const draft = (id: string) => ({
  id,
  accountId: ACCOUNT,
  type: 'record.new',
  integrationId: null,
  subjectId: null,
  payload: '{}',
});

describe('an order of a day without partitions', () => {
  let desk: FeatureApp;
  let ats: ConnectedAts;
  beforeAll(async () => {
    desk = await startOrderDesk([greenhouse]);
    ats = await connectAts(desk, 'greenhouse');
    await desk.call('POST', '/v1/ats/assessments/packages', { body: { id: 'backend-l2', name: 'B' } });
  });
  afterAll(() => desk.close());
  beforeEach(() => loseDay(desk.database));

  const order = () =>
    ats.call('POST', 'send_test', { body: aGreenhouseOrder({}, { resume_url: 'https://x.example/1' }) });
  const idOf = (reply: { json: unknown }) => (reply.json as { partner_interview_id: string }).partner_interview_id;

  it('is taken, with its events and the fetching of its résumé', async () => {
    const reply = await order();

    expect(reply.status).toBe(200);
    const subjects = await desk.database.query<{ type: string }>(
      `SELECT e.type FROM events e JOIN delivery_work w ON w.event_id = e.id WHERE e.created_at > now() - interval '1 hour'`,
    );
    expect(subjects.map(({ type }) => type)).toEqual(['file.fetch']);
    expect(await desk.database.query('SELECT FROM events WHERE subject_id = $1', [idOf(reply)])).toHaveLength(1);
  });

  it('is taken among many that come at once', async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, order));

    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(new Set(replies.map(idOf)).size).toBe(20);
  });

  it('can be reported on', async () => {
    const id = idOf(await order());
    await loseDay(desk.database);

    const body = { status: 'COMPLETED', score: 80, profileUrl: 'https://vendor.example/r/1' };
    const reply = await desk.call('PATCH', `/v1/ats/assessments/${id}`, { body });

    expect(reply.status).toBe(200);
    expect(await desk.database.query('SELECT FROM events WHERE subject_id = $1', [id])).toHaveLength(2);
  });
});

describe('a day that has no partitions', () => {
  let desk: DeliveryDesk;
  let subscriber: Subscriber;
  beforeAll(async () => {
    desk = await openDesk();
    subscriber = await startSubscriber();
  });
  afterAll(async () => {
    await desk.close();
    await subscriber.close();
  });

  const append = (...ids: string[]) =>
    withPartitions(desk.database, () => events.append(desk.database, ids.map(draft)));
  const stored = async (...ids: string[]) =>
    (await desk.database.query('SELECT FROM events WHERE id = ANY ($1)', [ids])).length;

  it.each([30, -30, 365])('is made for an event whose clock is %i days off', async (offset) => {
    const id = eventIdAt(offset);

    await append(id);

    expect(await stored(id)).toBe(1);
    expect(await daysOf(desk.database, 'events')).toContain(dayAt(offset));
  });

  it('is made each for events of one statement that need two', async () => {
    const ids = [eventIdAt(40), eventIdAt(41)];

    await append(...ids);

    expect(await stored(...ids)).toBe(2);
  });

  it('is made for the events of a transaction that began with other work', async () => {
    const id = eventIdAt(45);

    await withPartitions(desk.database, () =>
      desk.database.transaction(async (tx) => {
        await tx.query(`INSERT INTO clocks (name, next_at) VALUES ('x', now())`);
        await events.append(tx, [draft(id)]);
      }),
    );

    expect([await stored(id), (await desk.database.query(`SELECT FROM clocks WHERE name = 'x'`)).length]).toEqual([
      1, 1,
    ]);
  });

  it.each([800, -800])('is refused with the reason when the clock is %i days off', async (offset) => {
    const before = await daysOf(desk.database, 'events');

    await expect(append(eventIdAt(offset))).rejects.toThrow('over a year apart');

    expect(await daysOf(desk.database, 'events')).toEqual(before);
  });

  it('leaves other broken checks alone', async () => {
    let runs = 0;
    const broken = Object.assign(new Error('no'), { code: '23514', table: 'events', constraint: 'events_check' });

    await expect(withPartitions(desk.database, () => Promise.reject(((runs += 1), broken)))).rejects.toBe(broken);

    expect(runs).toBe(1);
  });

  it('gives up when the partition is missing all the same', async () => {
    let runs = 0;
    const detail = `Partition key of the failing row contains (created_at) = (${dayAt(0)} 10:00:00+00).`;
    const missing = Object.assign(new Error('keine Partition'), { code: '23514', table: 'events', detail });

    await expect(withPartitions(desk.database, () => Promise.reject(((runs += 1), missing)))).rejects.toBe(missing);

    expect(runs).toBe(2);
  });

  it('is made ahead by a dispatcher that starts after a long stop, and then by a clock', async () => {
    const coming = Array.from({ length: 10 }, (_, day) => dayAt(day - 1));
    const missing = async () => {
      const tables = await Promise.all([daysOf(desk.database, 'events'), daysOf(desk.database, 'attempts')]);
      return tables.map((days) => coming.filter((day) => !days.includes(day)));
    };
    for (let day = -1; day <= 8; day++) await loseDay(desk.database, day);
    expect(await missing()).toEqual([coming, coming]);

    const dispatcher = await desk.startDispatcher();
    expect(await missing()).toEqual([[], []]);
    for (const day of [5, 8]) await loseDay(desk.database, day);
    await desk.database.query(`UPDATE clocks SET next_at = now() WHERE name = 'partitions'`);

    await until(async () => (await missing()).flat().length === 0, { what: 'the clock' });
    await dispatcher.close();
  });

  describe('when deliveries end', () => {
    beforeAll(() => desk.startDispatcher());
    beforeEach(() => desk.clear());

    it('is made for their attempts', async () => {
      await desk.addEndpoint({ url: subscriber.url });
      subscriber.answer = (_, response) => void loseDay(desk.database).then(() => response.end());

      const eventId = await desk.raise();

      await until(async () => (await desk.attempts(eventId)).length > 0);
      expect(await desk.attempts(eventId)).toMatchObject([{ outcome: 'DELIVERED' }]);
    });

    it('is made for the event that a kind raises in the same transaction', async () => {
      const gone = await desk.addEndpoint({ url: subscriber.url, eventTypes: ['record.new'] });
      await desk.addEndpoint({ url: 'http://127.0.0.1:9', eventTypes: ['endpoint.disabled'] });
      subscriber.answer = (_, response) => void loseDay(desk.database).then(() => response.writeHead(410).end());

      const eventId = await desk.raise();

      await until(async () => (await desk.attempts(eventId)).length > 0);
      expect(await desk.attempts(eventId)).toMatchObject([{ outcome: 'FAILED', status: 410, error: null }]);
      expect(await desk.endpoint(gone.id)).toMatchObject({ status: 'DISABLED', disabled_reason: 'gone' });
      expect(await desk.database.query(`SELECT FROM events WHERE type = 'endpoint.disabled'`)).toHaveLength(1);
    });
  });
});
