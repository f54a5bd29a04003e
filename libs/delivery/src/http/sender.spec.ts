import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig } from '#libs/config';
import { type Outgoing, Sender } from './sender.js';

describe('the sender', () => {
  let server: Server;
  let url = '';
  let requests = 0;
  const strict = new Sender(readConfig({}, false));
  const lenient = new Sender(readConfig({ ATSUME_ALLOW_PRIVATE_TARGETS: 'true' }, false));

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests++;
      if (request.url === '/hang') return;
      if (request.url === '/trickle') {
        setInterval(() => response.write('x'), 20).unref();
        return;
      }
      response.writeHead(202, { 'retry-after': '3', 'x-two': ['a', 'b'] });
      response.end(request.url === '/large' ? 'y'.repeat(100_000) : 'ok');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await Promise.all([strict.onApplicationShutdown(), lenient.onApplicationShutdown()]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const post = (target: string, more: Partial<Outgoing> = {}): Outgoing => ({
    method: 'POST',
    url: target,
    headers: { 'x-a': '1' },
    body: Buffer.from('{}'),
    trusted: false,
    ...more,
  });

  it('brings back the reply', async () => {
    const { reply } = await lenient.send(post(url), 1_000);

    expect(reply).toEqual({ status: 202, body: 'ok', retryAfterMs: 3_000, error: null });
  });

  it('reads the first 16 KiB of it', async () => {
    const { reply } = await lenient.send(post(`${url}/large`), 1_000);

    expect([reply.status, reply.body.length, reply.error]).toEqual([202, 16_384, null]);
  });

  it.each(['/hang', '/trickle'])('gives up after the time for the whole request (%s)', async (path) => {
    const { reply, ms } = await lenient.send(post(url + path), 300);

    expect(reply).toMatchObject({ status: null, error: 'timeout' });
    expect(ms).toBeGreaterThanOrEqual(290);
    expect(ms).toBeLessThan(10_000);
  });

  it('says why no reply came', async () => {
    const { reply } = await lenient.send(post('http://127.0.0.1:1/'), 1_000);

    expect(reply).toMatchObject({ status: null, error: 'ECONNREFUSED' });
  });

  it('does not throw for what cannot be sent', async () => {
    const { reply } = await lenient.send(post(url, { headers: { 'bad header': 'x' } }), 1_000);

    expect(reply).toMatchObject({ status: null, error: 'invalid_request' });
  });

  it('connects to no private address, under whatever name', async () => {
    const before = requests;
    const { port } = new URL(url);
    const targets = [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      'localhost',
      'localhost.',
      '[::ffff:127.0.0.1]',
      '[::1]',
      '0.0.0.0',
    ];

    const replies = await Promise.all(targets.map((host) => strict.send(post(`https://${host}:${port}/`), 1_000)));

    expect(replies.map(({ reply }) => reply.error)).toEqual(targets.map(() => 'unsafe_target'));
    expect(requests).toBe(before);
  });

  it('speaks https only, except to what is trusted', async () => {
    const plain = await strict.send(post(url), 1_000);
    const trusted = await strict.send(post(url, { trusted: true }), 1_000);

    expect([plain.reply.error, trusted.reply.status]).toEqual(['unsafe_target', 202]);
  });

  it('streams a body to where it is wanted, and keeps what went wrong there beside the status', async () => {
    const seen: string[] = [];
    const sink: Outgoing['sink'] = async ({ status, headers, body }) => {
      for await (const chunk of body) seen.push(`${status} ${headers['x-two']} ${chunk.length}`);
    };
    const refuse: Outgoing['sink'] = () => Promise.reject(Object.assign(new Error('no'), { code: 'too_large' }));

    const kept = await lenient.send(post(url, { sink }), 1_000);
    const refused = await lenient.send(post(url, { sink: refuse }), 1_000);

    expect(seen).toEqual(['202 a, b 2']);
    expect(kept.reply).toMatchObject({ status: 202, error: null });
    expect(refused.reply).toMatchObject({ status: 202, error: 'too_large' });
  });

  it('ends in time also when it is the sink that hangs', async () => {
    const { reply } = await lenient.send(post(url, { sink: () => new Promise(() => {}) }), 2_000);

    expect(reply).toEqual({ status: 202, body: '', retryAfterMs: null, error: 'timeout' });
  });
});
