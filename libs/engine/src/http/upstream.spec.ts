import type { Socket } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '#libs/config';
import { type RawServer, startRawServer } from '../../../../test/support/raw-server.js';
import { until } from '../../../../test/support/until.js';
import { Upstream } from './upstream.js';

const MOST_BYTES = 100_000;
const OK = 'HTTP/1.1 200 OK\r\n';

/** Writes the same again and again for as long as anybody listens, at the speed of the listener. */
const endlessly = (head: string, piece: string) => (socket: Socket) => {
  socket.write(head);
  const pour = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', pour);
  pour();
};
const say =
  (...parts: (string | Buffer)[]) =>
  (socket: Socket) =>
    void parts.forEach((part) => socket.write(part));
const sayAndGo = (text: string) => (socket: Socket) => void socket.end(text);
const packed = (encoding: string, bytes: Buffer) =>
  say(`${OK}Content-Encoding: ${encoding}\r\nContent-Length: ${bytes.length}\r\n\r\n`, bytes);
const drip = (head: string, piece: string) => (socket: Socket) => {
  socket.write(head);
  const timer = setInterval(() => socket.write(piece), 20);
  socket.on('close', () => clearInterval(timer));
};

describe('an ATS that answers', () => {
  let server: RawServer;
  const upstream = new Upstream(readConfig({ ATSUME_ALLOW_PRIVATE_TARGETS: 'true' }, false));
  beforeEach(async () => {
    server = await startRawServer();
  });
  afterEach(() => server.close());
  afterAll(() => upstream.onApplicationShutdown());

  const send = (timeoutMs = 5_000, signal?: AbortSignal) =>
    upstream.exchange(
      { method: 'GET', url: new URL(`${server.origin}/rooms`), headers: {}, body: null },
      { timeoutMs, mostBytes: MOST_BYTES, ...(signal && { signal }) },
    );
  const socketsEnd = () =>
    until(() => server.sockets.every(({ destroyed }) => destroyed), { what: 'the end of the socket' });

  it.each<[string, (socket: Socket) => void, string]>([
    ['garbage', say('\x00\xff not http at all\r\n\r\n'), 'malformed_reply'],
    ['nothing, and hangs up', sayAndGo(''), 'connection_closed'],
    ['with a reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['half its body, and hangs up', sayAndGo(`${OK}Content-Length: 9\r\n\r\nhalf`), 'connection_closed'],
    [
      'more headers than there is room for',
      say(`${OK}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`),
      'reply_headers_too_large',
    ],
    ['garbage that calls itself gzip', packed('gzip', Buffer.from('no gzip at all')), 'malformed_reply'],
    ['gzip that breaks off', packed('gzip', gzipSync(Buffer.alloc(9_000)).subarray(0, 20)), 'malformed_reply'],
    ['in an encoding nobody asked for', packed('zstd', Buffer.from('x')), 'malformed_reply'],
  ])('%s has not answered', async (_what, answer, error) => {
    server.answer = answer;

    expect(await send()).toEqual({ error });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['nothing at all', () => {}],
    ['its headers drop by drop', drip(OK, 'X-A: b\r\n')],
    ['its body drop by drop', drip(`${OK}Transfer-Encoding: chunked\r\n\r\n`, '1\r\nx\r\n')],
  ])('%s is given up when the time for the whole request is over', async (_what, answer) => {
    server.answer = answer;

    expect(await send(300)).toEqual({ error: 'timeout' });
    await socketsEnd();
  });

  it.each([
    ['says how long it is', `${OK}Content-Length: 99999999999\r\n\r\n`, 'x'.repeat(4_096)],
    ['comes in chunks', `${OK}Transfer-Encoding: chunked\r\n\r\n`, `1000\r\n${'x'.repeat(4_096)}\r\n`],
    ['ends with the connection', `${OK}\r\n`, 'x'.repeat(4_096)],
  ])('without end is cut when the reply is too large, if it %s', async (_how, head, piece) => {
    server.answer = endlessly(head, piece);

    expect(await send()).toEqual({ error: 'reply_too_large' });
    await socketsEnd();
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(50_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(50_000_000))],
  ])('with a bomb of %s is never unpacked beyond what a reply may have', async (encoding, bomb) => {
    expect(bomb.length).toBeLessThan(MOST_BYTES);
    server.answer = packed(encoding, bomb);

    expect(await send()).toEqual({ error: 'reply_too_large' });
  });

  it('with a redirect is not followed', async () => {
    const elsewhere = await startRawServer();
    server.answer = say(`HTTP/1.1 302 Go\r\nLocation: ${elsewhere.origin}/\r\nContent-Length: 0\r\n\r\n`);

    expect(await send()).toMatchObject({ status: 302 });
    expect(elsewhere.sockets).toHaveLength(0);
    await elsewhere.close();
  });

  it('is left when nobody waits any more', async () => {
    const over = new AbortController();
    const sending = send(5_000, over.signal);
    await until(() => server.requests.length > 0);

    over.abort();

    expect(await sending).toEqual({ error: 'aborted' });
    expect(await send(5_000, over.signal)).toEqual({ error: 'aborted' });
    await socketsEnd();
    expect(server.requests).toHaveLength(1);
  });
});

describe('a host', () => {
  const strict = new Upstream(readConfig({}, false));
  afterAll(() => strict.onApplicationShutdown());

  it.each([
    'http://api.example.com/',
    'https://127.0.0.1/',
    'https://10.0.0.1/',
    'https://[::1]/',
    'https://localhost/',
    'http://127.0.0.1:3000/sandbox/acme/api/',
  ])('such as %s is not called where private targets are not allowed', async (url) => {
    const limits = { timeoutMs: 5_000, mostBytes: MOST_BYTES };

    expect(await strict.exchange({ method: 'GET', url: new URL(url), headers: {}, body: null }, limits)).toEqual({
      error: 'unsafe_target',
    });
  });

  it('of our own sandbox is, wherever it listens', async () => {
    const server = await startRawServer();
    server.answer = say(`${OK}Content-Length: 2\r\n\r\nok`);
    const own = new Upstream(readConfig({ PORT: String(server.port), HOST: '0.0.0.0' }, true));
    const url = new URL(`${server.origin}/sandbox/acme/api/rooms`);
    const limits = { timeoutMs: 5_000, mostBytes: MOST_BYTES };

    expect(await own.exchange({ method: 'GET', url, headers: {}, body: null }, limits)).toMatchObject({ status: 200 });
    await own.onApplicationShutdown();
    await server.close();
  });
});
