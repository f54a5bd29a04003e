import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eachQueue } from '../support/queues.js';
import { type Received, type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { type DeliveryDesk, openDesk } from './delivery-desk.js';

const SOON = { delaysSeconds: [1], maxAgeSeconds: 3_600 };

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: Received, response: ServerResponse) =>
    void response.writeHead(code, headers).end();

eachQueue('over either queue', (queue) => {
  // A block of its own, so that it ends before the queue's server does.
  describe('a delivery', () => {
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

    const outcomes = async (eventId: string) => (await desk.attempts(eventId)).map(({ outcome }) => outcome);
    const over = (eventId: string, count = 1) =>
      until(async () => (await outcomes(eventId)).length >= count, { what: `${count} attempts` });

    it('reaches its subscriber once, with the bytes of the event', async () => {
      await desk.addEndpoint({ url: subscriber.url });

      const eventId = await desk.raise();
      await over(eventId);

      expect(subscriber.received).toHaveLength(1);
      expect(JSON.parse(subscriber.received[0]?.body ?? '')).toMatchObject({ eventId, eventType: 'record.new' });
      expect(subscriber.received[0]?.headers['content-type']).toBe('application/json');
      expect(await desk.attempts(eventId)).toEqual([{ outcome: 'DELIVERED', status: 200, error: null, n: 1 }]);
      expect(await desk.waiting()).toBe(0);
    });

    it('goes to every endpoint that subscribes, each on its own', async () => {
      const other = await startSubscriber();
      await desk.addEndpoint({ url: subscriber.url });
      await desk.addEndpoint({ url: other.url });

      const eventId = await desk.raise();
      await over(eventId, 2);

      expect([...subscriber.received, ...other.received].map(({ id }) => id)).toEqual([eventId, eventId]);
      await other.close();
    });

    it('is found by the sweep when nobody rang', async () => {
      await desk.addEndpoint({ url: subscriber.url });

      const eventId = await desk.raise({ ring: false });
      await over(eventId);

      expect(subscriber.received).toHaveLength(1);
    });

    it('is tried again after a 500, with the same id and body', async () => {
      await desk.addEndpoint({ url: subscriber.url, retryPolicy: SOON });
      subscriber.answer = (_, response) => void response.writeHead(subscriber.received.length > 1 ? 200 : 500).end();

      const eventId = await desk.raise();
      await over(eventId, 2);

      expect(await desk.attempts(eventId)).toMatchObject([
        { outcome: 'RETRYING', status: 500, n: 1 },
        { outcome: 'DELIVERED', status: 200, n: 2 },
      ]);
      const [first, second] = subscriber.received;
      expect(second).toMatchObject({ id: eventId, body: first?.body });
    });

    it('is FAILED when its retries are used up', async () => {
      await desk.addEndpoint({ url: subscriber.url, retryPolicy: { delaysSeconds: [1], maxAgeSeconds: 2 } });
      subscriber.answer = status(500);

      const eventId = await desk.raise();
      await over(eventId, 2);

      await until(async () => (await desk.waiting()) === 0, { what: 'the end of the retries' });
      expect(await outcomes(eventId)).toEqual(expect.arrayContaining(['RETRYING', 'FAILED']));
      expect((await outcomes(eventId)).at(-1)).toBe('FAILED');
    });

    it('waits as long as a 429 asks, and that uses up no attempt', async () => {
      await desk.addEndpoint({ url: subscriber.url, retryPolicy: SOON });
      const at: number[] = [];
      subscriber.answer = (_, response) => {
        at.push(performance.now());
        response.writeHead(at.length > 1 ? 200 : 429, at.length > 1 ? {} : { 'retry-after': '2' }).end();
      };

      const eventId = await desk.raise();
      await over(eventId, 2);

      expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(1_950);
      expect(await desk.attempts(eventId)).toMatchObject([
        { outcome: 'WAITING', status: 429, n: 1 },
        { outcome: 'DELIVERED', status: 200, n: 1 },
      ]);
    });

    it('to an endpoint that asked for a pause with a 503 waits, whichever event it is', async () => {
      await desk.addEndpoint({ url: subscriber.url, retryPolicy: SOON });
      subscriber.answer = status(503, { 'retry-after': '120' });
      const first = await desk.raise();
      await over(first);

      const second = await desk.raise();
      await desk.sweepTwice();

      expect(await outcomes(first)).toEqual(['RETRYING']);
      expect(await outcomes(second)).toEqual([]);
      expect(subscriber.received).toHaveLength(1);
    });

    it('answered 410 disables the endpoint and tells the others', async () => {
      const other = await startSubscriber();
      const gone = await desk.addEndpoint({ url: subscriber.url, eventTypes: ['record.new'] });
      await desk.addEndpoint({ url: other.url, eventTypes: ['endpoint.disabled'] });
      subscriber.answer = status(410);

      const eventId = await desk.raise();
      await until(() => other.received.length > 0, { what: 'endpoint.disabled' });

      expect(await outcomes(eventId)).toEqual(['FAILED']);
      expect(JSON.parse(other.received[0]?.body ?? '')).toMatchObject({
        eventType: 'endpoint.disabled',
        recordId: gone.id,
        eventData: { endpoint: { id: gone.id, url: subscriber.url, disabledReason: 'gone' } },
      });
      expect(await desk.endpoint(gone.id)).toMatchObject({ status: 'DISABLED', disabled_reason: 'gone' });
      await desk.raise();
      await desk.sweepTwice();
      expect(subscriber.received).toHaveLength(1);
      await other.close();
    });

    it('does not follow a redirect', async () => {
      const elsewhere = await startSubscriber();
      await desk.addEndpoint({ url: subscriber.url, retryPolicy: { delaysSeconds: [600], maxAgeSeconds: 3_600 } });
      subscriber.answer = status(307, { location: elsewhere.url });

      const eventId = await desk.raise();
      await over(eventId);

      expect(await desk.attempts(eventId)).toMatchObject([{ outcome: 'RETRYING', status: 307 }]);
      expect(elsewhere.received).toHaveLength(0);
      await elsewhere.close();
    });

    it('reads an endless reply only to its bound', async () => {
      await desk.addEndpoint({ url: subscriber.url });
      subscriber.answer = (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(8_192)));
        };
        response.on('drain', more).on('error', () => {});
        more();
      };

      const eventId = await desk.raise();
      await over(eventId);

      expect(await outcomes(eventId)).toEqual(['DELIVERED']);
    });

    it.each([
      ['resets the connection', (_: Received, response: ServerResponse) => void response.socket?.resetAndDestroy()],
      ['sends half a reply', (_: Received, response: ServerResponse) => halfReply(response)],
      ['sends no HTTP', (_: Received, response: ServerResponse) => void response.socket?.end('garbage\r\n\r\n')],
      ['sends headers without end', (_: Received, response: ServerResponse) => endlessHeaders(response)],
      ['never answers', () => {}],
    ])('is kept for a subscriber that %s', async (_what, answer) => {
      await desk.addEndpoint({ url: subscriber.url, timeoutMs: 1_500, retryPolicy: SOON });
      subscriber.answer = (received, response) => {
        if (subscriber.received.length > 1) response.end();
        else answer(received, response);
      };

      const eventId = await desk.raise();
      await over(eventId, 2);

      expect(await desk.attempts(eventId)).toMatchObject([
        { outcome: 'RETRYING', status: null, error: expect.any(String) },
        { outcome: 'DELIVERED', status: 200 },
      ]);
    });

    it('carries the strict form to endpoints that want it, and only to them', async () => {
      const strict = await startSubscriber();
      await desk.addEndpoint({ url: subscriber.url });
      await desk.addEndpoint({ url: strict.url, strictNulls: true });

      const assessmentPackage = { description: null, id: 'p1', metaData: null, name: 'One', type: 'T' };
      const eventId = await desk.raise({ eventData: { candidateAssessment: { assessmentPackage } } });
      await over(eventId, 2);

      const [plain, bare] = [subscriber, strict].map(({ received }) => received[0]!.body);
      expect(plain).toContain(JSON.stringify(assessmentPackage));
      expect(bare).toBe(plain!.replace('"name":"One","type":"T"', '"name":null,"type":null'));
      await strict.close();
    });

    it('whose event is gone ends as EXPIRED', async () => {
      await desk.addEndpoint({ url: subscriber.url });
      const eventId = await desk.raise({ within: (tx, id) => tx.query('DELETE FROM events WHERE id = $1', [id]) });
      await over(eventId);

      expect(await desk.attempts(eventId)).toMatchObject([{ outcome: 'EXPIRED', status: null, error: 'event_gone' }]);
      expect(await desk.waiting()).toBe(0);
    });

    it('keeps to the rate of its endpoint', async () => {
      await desk.addEndpoint({ url: subscriber.url, maxPerSecond: 5 });
      const startedAt = performance.now();

      await Promise.all(Array.from({ length: 12 }, () => desk.raise()));
      await until(() => subscriber.received.length === 12, { what: 'all deliveries' });

      // Five at once, then one every 200 ms: never sooner, however busy the machine is.
      expect(performance.now() - startedAt).toBeGreaterThan(1_200);
    });
  });
});

function halfReply(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('half', () => response.socket?.destroy());
}

function endlessHeaders(response: ServerResponse): void {
  const { socket } = response;
  socket?.on('error', () => {});
  socket?.write('HTTP/1.1 200 OK\r\n');
  const more = (): void => {
    while (socket && !socket.destroyed && socket.write(`x-filler: ${'x'.repeat(1_000)}\r\n`));
  };
  socket?.on('drain', more);
  more();
}
