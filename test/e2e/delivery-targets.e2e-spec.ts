import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type RawServer, startRawServer } from '../support/raw-server.js';
import { type Subscriber, startSubscriber } from '../support/subscriber.js';
import { until } from '../support/until.js';
import { type DeliveryDesk, openDesk } from './delivery-desk.js';

const LATER = { delaysSeconds: [3_600], maxAgeSeconds: 86_400 };
const PROXY_VARIABLES = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];

const say = (text: string) => (socket: Socket) => void socket.write(text);
const endless = (head: string) => (socket: Socket) => {
  socket.write(head);
  const pour = (): void => {
    while (!socket.destroyed && socket.write('x'.repeat(4_096)));
  };
  socket.on('drain', pour);
  pour();
};

describe('a delivery to somebody hostile', () => {
  let desk: DeliveryDesk;
  let hostile: RawServer;
  let healthy: Subscriber;

  beforeAll(async () => {
    desk = await openDesk();
    await desk.startDispatcher();
  });
  afterAll(() => desk.close());
  beforeEach(async () => {
    await desk.clear();
    [hostile, healthy] = await Promise.all([startRawServer(), startSubscriber()]);
    await desk.addEndpoint({ url: `${hostile.origin}/hook`, timeoutMs: 1_000, retryPolicy: LATER });
    await desk.addEndpoint({ url: healthy.url });
  });
  afterEach(async () => {
    await Promise.all([hostile.close(), healthy.close()]);
  });

  const attemptsOfBoth = (eventId: string) =>
    until(
      async () => {
        const attempts = await desk.attempts(eventId);
        return attempts.length >= 2 ? attempts : null;
      },
      { what: 'both attempts' },
    );

  it.each<[string, (socket: Socket) => void, { status: number | null; error: string | null; outcome: string }]>([
    ['garbage', say('garbage\r\n\r\n'), { outcome: 'RETRYING', status: null, error: 'malformed_reply' }],
    ['silence', () => {}, { outcome: 'RETRYING', status: null, error: 'timeout' }],
    ['a reset', (socket) => socket.resetAndDestroy(), { outcome: 'RETRYING', status: null, error: 'ECONNRESET' }],
    [
      'half a reply',
      (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
      { outcome: 'RETRYING', status: null, error: 'connection_closed' },
    ],
    [
      'headers without end',
      endless('HTTP/1.1 200 OK\r\nX-Long: '),
      { outcome: 'RETRYING', status: null, error: 'reply_headers_too_large' },
    ],
    [
      'a body without end',
      endless('HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n'),
      { outcome: 'DELIVERED', status: 200, error: null },
    ],
    [
      'a redirect',
      say('HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n'),
      { outcome: 'RETRYING', status: 302, error: null },
    ],
  ])(
    'who answers with %s leaves an attempt that says so, and the others get theirs',
    async (_what, answer, attempt) => {
      hostile.answer = answer;

      const eventId = await desk.raise();

      const attempts = await attemptsOfBoth(eventId);
      expect(attempts).toHaveLength(2);
      expect(attempts).toContainEqual({ ...attempt, n: 1 });
      expect(attempts).toContainEqual({ outcome: 'DELIVERED', status: 200, error: null, n: 1 });
      expect(healthy.received.map(({ id }) => id)).toEqual([eventId]);
    },
  );

  it('goes there directly, whatever proxy the environment names', async () => {
    const proxy = await startRawServer();
    const before = PROXY_VARIABLES.map((name) => [name, process.env[name]] as const);
    for (const name of PROXY_VARIABLES) process.env[name] = name.startsWith('NODE') ? '1' : proxy.origin;
    hostile.answer = say('HTTP/1.1 204 No Content\r\n\r\n');
    const dispatcher = await desk.startDispatcher();

    const attempts = await attemptsOfBoth(await desk.raise());

    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['DELIVERED', 'DELIVERED']);
    expect(proxy.sockets).toEqual([]);
    await Promise.all([dispatcher.close(), proxy.close()]);
  });
});

describe('a delivery inside, where private targets are not allowed', () => {
  let desk: DeliveryDesk;
  let inside: RawServer;

  beforeAll(async () => {
    [desk, inside] = await Promise.all([
      openDesk({ env: { ATSUME_ALLOW_PRIVATE_TARGETS: 'false' } }),
      startRawServer(),
    ]);
    await desk.startDispatcher();
  });
  afterAll(async () => {
    await desk.close();
    await inside.close();
  });

  it('is never made, also when the address was registered while they were', async () => {
    const { port } = inside;
    const urls = [
      'http://127.0.0.1',
      'https://127.0.0.1',
      'https://localhost.',
      'https://[::ffff:7f00:1]',
      'https://0',
    ];
    for (const url of urls) await desk.addEndpoint({ url: `${url}:${port}/hook`, retryPolicy: LATER });

    const eventId = await desk.raise();

    await until(async () => (await desk.attempts(eventId)).length >= urls.length, { what: 'all attempts' });
    expect(await desk.attempts(eventId)).toEqual(
      urls.map(() => ({ outcome: 'RETRYING', status: null, error: 'unsafe_target', n: 1 })),
    );
    expect(inside.sockets).toEqual([]);
  });
});
