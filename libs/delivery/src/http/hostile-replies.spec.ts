import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '#libs/config';
import { type RawServer, startRawServer } from '../../../../test/support/raw-server.js';
import { until } from '../../../../test/support/until.js';
import { Sender } from './sender.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Writes the same again and again for as long as anybody listens, at the speed of the listener. */
const endlessly = (head: string, piece: string) => (socket: Socket) => {
  socket.write(head);
  const pour = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', pour);
  pour();
};
const drip = (head: string, piece: string) => (socket: Socket) => {
  socket.write(head);
  const timer = setInterval(() => socket.write(piece), 20);
  socket.on('close', () => clearInterval(timer));
};
const say = (text: string | Buffer) => (socket: Socket) => void socket.write(text);
const sayAndGo = (text: string) => (socket: Socket) => void socket.end(text);

describe('a receiver that answers', () => {
  let server: RawServer;
  const sender = new Sender(readConfig({ ATSUME_ALLOW_PRIVATE_TARGETS: 'true' }, false));
  const uncaught: unknown[] = [];
  const note = (error: unknown): void => void uncaught.push(error);
  beforeAll(() => void process.on('uncaughtException', note).on('unhandledRejection', note));
  afterAll(async () => {
    await sender.onApplicationShutdown();
    process.off('uncaughtException', note).off('unhandledRejection', note);
  });
  beforeEach(async () => {
    server = await startRawServer();
  });
  afterEach(async () => {
    await server.close();
    expect(uncaught).toEqual([]);
  });

  const send = async (timeoutMs = 5_000) =>
    (
      await sender.send(
        {
          method: 'POST',
          url: `${server.origin}/hook`,
          headers: { 'content-type': 'application/json', 'webhook-id': 'evt-1' },
          body: Buffer.from('{}'),
          trusted: false,
        },
        timeoutMs,
      )
    ).reply;
  const whole = `HTTP/1.1 200 OK\r\n`;

  it.each<[string, (socket: Socket) => void, string]>([
    ['garbage', say('\x00\xff not http at all\r\n\r\n'), 'malformed_reply'],
    ['in another protocol', say('SSH-2.0-OpenSSH_9.9\r\n'), 'malformed_reply'],
    ['with nothing, and hangs up', sayAndGo(''), 'connection_closed'],
    ['with a reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
    ['half a status line, and hangs up', sayAndGo('HTTP/1.1 20'), 'connection_closed'],
    ['half its headers, and hangs up', sayAndGo(`${whole}Content-Le`), 'connection_closed'],
    ['half its body, and hangs up', sayAndGo(`${whole}Content-Length: 9\r\n\r\nhalf`), 'connection_closed'],
    [
      'half its chunks, and hangs up',
      sayAndGo(`${whole}Transfer-Encoding: chunked\r\n\r\n5\r\nab`),
      'connection_closed',
    ],
    ['chunks of no length', say(`${whole}Transfer-Encoding: chunked\r\n\r\nzz\r\n`), 'malformed_reply'],
    ['two lengths', say(`${whole}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`), 'malformed_reply'],
    [
      'a length and chunks',
      say(`${whole}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
      'malformed_reply',
    ],
    ['a length below nothing', say(`${whole}Content-Length: -1\r\n\r\n`), 'malformed_reply'],
    ['a header with a line break in its name', say(`${whole}a\r\nb : c\r\n\r\n`), 'malformed_reply'],
    ['more headers than 16 KiB', say(`${whole}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`), 'reply_headers_too_large'],
    ['headers without end', endlessly(whole, `X-More: ${'x'.repeat(1_000)}\r\n`), 'reply_headers_too_large'],
    [
      'an offer to change the protocol',
      say(`HTTP/1.1 101 Go\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n`),
      'connection_closed',
    ],
  ])('%s fails the attempt', async (_what, answer, error) => {
    server.answer = answer;

    expect(await send()).toEqual({ status: null, body: '', retryAfterMs: null, error });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['nothing at all', () => {}],
    ['its headers drop by drop', drip(whole, 'X-A: b\r\n')],
    ['its body drop by drop', drip(`${whole}Transfer-Encoding: chunked\r\n\r\n`, '1\r\nx\r\n')],
    ['that more is to come, for ever', drip('', 'HTTP/1.1 102 Wait\r\n\r\n')],
  ])('%s is given up when the time for the whole request is over, and its socket closed', async (_what, answer) => {
    server.answer = answer;

    expect(await send(300)).toMatchObject({ status: null, error: 'timeout' });
    await until(() => server.sockets.every(({ destroyed }) => destroyed), { what: 'the end of the socket' });
  });

  it.each([
    ['with a length', `${whole}Content-Length: 99999999999\r\n\r\n`, 'x'.repeat(4_096)],
    ['in chunks', `${whole}Transfer-Encoding: chunked\r\n\r\n`, `1000\r\n${'x'.repeat(4_096)}\r\n`],
    ['until it hangs up', `${whole}\r\n`, 'x'.repeat(4_096)],
  ])('an endless body %s is cut after 16 KiB, and counts by its status', async (_how, head, piece) => {
    server.answer = endlessly(head, piece);

    expect(await send()).toEqual({ status: 200, body: 'x'.repeat(16_384), retryAfterMs: null, error: null });
    await until(() => server.sockets.every(({ destroyed }) => destroyed), { what: 'the end of the socket' });
  });

  it.each([301, 302, 303, 307, 308])('a redirect (%i) is not followed', async (status) => {
    const elsewhere = await startRawServer();
    server.answer = say(`HTTP/1.1 ${status} Go\r\nLocation: ${elsewhere.origin}/\r\nContent-Length: 0\r\n\r\n`);

    expect(await send()).toMatchObject({ status, error: null });
    expect([server.requests.length, elsewhere.sockets.length]).toEqual([1, 0]);
    await elsewhere.close();
  });

  it('compressed is not unpacked, and was not asked for', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    server.answer = (socket) => {
      socket.write(`${whole}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    };

    const reply = await send();

    expect(reply).toMatchObject({ status: 200, error: null });
    expect(reply.body.length).toBeLessThan(bomb.length + 1);
    expect(server.requests[0]).not.toMatch(/accept-encoding/i);
  });

  it('more than it was asked never answers the next request', async () => {
    server.answer = (socket) => {
      socket.write(server.requests.length === 1 ? OK + OK.replace('ok', 'no') : OK);
    };

    const first = await send();
    const second = await send();

    expect([first.body, second.body]).toEqual(['ok', 'ok']);
    expect(server.requests).toHaveLength(2);
  });

  it('shortly keeps its sockets for the next requests', async () => {
    server.answer = say(OK);

    for (let n = 0; n < 20; n++) expect(await send()).toMatchObject({ status: 200, body: 'ok' });

    // Two, since one that has just brought a reply is not yet taken for free.
    expect(server.sockets.length).toBeLessThanOrEqual(2);
  });
});
