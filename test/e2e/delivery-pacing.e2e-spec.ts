import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eachQueue } from '../support/queues.js';
import { type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { type DeliveryDesk, openDesk } from './delivery-desk.js';

const LATER = { delaysSeconds: [600], maxAgeSeconds: 86_400 };

eachQueue('over either queue', (queue) => {
  // A block of its own, so that it ends before the queue's server does.
  describe('an endpoint that struggles', () => {
    let desk: DeliveryDesk;
    let subscriber: Subscriber;

    beforeAll(async () => {
      desk = await openDesk({ redisUrl: queue.redisUrl() });
      await desk.startDispatcher();
    });
    afterAll(() => desk.close());
    beforeEach(async () => {
      await desk.clear();
      subscriber = await startSubscriber();
    });
    afterEach(() => subscriber.close());

    const raiseMany = (count: number) => Promise.all(Array.from({ length: count }, () => desk.raise()));
    const isOpen = async (id: string) => (await desk.endpoint(id)).breaker === 'OPEN';
    const refuse = (): void => {
      subscriber.answer = (_, response) => void response.writeHead(500).end();
    };
    const probeNow = (id: string) =>
      desk.database.query('UPDATE endpoint_runs SET blocked_until = now() WHERE endpoint_id = $1', [id]);

    it('is left alone after ten failures, and what waits burns no attempt', async () => {
      const { id } = await desk.addEndpoint({ url: subscriber.url, retryPolicy: LATER });
      refuse();

      await raiseMany(40);
      await until(() => isOpen(id), { what: 'an open breaker' });
      const sent = subscriber.received.length;
      await desk.sweepTwice();

      expect(sent).toBeGreaterThanOrEqual(10);
      expect(sent).toBeLessThan(20);
      expect(subscriber.received).toHaveLength(sent);
      const untouched = await desk.database.query('SELECT FROM delivery_work WHERE attempt = 0');
      expect(untouched).toHaveLength(40 - sent);
    });

    it('is probed with one request, and gets everything once it answers', async () => {
      const { id } = await desk.addEndpoint({ url: subscriber.url, retryPolicy: LATER });
      refuse();
      await raiseMany(30);
      await until(() => isOpen(id), { what: 'an open breaker' });
      const sent = subscriber.received.length;

      await probeNow(id);
      await until(async () => (await desk.endpoint(id)).breaker_opens === 2, { what: 'a failed probe' });
      expect(subscriber.received).toHaveLength(sent + 1);

      subscriber.answer = (_, response) => response.end();
      await probeNow(id);
      await until(async () => (await desk.database.query('SELECT FROM delivery_work WHERE attempt = 0')).length === 0, {
        what: 'the rest',
      });
      await until(async () => (await desk.endpoint(id)).held_until === null, { what: 'the end of the turn' });
      expect(await desk.endpoint(id)).toMatchObject({
        breaker: 'CLOSED',
        breaker_opens: 0,
        fails: 0,
        blocked_until: null,
      });
    });

    it('by hanging is left alone after three time-outs, and nobody else waits for it', async () => {
      const other = await startSubscriber();
      const { id } = await desk.addEndpoint({ url: subscriber.url, timeoutMs: 3_000, retryPolicy: LATER });
      await desk.addEndpoint({ url: other.url });
      let hangsFrom = Infinity;
      subscriber.answer = () => void (hangsFrom = Math.min(hangsFrom, performance.now()));

      await raiseMany(20);
      await until(() => other.received.length === 20, { what: 'the healthy endpoint' });
      const healthyAt = performance.now();
      await until(() => isOpen(id), { what: 'an open breaker', withinMs: 20_000 });

      // Before the first request has timed out.
      expect(healthyAt - hangsFrom).toBeLessThan(3_000);
      expect(subscriber.received.length).toBeLessThanOrEqual(4);
      await other.close();
    });

    it('that asks to be called again at once gets a second to breathe', async () => {
      const arrivals: number[] = [];
      await desk.addEndpoint({ url: subscriber.url });
      subscriber.answer = (_, response) => {
        arrivals.push(performance.now());
        response.writeHead(429, { 'retry-after': '0' }).end();
      };

      await desk.raise();
      await until(() => arrivals.length >= 2, { what: 'the second request' });

      expect((arrivals[1] ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(900);
    });

    it('gets no more requests at once than it copes with', async () => {
      await desk.addEndpoint({ url: subscriber.url });
      let underWay = 0;
      let most = 0;
      subscriber.answer = (_, response) => {
        most = Math.max(most, ++underWay);
        setTimeout(() => {
          underWay--;
          response.end();
        }, 10);
      };

      await raiseMany(100);
      await until(() => subscriber.received.length === 100, { what: 'all deliveries' });

      expect(most).toBeLessThanOrEqual(8);
      expect(most).toBeGreaterThan(2);
    });
  });
});
