import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Retention } from '#libs/delivery';
import { EventLogRepository, EventsService, withPartitions } from '#libs/events';
import { newEventId } from '#libs/model';
import { encodeCursor } from '#libs/store';
import { Metrics } from '#libs/telemetry';
import { connectOwner, dayAt, eventIdAt, makeDays } from '../support/days.js';
import { startSubscriber, type Subscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { ACCOUNT, type DeliveryDesk } from './delivery-desk.js';
import { KEPT, openRetentionDesk, type RetentionDesk } from './retention-desk.js';
import { openWebhooksHub, type WebhooksHub } from './webhooks-hub.js';

describe('retention', () => {
  let hub: RetentionDesk;
  let desk: DeliveryDesk;
  let retention: Retention;
  beforeAll(async () => {
    hub = await openRetentionDesk();
    ({ desk, retention } = hub);
  });
  afterAll(() => desk.close());
  beforeEach(() => hub.clear());

  const range = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => dayAt(first + index));

  it('drops the days that are older than what is kept, and no other', async () => {
    await makeDays(desk.database, -100, 0);

    const run = await retention.run();

    const kept = range(-KEPT, 8);
    expect(await hub.days()).toEqual([kept, kept]);
    expect(run).toEqual({ dropped: 2 * (100 - KEPT), expired: 0, heldDays: [], isDone: true });
  });

  it('does nothing the second time', async () => {
    expect(await retention.run()).toEqual({ dropped: 0, expired: 0, heldDays: [], isDone: true });
  });

  it('keeps a day with deliveries that are not over, and says so', async () => {
    await makeDays(desk.database, -45, -31);
    await hub.waiting(-40);

    const run = await retention.run();

    const kept = [dayAt(-40), ...range(-KEPT, 8)];
    expect(await hub.days()).toEqual([kept, kept]);
    expect(run).toMatchObject({ expired: 0, heldDays: [dayAt(-40)], isDone: true });
    const metrics = await hub.dispatcher.get(Metrics, { strict: false }).render();
    expect(metrics).toMatch(/^atsume_retention_held_days 1$/m);
    expect(metrics).toMatch(/^atsume_events_oldest_days 40$/m);
  });

  it('drops the day once they are over', async () => {
    await hub.waiting(-40);
    await retention.run();
    await desk.database.query('DELETE FROM delivery_work');

    const run = await retention.run();

    expect(run).toMatchObject({ dropped: 2, heldDays: [] });
    expect(await desk.database.query(`SELECT FROM clocks WHERE name LIKE 'hold-%'`)).toHaveLength(0);
  });

  it('keeps everything while this process has a clock that is behind', async () => {
    await makeDays(desk.database, -45, -40);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 60 * 86_400_000);

    const behind = await retention.run();
    jest.restoreAllMocks();
    const right = await retention.run();

    expect([behind.dropped, right.dropped]).toEqual([0, 12]);
  });

  it('is not held up by a day that a machine made which began without a clock', async () => {
    await makeDays(desk.database, -40, -40);
    await desk.database.query(`SELECT atsume_ensure_partitions('1970-01-01', '1970-01-01')`);

    const run = await retention.run();

    const metrics = await hub.dispatcher.get(Metrics, { strict: false }).render();
    const owner = await connectOwner(desk.database);
    await owner.query('DROP TABLE events_19700101, attempts_19700101');
    await owner.end();
    expect(run).toMatchObject({ dropped: 2, heldDays: [], isDone: true });
    expect(metrics).toMatch(/^atsume_events_oldest_days \d{1,2}$/m);
  });

  it('gives way to a long reader, keeps nobody waiting meanwhile, and drops when the reader is gone', async () => {
    await makeDays(desk.database, -40, -40);
    const reader = await connectOwner(desk.database);
    await reader.query('BEGIN');
    await reader.query('SELECT count(*) FROM events');

    const verdict = await hub.drop('events', dayAt(-40));
    const running = retention.run();
    const id = newEventId();
    await until(() => isWaitingForEvents(), { what: 'a drop that waits' });
    await withPartitions(desk.database, () => append(id));
    await reader.query('COMMIT');
    const run = await running;

    expect(verdict).toBe('busy');
    expect(run).toMatchObject({ dropped: 2, isDone: true });
    expect(await desk.database.query('SELECT FROM events WHERE id = $1', [id])).toHaveLength(1);
    await reader.end();
  });

  it('goes on beside writers and readers who notice nothing', async () => {
    await makeDays(desk.database, -42, -31);
    const log = hub.dispatcher.get(EventLogRepository, { strict: false });
    const written: string[] = [];
    let isOver = false;
    const write = async () => {
      while (!isOver) {
        const id = newEventId();
        await append(id);
        written.push(id);
      }
    };
    const read = async () => {
      while (!isOver) {
        await log.findPage(ACCOUNT, { xid: '0', id: '' }, { eventType: null, limit: 10, since: new Date(0) });
        await desk.database.query('SELECT count(*) FROM attempts');
      }
    };

    const traffic = Promise.all([write(), write(), read()]);
    const run = await retention.run();
    isOver = true;
    await traffic;

    expect(run).toMatchObject({ dropped: 24, isDone: true });
    expect(written.length).toBeGreaterThan(0);
    expect(await desk.database.query('SELECT FROM events WHERE id = ANY ($1)', [written])).toHaveLength(written.length);
  });

  describe('through the function the hub may call', () => {
    beforeAll(() => makeDays(desk.database, -3, -1));

    it.each([
      ['events', dayAt(0)],
      ['events', dayAt(-1)],
      ['attempts', dayAt(-1)],
      ['events', dayAt(3)],
      ['events', 'infinity'],
      ['events', '-infinity'],
      ['events', '1999-12-31'],
      ['events', `${dayAt(0).slice(0, 4)}-01-01 BC`],
      ['accounts', '2020-01-01'],
      ['delivery_work', '2020-01-01'],
      ['events_20200101; DROP TABLE accounts; --', '2020-01-01'],
      ['', '2020-01-01'],
    ])('it cannot drop %s of %s', async (table, day) => {
      const before = await desk.database.query('SELECT count(*) FROM pg_class');

      await expect(hub.drop(table, day)).rejects.toMatchObject({ code: '22023' });

      expect(await desk.database.query('SELECT count(*) FROM pg_class')).toEqual(before);
    });

    it('it cannot drop a table that only has the name', async () => {
      const owner = await connectOwner(desk.database);
      await owner.query('CREATE TABLE events_20200101 (id text)');

      const verdicts = [await hub.drop('events', '2020-01-01'), await hub.drop('events', '2020-01-02')];

      expect(verdicts).toEqual(['absent', 'absent']);
      expect((await owner.query('SELECT FROM events_20200101')).rows).toEqual([]);
      await owner.query('DROP TABLE events_20200101');
      await owner.end();
    });

    it('it drops nothing for nobody knows what', async () => {
      const rows = await desk.database.query('SELECT atsume_drop_partition(NULL, NULL) AS verdict');

      expect(rows).toEqual([{ verdict: null }]);
    });

    it('it drops no day that has deliveries which are not over', async () => {
      await hub.waiting(-40);

      expect([await hub.drop('events', dayAt(-40)), await hub.drop('attempts', dayAt(-40))]).toEqual(['held', 'held']);
    });
  });

  it('is run by a clock', async () => {
    await makeDays(desk.database, -40, -40);
    await desk.database.query(`UPDATE clocks SET next_at = now() WHERE name = 'retention'`);

    await until(async () => !(await hub.days()).flat().includes(dayAt(-40)), { what: 'the clock' });
  });

  const append = (id: string) =>
    new EventsService().append(desk.database, [
      { id, accountId: ACCOUNT, type: 'record.modified', integrationId: null, subjectId: null, payload: '{}' },
    ]);

  async function isWaitingForEvents(): Promise<boolean> {
    const rows = await desk.database.query(
      `SELECT FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted AND mode = 'AccessExclusiveLock'
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    return rows.length > 0;
  }
});

describe('what the API says of a day that is over', () => {
  let hub: WebhooksHub;
  let subscriber: Subscriber;
  beforeAll(async () => {
    hub = await openWebhooksHub({ ATSUME_RETENTION_DAYS: String(KEPT) });
    subscriber = await startSubscriber();
  });
  afterAll(async () => {
    await hub.close();
    await subscriber.close();
  });

  it('is what became of a delivery, although its event is no longer kept', async () => {
    await hub.call('POST', '/v1/webhooks/endpoints', { url: subscriber.url });
    const eventId = await hub.raise();
    const path = '/v1/webhooks/deliveries';
    const list = async () => (await hub.call<{ data: { id: string; status: string }[] }>('GET', path)).body.data;
    await until(async () => (await list()).some(({ status }) => status === 'DELIVERED'));
    const owner = await connectOwner(hub.database);
    await owner.query(`DROP TABLE events_${dayAt(0).replaceAll('-', '')}`);
    await owner.end();

    const data = await list();
    const one = await hub.call('GET', `${path}/${data[0]?.id}`);

    expect(data).toMatchObject([{ eventId, eventType: null, status: 'DELIVERED', attempts: 1 }]);
    expect(one).toMatchObject({ status: 200, body: { eventId, eventType: null, status: 'DELIVERED' } });
  });

  it('is nothing in the event log, whose cursors never begin expired', async () => {
    const { id: accountId, apiKey } = await hub.anotherAccount();
    const append = (id: string) =>
      withPartitions(hub.database, () =>
        new EventsService().append(hub.database, [
          { id, accountId, type: 'record.new', integrationId: null, subjectId: null, payload: JSON.stringify({ id }) },
        ]),
      );
    const [held, first, latest] = [eventIdAt(-KEPT - 5), eventIdAt(-KEPT), eventIdAt(0)];
    for (const id of [held, first, latest]) await append(id);
    const page = (query: string) =>
      hub.call<{ data: { id: string }[]; nextCursor: string }>('GET', `/v1/events?${query}`, undefined, apiKey);

    const begin = await until(async () => {
      const { body } = await page('limit=1');
      return body.data.length > 0 ? body : null;
    });
    const next = await page(`cursor=${begin.nextCursor}`);

    expect(begin.data).toEqual([{ id: first }]);
    expect(next).toMatchObject({ status: 200, body: { data: [{ id: latest }] } });
    expect((await page(`cursor=${encodeCursor('5', held)}`)).status).toBe(410);
  });
});
