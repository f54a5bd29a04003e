import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { type DeliveryKind, type DueWork, type Outcome, type Prepared, Rings, type Settled } from '#libs/delivery';
import { EventsService } from '#libs/events';
import { newId, slotOf } from '#libs/model';
import type { Queryable } from '#libs/store';
import pg from 'pg';
import { eachQueue } from '../support/queues.js';
import { startRedis } from '../support/redis.js';
import { describeWithRedis } from '../support/requirements.js';
import { type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { ACCOUNT, type DeliveryDesk, openDesk } from './delivery-desk.js';

eachQueue('over either queue', (queue) => {
  // A block of its own, so that it ends before the queue's server does.
  describe('several dispatchers', () => {
    let desk: DeliveryDesk;
    let subscriber: Subscriber;

    beforeEach(async () => {
      desk = await openDesk({ redisUrl: queue.redisUrl() });
      subscriber = await startSubscriber();
    });
    afterEach(async () => {
      await desk.close();
      await subscriber.close();
    });

    it('share the work and deliver nothing twice', async () => {
      await Promise.all([desk.startDispatcher(), desk.startDispatcher()]);
      for (let n = 0; n < 10; n++) await desk.addEndpoint({ url: `${subscriber.url}/${n}` });

      const eventIds: string[] = [];
      for (let n = 0; n < 15; n++)
        eventIds.push(...(await Promise.all(Array.from({ length: 10 }, () => desk.raise()))));
      await until(async () => (await desk.waiting()) === 0, { what: 'an empty queue', withinMs: 20_000 });

      const perEvent = Map.groupBy(subscriber.received, ({ id }) => id);
      expect(perEvent.size).toBe(150);
      expect([...perEvent.values()].every((all) => all.length === 10)).toBe(true);
      expect(eventIds.every((id) => perEvent.has(id))).toBe(true);
    });

    it('finish what is in flight when one is stopped', async () => {
      const dispatcher = await desk.startDispatcher();
      await desk.addEndpoint({ url: subscriber.url });
      subscriber.answer = (_, response) => void setTimeout(() => response.end(), 700);
      const eventId = await desk.raise();
      await until(() => subscriber.received.length === 1, { what: 'the request' });

      await dispatcher.close();

      expect(await desk.attempts(eventId)).toMatchObject([{ outcome: 'DELIVERED' }]);
      expect(await desk.waiting()).toBe(0);
    });

    it('take over what one leaves undone', async () => {
      const first = await desk.startDispatcher();
      await desk.addEndpoint({ url: subscriber.url });
      await first.close();
      const eventId = await desk.raise();

      await desk.startDispatcher();

      await until(async () => (await desk.attempts(eventId)).length === 1, { what: 'the attempt' });
      expect(subscriber.received).toHaveLength(1);
    });

    it('write nothing down for an endpoint that somebody else has taken meanwhile', async () => {
      await desk.startDispatcher();
      const { id } = await desk.addEndpoint({ url: subscriber.url });
      subscriber.answer = (_, response) => {
        const isFirst = subscriber.received.length === 1;
        const taken = isFirst
          ? desk.database.query(
              `UPDATE endpoint_runs SET owner = 'another', epoch = epoch + 1 WHERE endpoint_id = $1`,
              [id],
            )
          : Promise.resolve();
        void taken.then(() => response.end());
      };

      const eventId = await desk.raise();
      await until(async () => (await desk.waiting()) === 0, { what: 'an empty queue', withinMs: 20_000 });

      expect(subscriber.received.map((received) => received.id)).toEqual([eventId, eventId]);
      expect(await desk.attempts(eventId)).toMatchObject([{ outcome: 'DELIVERED', n: 1 }]);
    });

    it('send large events too, a few at a time', async () => {
      await desk.startDispatcher();
      await desk.addEndpoint({ url: subscriber.url });

      await Promise.all(Array.from({ length: 8 }, () => desk.raise({ size: 900_000 })));
      await until(async () => (await desk.waiting()) === 0, { what: 'an empty queue' });

      expect(new Set(subscriber.received.map(({ id }) => id)).size).toBe(8);
      expect(subscriber.received.every(({ body }) => body.length > 900_000)).toBe(true);
    });

    it('put aside a row that keeps killing them', async () => {
      await desk.startDispatcher();
      const { id } = await desk.addEndpoint({ url: subscriber.url });
      await desk.database.query('UPDATE endpoint_runs SET unfinished_epochs = 9 WHERE endpoint_id = $1', [id]);

      const [deadly, ...others] = [
        await desk.raise({ ring: false }),
        await desk.raise({ ring: false }),
        await desk.raise(),
      ];
      await until(() => subscriber.received.length === 2, { what: 'the others' });

      expect(await desk.attempts(deadly)).toMatchObject([{ outcome: 'RETRYING', error: 'dispatcher_died' }]);
      expect(subscriber.received.map((received) => received.id)).toEqual(others);
      await until(async () => (await desk.endpoint(id)).unfinished_epochs === 0, { what: 'a clean end' });
    });
  });
});

describeWithRedis('a Redis that goes away', () => {
  it('costs nothing but a little time', async () => {
    const redis = await startRedis();
    const desk = await openDesk({ redisUrl: redis.url });
    const subscriber = await startSubscriber();
    await desk.startDispatcher();
    await desk.addEndpoint({ url: subscriber.url });

    const before = await desk.raise();
    await redis.kill();
    const during = await desk.raise();
    const again = await startRedis(Number(new URL(redis.url).port));

    await until(async () => (await desk.waiting()) === 0, { what: 'an empty queue', withinMs: 20_000 });
    expect(new Set(subscriber.received.map(({ id }) => id))).toEqual(new Set([before, during]));
    await desk.close();
    await subscriber.close();
    await again.kill();
  });
});

const SETTLED: string[] = [];
let cuts = 0;

/** The database goes away in the middle of a transaction. */
async function cutOff(tx: Queryable): Promise<void> {
  const [{ pid } = { pid: 0 }] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const admin = new pg.Client({ connectionString: `${process.env.ATSUME_TEST_POSTGRES}/postgres` });
  await admin.connect();
  await admin.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
  await admin.end();
  await tx.query('SELECT 1');
}

/** A kind that cannot keep its books about one event. */
@Injectable()
class ForgetfulKind implements DeliveryKind {
  readonly kind = 'ATS_CALLBACK';

  prepare(work: DueWork): Promise<Prepared> {
    const { url } = JSON.parse(work.payload.toString()) as { url: string | null };
    // No text for PostgreSQL, however a kind came by it.
    if (work.subjectId === 'unwritable') return Promise.resolve({ refuse: { error: 'a\0b' } });
    if (url === null) return Promise.resolve({ refuse: { error: 'no_callback_address' } });
    return Promise.resolve({ send: { method: 'PATCH', url, headers: {}, body: null, trusted: true } });
  }

  judge({ status }: { status: number | null }): Outcome {
    return status === 200 ? 'done' : 'final';
  }

  feedsBreaker(): boolean {
    return false;
  }

  async settle(tx: Queryable, settled: Settled[]): Promise<void> {
    if (settled.some(({ work }) => work.subjectId === 'cut-off') && cuts-- > 0) await cutOff(tx);
    if (settled.some(({ work }) => work.subjectId === 'forgotten')) throw new Error('no such subject');
    SETTLED.push(...settled.map(({ work, outcome }) => `${work.subjectId} ${outcome}`));
  }
}

@Module({ providers: [ForgetfulKind], exports: [ForgetfulKind] })
class ForgetfulKindModule {}

describe('a kind of its own', () => {
  let desk: DeliveryDesk;
  let subscriber: Subscriber;
  const endpointId = newId('callbackEndpoint');

  beforeEach(async () => {
    desk = await openDesk({ imports: [ForgetfulKindModule], kinds: [ForgetfulKind] });
    subscriber = await startSubscriber();
    await desk.database.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, slot) VALUES ($1, $2, 'ATS_CALLBACK', $3)`,
      [endpointId, ACCOUNT, slotOf(endpointId)],
    );
    await desk.database.query('INSERT INTO endpoint_runs (endpoint_id, account_id, slot) VALUES ($1, $2, $3)', [
      endpointId,
      ACCOUNT,
      slotOf(endpointId),
    ]);
  });
  afterEach(async () => {
    await desk.close();
    await subscriber.close();
  });

  const order = async (subjectId: string, url: string | null = subscriber.url) => {
    const draft = { accountId: ACCOUNT, type: 'callback', integrationId: null, subjectId, endpointId };
    return desk.publisher
      .get(EventsService)
      .appendInternal(desk.database, { ...draft, payload: JSON.stringify({ url }) });
  };

  it('makes its own requests, judges the replies, and keeps its books with them', async () => {
    SETTLED.length = 0;
    const eventIds = [await order('taken'), await order('forgotten'), await order('addressless', null)];
    await desk.startDispatcher();
    desk.publisher.get(Rings).ring([endpointId]);

    await until(async () => (await Promise.all(eventIds.map(desk.attempts))).every((all) => all.length === 1), {
      what: 'three attempts',
    });

    expect(SETTLED.toSorted()).toEqual(['addressless final', 'taken done']);
    const [taken, forgotten, addressless] = await Promise.all(eventIds.map(desk.attempts));
    expect(taken).toMatchObject([{ outcome: 'DELIVERED', status: 200 }]);
    expect(forgotten).toMatchObject([{ outcome: 'RETRYING', error: 'settle_failed' }]);
    expect(addressless).toMatchObject([{ outcome: 'FAILED', status: null, error: 'no_callback_address' }]);
    expect(subscriber.received).toHaveLength(2);
  });

  it('does not lose its other attempts to one that cannot be written down', async () => {
    const others = await Promise.all(['one', 'two', 'three'].map((subject) => order(subject)));
    const unwritable = await order('unwritable');
    await desk.startDispatcher();
    desk.publisher.get(Rings).ring([endpointId]);

    await until(async () => (await desk.attempts(unwritable)).length === 1, { what: 'its attempt' });
    await until(async () => (await desk.waiting()) === 1, { what: 'the others' });

    expect(await desk.attempts(unwritable)).toMatchObject([{ outcome: 'RETRYING', error: 'settle_failed' }]);
    for (const eventId of others) expect(await desk.attempts(eventId)).toMatchObject([{ outcome: 'DELIVERED' }]);
    expect(subscriber.received).toHaveLength(3);
  });

  it('settles again, without sending again, when the database goes away meanwhile', async () => {
    cuts = 2;
    const eventId = await order('cut-off');
    await desk.startDispatcher();
    desk.publisher.get(Rings).ring([endpointId]);

    await until(async () => (await desk.attempts(eventId)).length === 1, { what: 'its attempt' });

    expect(await desk.attempts(eventId)).toMatchObject([{ outcome: 'DELIVERED', error: null }]);
    expect(subscriber.received).toHaveLength(1);
  });
});
