import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newEventId, newId } from '#libs/model';
import { encodeCursor } from '#libs/store';
import { type Api, openApi } from '../support/api.js';

interface Problem {
  code: string;
  errors: { path: string }[];
}

const PUBLIC_URL = 'https://1.1.1.1/hook';

describe('what hostile clients send to the webhook and event calls', () => {
  let api: Api;
  beforeAll(async () => {
    api = await openApi({ ATSUME_ALLOW_PRIVATE_TARGETS: 'false' });
  });
  afterAll(() => api.close());

  const call = async (method: string, path: string, body?: string): Promise<{ status: number; body: Problem }> => {
    const reply = await fetch(api.url + path, {
      method,
      headers: {
        authorization: `Bearer ${api.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body ?? null,
    });
    return { status: reply.status, body: (await reply.json()) as Problem };
  };
  const register = (body: object) =>
    call('POST', '/v1/webhooks/endpoints', JSON.stringify({ url: PUBLIC_URL, ...body }));
  const created = async () => ((await register({})).body as unknown as { id: string }).id;

  it.each([
    'http://1.1.1.1/hook',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0x7f000001/',
    'https://127.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://[::]/',
    'https://１２７。０。０。１/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/',
    'https://100.64.0.1/',
    'https://[64:ff9b::7f00:1]/',
    'https://localhost./',
    'https://a.localhost/',
    'https://does-not-exist.invalid/',
    'https://user:pass@1.1.1.1/',
    'https://user@1.1.1.1/',
    'https://1.1.1.1@127.0.0.1/',
    'ftp://1.1.1.1/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'https:///hook',
    'https://1.1.1.1:0/',
    'https://1.1.1.1:65536/',
    'https://1.1.1.1/\r\nhost: inside',
    'https://1.1.1.1/\ta',
    'https://1.1.1.1/\u0000',
    'https://1.1.1.1/\ud800',
    ' https://1.1.1.1/',
    'https:\\\\1.1.1.1\\',
    'https://[fe80::1%25lo]/',
    `https://1.1.1.1/${'a'.repeat(3_000)}`,
    `https://1.1.1.1/${'a'.repeat(900_000)}`,
    '',
    ' ',
    null,
    1,
    true,
    [PUBLIC_URL],
    { href: PUBLIC_URL },
  ])('the URL %.80j is refused when an endpoint is made and when it is changed, naming the field', async (url) => {
    const id = await created();

    for (const reply of [
      await register({ url }),
      await call('PATCH', `/v1/webhooks/endpoints/${id}`, JSON.stringify({ url })),
    ]) {
      expect([reply.status, reply.body.errors[0]?.path]).toEqual([422, 'url']);
    }
  });

  it.each<[string, unknown, string]>([
    ['a line break in a value', { 'x-a': 'b\r\nhost: inside' }, 'headers.x-a'],
    ['a line break in a name', { 'x-a\r\nhost': 'inside' }, 'headers'],
    ['a NUL', { 'x-a': 'b\0' }, 'headers'],
    ['a lone surrogate', { 'x-a': '\ud800' }, 'headers'],
    ['our id', { 'WEBHOOK-ID': 'mine' }, 'headers.webhook-id'],
    ['our signature', { 'Webhook-Signature': 'mine' }, 'headers.webhook-signature'],
    ['our time', { 'webhook-timestamp': '0' }, 'headers.webhook-timestamp'],
    ['the host', { Host: 'inside' }, 'headers.host'],
    ['the length', { 'CONTENT-LENGTH': '0' }, 'headers.content-length'],
    ['the type', { 'content-type': 'text/plain' }, 'headers.content-type'],
    ['chunks', { 'Transfer-Encoding': 'chunked' }, 'headers.transfer-encoding'],
    ['the connection', { connection: 'close' }, 'headers.connection'],
    ['an upgrade', { upgrade: 'h2c' }, 'headers.upgrade'],
    ['an expectation', { expect: '100-continue' }, 'headers.expect'],
    ['no name', { '': 'a' }, 'headers.'],
    ['another script', { 'x-ä': 'a' }, 'headers.x-ä'],
    ['another script in a value', { 'x-a': '集' }, 'headers.x-a'],
    ['a number', { 'x-a': 1 }, 'headers.x-a'],
    ['a list', { 'x-a': ['b'] }, 'headers.x-a'],
    ['one name twice', { 'x-a': '1', 'X-A': '2' }, 'headers'],
    ['1,000 of them', Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`x-${n}`, 'a'])), 'headers'],
    ['a long value', { 'x-a': 'a'.repeat(2_001) }, 'headers.x-a'],
    ['800 KB', { 'x-a': 'a'.repeat(800_000) }, 'headers'],
    ['a list for an object', ['x-a: b'], 'headers'],
    ['a string for an object', 'x-a: b', 'headers'],
  ])('headers with %s are refused, naming the field', async (_what, headers, path) => {
    const reply = await register({ headers });

    expect(reply.status).toBe(422);
    expect(reply.body.errors.some((error) => error.path.startsWith(path))).toBe(true);
    expect(reply.body.errors.length).toBeLessThan(50);
  });

  it('headers named __proto__ are refused', async () => {
    const reply = await call('POST', '/v1/webhooks/endpoints', `{"url":"${PUBLIC_URL}","headers":{"__proto__":"a"}}`);

    expect([reply.status >= 400 && reply.status < 500, reply.body.errors.length > 0]).toEqual([true, true]);
  });

  it('10 MB of headers for an endpoint are 413', async () => {
    expect(await register({ headers: { 'x-a': 'a'.repeat(10_000_000) } })).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });

  it.each<[string, object, string]>([
    ['an unknown event type', { eventTypes: ['record.sideways'] }, 'eventTypes'],
    ['100,000 event types', { eventTypes: new Array(50_000).fill('record.new') }, 'eventTypes'],
    ['event types that are none', { eventTypes: [null] }, 'eventTypes'],
    ['an integration that is none', { integrationIds: [newId('integration')] }, 'integrationIds.0'],
    ['an integration with a strange id', { integrationIds: ["';--"] }, 'integrationIds.0'],
    [
      '1,001 integrations',
      { integrationIds: Array.from({ length: 1_001 }, () => newId('integration')) },
      'integrationIds',
    ],
  ])('a filter with %s is refused, naming the field', async (_what, filter, path) => {
    const reply = await register(filter);

    expect([reply.status, reply.body.errors[0]?.path]).toEqual([422, path]);
  });

  it('a filter on another account’s integration is refused like one that does not exist', async () => {
    const theirs = newId('integration');
    const client = new pg.Client({ connectionString: api.databaseUrl });
    await client.connect();
    await client.query(`INSERT INTO accounts (id, name, partner_token) VALUES ($1, 'Theirs', 'their-token')`, [theirs]);
    await client.query(
      `INSERT INTO integrations (id, account_id, provider, origin_org_id, origin_org_name, status)
       VALUES ($1, $1, 'greenhouse', 'o', 'Their customer', 'ACTIVE')`,
      [theirs],
    );
    await client.end();
    const none = await register({ integrationIds: [newId('integration')] });

    const reply = await register({ integrationIds: [theirs] });

    expect({ ...reply.body, requestId: '' }).toEqual({ ...none.body, requestId: '' });
  });

  it.each([
    ['/v1/events', 'of endpoints', encodeCursor(newId('endpoint'))],
    ['/v1/events', 'of nothing', encodeCursor('', '')],
    ['/v1/events', 'below nothing', encodeCursor('-1', newEventId())],
    ['/v1/events', 'beyond all numbers', encodeCursor('18446744073709551616', newEventId())],
    ['/v1/events', 'with SQL', encodeCursor("0'::xid8; --", newEventId())],
    ['/v1/events', 'with another id', encodeCursor('5', newId('endpoint'))],
    ['/v1/events', 'with more parts', encodeCursor('5', newEventId(), 'x')],
    ['/v1/events', 'with no text', Buffer.from('[5,null]').toString('base64url')],
    ['/v1/events', 'of 10,000 characters', 'a'.repeat(10_000)],
    ['/v1/webhooks/endpoints', 'of the event log', encodeCursor('5', newEventId())],
    ['/v1/webhooks/deliveries', 'of endpoints', encodeCursor(newId('endpoint'))],
    ['/v1/webhooks/deliveries', 'with SQL', encodeCursor("';--", "';--")],
    [
      '/v1/webhooks/deliveries',
      'with a time that is none',
      encodeCursor('2026-13-45T99:99:99Z', newEventId(), newId('endpoint')),
    ],
    [
      '/v1/webhooks/deliveries',
      'with a time out of all calendars',
      encodeCursor('+275760-09-13T00:00:00.001Z', newEventId(), newId('endpoint')),
    ],
  ])('for %s a cursor %s is refused', async (path, _what, cursor) => {
    const reply = await call('GET', `${path}?cursor=${encodeURIComponent(cursor)}`);

    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
  });

  it.each([
    'eventType=record.sideways',
    'eventType=',
    'limit=1e9',
    'limit=99999999999999999999',
    'limit=0x10',
    'limit=',
  ])('the event log with %s is 422', async (query) => {
    expect((await call('GET', `/v1/events?${query}`)).status).toBe(422);
  });
});

describe('a request that is larger than anybody needs', () => {
  let api: Api;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  /** Writes it all, as far as it is taken, and gives back what was answered before the connection was closed. */
  const exchange = async (head: string, pieces: number, piece: Buffer): Promise<string> => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    const chunks: Buffer[] = [];
    // Being cut off is what is expected here, so errors are not waited for.
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    const drained = () => new Promise<void>((resolve) => void socket.once('drain', resolve));
    socket.on('error', () => {}).on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(head);
    for (let n = 0; n < pieces && !socket.destroyed; n++) {
      if (!socket.write(piece)) await Promise.race([drained(), closed]);
      if (chunks.length > 0) break;
    }
    await closed;
    return Buffer.concat(chunks).toString('latin1');
  };
  const head = (more: string): string =>
    `POST /v1/webhooks/endpoints HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer ${api.apiKey}\r\n${more}`;
  const worksStill = async (): Promise<void> => {
    const reply = await fetch(`${api.url}/v1/webhooks/endpoints`, {
      headers: { authorization: `Bearer ${api.apiKey}` },
    });
    expect(reply.status).toBe(200);
    await reply.arrayBuffer();
  };

  it('in one header is 431', async () => {
    expect(await exchange(head('X-Large: '), 160, Buffer.alloc(65_536, 'a'))).toMatch(/^HTTP\/1\.1 431 /);
    await worksStill();
  });

  it('in many headers is 431', async () => {
    expect(await exchange(head(''), 10_000, Buffer.from(`X-More: ${'a'.repeat(1_000)}\r\n`))).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    await worksStill();
  });

  it('in its address is 4xx', async () => {
    expect(await exchange('GET /v1/events?cursor=', 160, Buffer.alloc(65_536, 'a'))).toMatch(/^HTTP\/1\.1 4\d\d /);
    await worksStill();
  });

  it('in its body is 413, however much follows', async () => {
    const headers = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, ' '), Buffer.from('\r\n')]);

    expect(await exchange(head(headers), 16_000, chunk)).toMatch(/^HTTP\/1\.1 413 /);
    await worksStill();
  });
});
