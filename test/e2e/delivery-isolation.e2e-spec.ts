import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Rings } from '#libs/delivery';
import type { Queryable } from '#libs/store';
import pg from 'pg';
import { eachQueue } from '../support/queues.js';
import { type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { type DeliveryDesk, openDesk } from './delivery-desk.js';

/** More than a dispatcher takes tokens or runs turns at a time. */
const HANGING = 150;

eachQueue('over either queue', (queue) => {
  // A block of its own, so that it ends before the queue's server does.
  describe('endpoints that hang', () => {
    let desk: DeliveryDesk;
    let hanging: Subscriber;
    let healthy: Subscriber;

    beforeEach(async () => {
      desk = await openDesk({ redisUrl: queue.redisUrl() });
      [hanging, healthy] = await Promise.all([startSubscriber(), startSubscriber()]);
      hanging.answer = () => {};
    });
    afterEach(async () => {
      await Promise.all([hanging.close(), healthy.close()]);
      await desk.close();
    });

    const letGo = () => {
      hanging.answer = (_, response) => response.end();
    };

    it('keep nobody waiting, however many they are', async () => {
      for (let n = 0; n < HANGING; n++)
        await desk.addEndpoint({ url: `${hanging.url}/${n}`, eventTypes: ['record.new'] });
      await desk.addEndpoint({ url: healthy.url, eventTypes: ['ping'] });
      await desk.startDispatcher();
      await desk.raise();
      await until(() => hanging.received.length === HANGING, { what: 'a request at each of them', withinMs: 25_000 });

      for (let n = 0; n < 10; n++) {
        await desk.raise({ type: 'ping' });
        await until(() => healthy.received.length === n + 1, { what: 'the event of a healthy one' });
      }

      // An attempt is written down a moment after its request arrived.
      await until(async () => (await desk.waiting()) <= HANGING, { what: 'the last attempt to be written' });
      expect(await desk.waiting()).toBe(HANGING);
    });

    it('are not sent a second request for the same event, whoever is rung', async () => {
      await Promise.all([desk.startDispatcher(), desk.startDispatcher()]);
      const { id } = await desk.addEndpoint({ url: hanging.url });
      const answers: (() => void)[] = [];
      hanging.answer = (_, response) => void answers.push(() => response.end());
      await desk.raise();
      await until(() => answers.length === 1, { what: 'the request' });

      // Longer than a lease, so that it has to be renewed.
      const leases = new Set<number>();
      await until(
        async () => {
          desk.publisher.get(Rings).ring([id]);
          const { held_until } = await desk.endpoint(id);
          return leases.add((held_until as Date).getTime()).size > 3;
        },
        { what: 'three more leases', withinMs: 20_000 },
      );
      const whileHeld = hanging.received.length;
      answers.forEach((answer) => answer());
      await until(async () => (await desk.waiting()) === 0, { what: 'the end of the delivery' });

      expect(whileHeld).toBe(1);
      expect(hanging.received).toHaveLength(1);
      await until(async () => (await desk.endpoint(id)).held_until === null, { what: 'the end of the lease' });
    });

    it('on one request get their other events meanwhile', async () => {
      await desk.startDispatcher();
      await desk.addEndpoint({ url: hanging.url });
      const stuck = await desk.raise();
      await until(() => hanging.received.length === 1, { what: 'the request that hangs' });
      letGo();

      const others: string[] = [];
      for (let n = 0; n < 100; n++) others.push(await desk.raise());
      await until(async () => (await desk.waiting()) === 1, { what: 'the other events' });

      expect(new Set(hanging.received.map(({ id }) => id))).toEqual(new Set([stuck, ...others]));
      expect(hanging.received).toHaveLength(101);
    });

    it('are served at once when they answer again, what came meanwhile included', async () => {
      await desk.startDispatcher();
      const { id } = await desk.addEndpoint({ url: hanging.url });
      const answers: (() => void)[] = [];
      hanging.answer = (_, response) => void answers.push(() => response.end());
      const first = await desk.raise();
      await until(() => answers.length === 1, { what: 'the request' });
      const second = await desk.raise();
      await until(async () => (await desk.endpoint(id)).held_until !== null, { what: 'a held endpoint' });

      letGo();
      answers.forEach((answer) => answer());
      await until(async () => (await desk.waiting()) === 0, { what: 'both' });

      expect(hanging.received.map(({ id: eventId }) => eventId)).toEqual([first, second]);
    });
  });
});

describe('a backlog that takes more than one turn', () => {
  it('is worked off without the sweep', async () => {
    const desk = await openDesk();
    const subscriber = await startSubscriber();
    subscriber.answer = (_, response) => void setTimeout(() => response.end(), 20);
    await desk.addEndpoint({ url: subscriber.url });
    await desk.startDispatcher();
    const clocks = new pg.Client({ connectionString: desk.databaseUrl });
    await clocks.connect();
    await clocks.query('BEGIN; LOCK TABLE clocks IN ACCESS EXCLUSIVE MODE');

    await Promise.all(Array.from({ length: 300 }, () => desk.raise()));
    await until(async () => (await desk.waiting()) === 0, { what: 'the whole backlog', withinMs: 25_000 });

    expect(new Set(subscriber.received.map(({ id }) => id)).size).toBe(300);
    expect(subscriber.received).toHaveLength(300);
    await clocks.query('ROLLBACK');
    await clocks.end();
    await desk.close();
    await subscriber.close();
  });
});

describe('an endpoint whose holder died', () => {
  it('is taken over when the lease is over, also one that a wrong clock made long', async () => {
    const desk = await openDesk();
    const subscriber = await startSubscriber();
    const { id } = await desk.addEndpoint({ url: subscriber.url });
    await desk.database.query(
      `UPDATE endpoint_runs SET owner = 'somebody', epoch = 7, held_until = now() + interval '1 day' WHERE endpoint_id = $1`,
      [id],
    );

    await desk.startDispatcher();
    await desk.raise();
    await until(() => subscriber.received.length === 1, { what: 'the delivery' });

    await desk.close();
    await subscriber.close();
  });
});

describe('when the database’s clock was ahead for a while', () => {
  it('what was put off meanwhile comes as much sooner', async () => {
    const desk = await openDesk();
    const subscriber = await startSubscriber();
    await desk.addEndpoint({ url: subscriber.url });
    await desk.startDispatcher();
    await desk.sweepTwice();
    const eventId = await desk.raise({ ring: false, within: (tx, id) => putOff(tx, id) });

    // As every clock is written: the next time was set by a clock that was two days ahead.
    await desk.database.query(`UPDATE clocks SET next_at = next_at + interval '2 days'`);
    await until(() => subscriber.received.length === 1, { what: 'the delivery' });

    expect(subscriber.received[0]?.id).toBe(eventId);
    await desk.close();
    await subscriber.close();
  });

  it('what was under way then, and was committed after it, comes at once', async () => {
    const desk = await openDesk();
    const subscriber = await startSubscriber();
    await desk.addEndpoint({ url: subscriber.url });
    await desk.startDispatcher();
    await desk.sweepTwice();
    await desk.database.query(`UPDATE clocks SET next_at = next_at + interval '2 days'`);
    await desk.sweepTwice();

    const eventId = await desk.raise({ ring: false, within: (tx, id) => putOff(tx, id) });
    await until(() => subscriber.received.length === 1, { what: 'the delivery' });

    expect(subscriber.received[0]?.id).toBe(eventId);
    await desk.close();
    await subscriber.close();
  });

  const putOff = (tx: Queryable, eventId: string) =>
    tx.query(`UPDATE delivery_work SET due_at = now() + interval '2 days' WHERE event_id = $1`, [eventId]);
});
