import { deflateRawSync, deflateSync, brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { until } from '../../../test/support/until.js';
import { type EngineDesk, startEngine } from '../testing/engine-desk.js';
import { aVersion, anAccess, type FakeAts, ROOMS, sendJson, startFakeAts } from '../testing/index.js';
import type { Access } from './access.js';
import { type UpstreamFailure } from './failures.js';

let test: TestDatabase;
let desk: EngineDesk;
let ats: FakeAts;
let runs = 0;

/** A connection nobody has used, so that no breaker and no budget of another test is in its way. */
const fresh = (changes: Partial<Access> = {}): Access => {
  runs += 1;
  const one = { accountId: 'acc_one', integrationId: `int_${runs}`, budgetKey: `int_${runs}` };
  return anAccess(ats.origin, { ...one, ...changes });
};
const get = (path = 'rooms') => ({ method: 'GET' as const, path });
const post = (json: unknown = { name: 'Blue' }) => ({ method: 'POST' as const, path: 'rooms', json });

beforeAll(async () => {
  test = await createTestDatabase();
  desk = await startEngine(test.url);
  ats = await startFakeAts();
});
afterAll(async () => {
  await desk?.close();
  await ats?.close();
  await test?.drop();
});
beforeEach(() => {
  ats.got.length = 0;
  ats.answer = (_, response) => sendJson(response, 200, { ok: true });
});

describe('a call of an ATS', () => {
  it('goes below the base path of the version, says who we are, and gives back parsed JSON', async () => {
    const request = { ...get('rooms/7'), query: { per_page: 2, name: 'a b', none: undefined } };

    const reply = await desk.engine.send(fresh(), request);

    expect(reply).toMatchObject({ status: 200, body: { ok: true } });
    expect(ats.got[0]).toMatchObject({
      method: 'GET',
      url: '/v3/rooms/7?per_page=2&name=a+b',
      headers: { authorization: 'Bearer token-1', accept: 'application/json' },
    });
  });

  it('carries JSON or a form', async () => {
    await desk.engine.send(fresh(), post({ name: 'Bläu' }));
    await desk.engine.send(fresh(), { method: 'POST', path: 'token', form: { a: '1 2', b: '&' } });

    expect(ats.got.map(({ headers, body }) => [headers['content-type'], body.toString()])).toEqual([
      ['application/json', '{"name":"Bläu"}'],
      ['application/x-www-form-urlencoded', 'a=1+2&b=%26'],
    ]);
  });

  it('uses its sockets again', async () => {
    const ports = new Set<unknown>();
    const access = fresh();
    ats.answer = (_, response) => {
      ports.add(response.socket?.remotePort);
      sendJson(response, 200, {});
    };

    for (let n = 0; n < 10; n++) await desk.engine.send(access, get());

    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ])('unpacks %s', async (encoding, pack) => {
    ats.answer = (_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-encoding': encoding })
        .end(pack(Buffer.from('{"packed":true}')));

    expect((await desk.engine.send(fresh(), get())).body).toEqual({ packed: true });
    expect(ats.got[0]?.headers['accept-encoding']).toBe('gzip, deflate, br');
  });

  it('gives no body for what is not JSON, and for nothing', async () => {
    ats.answer = ({ method }, response) =>
      method === 'GET'
        ? response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')
        : response.writeHead(204).end();

    expect((await desk.engine.send(fresh(), get())).body).toBeUndefined();
    expect(await desk.engine.send(fresh(), post())).toMatchObject({ status: 204, body: undefined });
  });

  it.each([
    '../secrets',
    'a/../../b',
    'a//b',
    '/a',
    'https://evil.example/',
    'a/%2e%2e/b',
    'a%2fb',
    'a\\b',
    'a b',
    'ä',
  ])('does not go to %s', async (path) => {
    await expect(desk.engine.send(fresh(), get(path))).rejects.toMatchObject({ code: 'invalid_input' });
    expect(ats.got).toEqual([]);
  });
});

describe('credentials that the ATS refuses', () => {
  const onlyToken =
    (token: string): FakeAts['answer'] =>
    (got, response) =>
      sendJson(response, got.headers.authorization === `Bearer ${token}` ? 200 : 401, { message: 'Unauthorized' });

  it('are renewed once, and the call repeated once, whatever its method', async () => {
    ats.answer = onlyToken('token-2');

    const reply = await desk.engine.send(fresh(), post());

    expect(reply.status).toBe(200);
    expect(ats.got).toHaveLength(2);
  });

  it('are a provider_unauthorized when the fresh ones are refused, too', async () => {
    ats.answer = onlyToken('none');
    const told: string[] = [];
    const access = fresh({ refusedAnew: async () => void told.push('refused anew') });
    await expect(desk.engine.send(access, get())).rejects.toMatchObject({
      code: 'provider_unauthorized',
      errors: [{ path: '', message: 'Unauthorized' }],
    });
    expect([ats.got.length, told]).toEqual([2, ['refused anew']]);
  });

  it('are not sent again when there are none', async () => {
    ats.answer = onlyToken('none');
    await expect(desk.engine.send(fresh({ renew: () => Promise.resolve(false) }), get())).rejects.toMatchObject({
      code: 'provider_unauthorized',
    });
    expect(ats.got).toHaveLength(1);
  });
});

describe('a failure of the ATS', () => {
  it.each([
    [403, 'provider_forbidden'],
    [404, 'provider_not_found'],
    [400, 'provider_rejected'],
    [409, 'provider_rejected'],
    [422, 'provider_rejected'],
    [302, 'provider_bad_reply'],
  ])('%i is %s, and not tried again', async (status, code) => {
    ats.answer = (_, response) => sendJson(response, status, {}, { location: 'https://evil.example/' });

    await expect(desk.engine.send(fresh(), get())).rejects.toMatchObject({ code });
    expect(ats.got).toHaveLength(1);
  });

  it('keeps the reasons, cleaned and cut', async () => {
    const errors = [
      'a\u0000b\r\nc',
      { field: 'email', message: 'is taken' },
      { per_page: 'is too large' },
      'x'.repeat(900),
    ];
    ats.answer = (_, response) => sendJson(response, 422, { message: 'Unprocessable Content', errors });

    const error = await desk.engine.send(fresh(), post()).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      code: 'provider_rejected',
      errors: ['a b c', 'email: is taken', 'per_page: is too large', 'x'.repeat(500)].map((message) => ({
        path: '',
        message,
      })),
    });
    expect((error as { cause: UpstreamFailure }).cause).toMatchObject({ kind: 'rejected', mayHaveHappened: false });
  });

  it('is what the connector says it is, also with status 200', async () => {
    const version = aVersion({
      failure: ({ body }) =>
        (body as { error?: string }).error === 'gone' ? { kind: 'cursor_expired', reasons: ['begin again'] } : null,
    });
    ats.answer = (_, response) => sendJson(response, 200, { error: 'gone' });

    await expect(desk.engine.send(fresh({ version }), get())).rejects.toMatchObject({
      code: 'provider_cursor_expired',
      errors: [{ path: '', message: 'begin again' }],
    });
  });

  it('that may pass is tried again where that is safe', async () => {
    ats.answer = (_, response) => sendJson(response, ats.got.length < 3 ? 503 : 200, {});

    expect((await desk.engine.send(fresh(), get())).status).toBe(200);
    expect(ats.got).toHaveLength(3);
  });

  it('is given up after three more tries', async () => {
    ats.answer = (_, response) => sendJson(response, 500, {});

    await expect(desk.engine.send(fresh(), { ...post(), isRepeatable: true })).rejects.toMatchObject({
      code: 'provider_unavailable',
      detail: 'The ATS answered 500.',
    });
    expect(ats.got).toHaveLength(4);
  });

  it.each<[string, FakeAts['answer']]>([
    ['a network error', (_, response) => response.socket?.destroy()],
    ['a 502', (_, response) => sendJson(response, 502, {})],
  ])('such as %s never repeats a POST', async (_what, answer) => {
    ats.answer = answer;

    const error = await desk.engine.send(fresh(), post()).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'provider_unavailable', cause: { mayHaveHappened: true } });
    expect(ats.got).toHaveLength(1);
  });

  it('is not waited for by a caller beyond his patience', async () => {
    ats.answer = (_, response) => sendJson(response, 503, {}, { 'retry-after': '60' });

    await expect(desk.engine.send(fresh(), get(), { priority: 'interactive' })).rejects.toMatchObject({
      code: 'provider_unavailable',
      retryAfterSeconds: 60,
    });
    expect(ats.got).toHaveLength(1);
  });
});

describe('an endpoint family that fails', () => {
  it('is left alone by the background, while everything else goes on', async () => {
    const access = fresh();
    ats.answer = ({ url }, response) => sendJson(response, url.startsWith('/v3/rooms') ? 502 : 200, {});
    for (let n = 0; n < 5; n++) await desk.engine.send(access, post()).catch(() => null);
    ats.got.length = 0;

    const error = await desk.engine.send(access, get('rooms/7')).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'provider_unavailable', retryAfterSeconds: 10 });
    expect(ats.got).toEqual([]);
    expect((await desk.engine.send(access, get('users'))).status).toBe(200);
    ats.answer = (_, response) => sendJson(response, 200, {});
    expect((await desk.engine.send(access, get(), { priority: 'interactive' })).status).toBe(200);
    expect((await desk.engine.send(access, get())).status).toBe(200);
  });
});

describe('a call that nobody waits for any more', () => {
  it('ends with what ended it, between two tries and before the first', async () => {
    const over = new AbortController();
    ats.answer = (_, response) => sendJson(response, 503, {}, { 'retry-after': '600' });
    const sending = desk.engine.send(fresh(), get(), { signal: over.signal });
    await until(() => ats.got.length === 1);

    over.abort(new Error('stopped'));

    await expect(sending).rejects.toThrow('stopped');
    await expect(desk.engine.send(fresh(), get(), { signal: over.signal })).rejects.toThrow('stopped');
    expect(ats.got).toHaveLength(1);
  });

  it('ends when there is no token to be had, and its permit goes back', async () => {
    const access = fresh({ authorize: () => Promise.reject(new Error('no token')) });

    await expect(desk.engine.send(access, get())).rejects.toThrow('no token');

    await until(async () => {
      const [row] = await test.database.query<{ used: number }>('SELECT used FROM request_budgets WHERE key = $1', [
        access.budgetKey,
      ]);
      return row?.used === 0;
    });
    expect(ats.got).toEqual([]);
  });
});

describe('a page', () => {
  const link = (url: string) => ({ link: `<${url}>; rel="next"` });

  it('leads to the next one until the last', async () => {
    const pages: Record<string, unknown[]> = { '/v3/rooms?per_page=2&site=4': [1, 2], '/v3/rooms?cursor=b': [3] };
    ats.answer = ({ url }, response) =>
      sendJson(response, 200, pages[url], url.includes('cursor') ? {} : link(`${ats.origin}/v3/rooms?cursor=b`));
    const access = fresh();

    const first = await desk.engine.readPage(access, ROOMS, null, { site: 4 });
    const second = await desk.engine.readPage(access, ROOMS, first.next);

    expect([first.rows, second.rows, second.next]).toEqual([[1, 2], [3], null]);
  });

  it.each([
    'https://evil.example/v3/rooms',
    '//evil.example/v3/rooms',
    'http://127.0.0.1:1/v3/rooms',
    'http://user:pass@127.0.0.1/v3/rooms',
    'file:///etc/passwd',
    'https://',
  ])('does not lead to %s', async (url) => {
    ats.answer = (_, response) => sendJson(response, 200, [], link(url));

    await expect(desk.engine.readPage(fresh(), ROOMS, null)).rejects.toMatchObject({ code: 'provider_bad_reply' });
    await expect(desk.engine.readPage(fresh(), ROOMS, { url })).rejects.toMatchObject({ code: 'provider_bad_reply' });
    expect(ats.got).toHaveLength(1);
  });

  it('stays below the host, where that is a part of a server', async () => {
    const access = fresh({ hosts: { api: `${ats.origin}/stand-in/api` } });
    ats.answer = (_, response) => sendJson(response, 200, [], link(`${ats.origin}/elsewhere/v3/rooms`));

    await expect(desk.engine.readPage(access, ROOMS, null)).rejects.toMatchObject({ code: 'provider_bad_reply' });
    expect(ats.got[0]?.url).toBe('/stand-in/api/v3/rooms?per_page=2');
  });

  it('is not its own next one', async () => {
    ats.answer = ({ url }, response) => sendJson(response, 200, [1], link(ats.origin + url));

    await expect(desk.engine.readPage(fresh(), ROOMS, null)).rejects.toMatchObject({ code: 'provider_bad_reply' });
  });

  it.each([{ message: 'accepted' }, 'text', null])('is none when it is %j', async (body) => {
    ats.answer = (_, response) => sendJson(response, 200, body);

    await expect(desk.engine.readPage(fresh(), ROOMS, null)).rejects.toMatchObject({ code: 'provider_bad_reply' });
  });
});

describe('a call that is handed on', () => {
  const raw = { method: 'POST' as const, target: 'rooms?a=1&a=2', headers: { 'content-type': 'image/png' } };

  it('comes back as it is, whatever its status', async () => {
    const bytes = Buffer.from([0, 255, 1, 254]);
    ats.answer = (got, response) => response.writeHead(500, { 'content-type': 'x/y', etag: '"1"' }).end(got.body);

    const reply = await desk.engine.exchange(fresh(), { ...raw, body: bytes }, { priority: 'interactive' });

    expect(reply).toMatchObject({ status: 500, headers: { 'content-type': 'x/y', etag: '"1"' }, body: bytes });
    expect(ats.got).toHaveLength(1);
    expect(ats.got[0]?.url).toBe('/v3/rooms?a=1&a=2');
  });

  it('comes back with the ATS’s own 429 when its wait is longer than the patience', async () => {
    ats.answer = (_, response) => response.writeHead(429, { 'retry-after': '20' }).end('Retry later');

    const reply = await desk.engine.exchange(fresh(), { ...raw, body: null }, { priority: 'interactive' });

    expect([reply.status, reply.body.toString()]).toEqual([429, 'Retry later']);
  });
});

describe('a 401 that the connector knows to be a missing permission', () => {
  it('renews nothing, and is handed on as it is', async () => {
    const version = aVersion({ failure: ({ status }) => (status === 401 ? { kind: 'forbidden', reasons: [] } : null) });
    const renew = () => Promise.reject(new Error('renewed'));
    ats.answer = (_, response) => sendJson(response, 401, {});
    const call = { method: 'GET' as const, target: 'rooms', headers: {}, body: null };
    const reply = await desk.engine.exchange(fresh({ version, renew }), call, { priority: 'interactive' });

    expect([reply.status, ats.got.length]).toEqual([401, 1]);
  });
});

describe('the request log', () => {
  it('keeps each attempt without bodies, headers and people', async () => {
    const access = fresh();
    ats.answer = (_, response) => sendJson(response, ats.got.length === 1 ? 503 : 200, {});
    const query = { email: 'jane@example.org', candidate_ids: '1,2', per_page: 2 };

    await desk.engine.send(access, { ...get(), query }, { requestId: 'req_1' });
    await desk.flush();

    const rows = await test.database.query('SELECT * FROM request_log WHERE integration_id = $1 ORDER BY id', [
      access.integrationId,
    ]);
    const path = '/v3/rooms?email=…&candidate_ids=1,2&per_page=2';
    expect(rows).toEqual([
      expect.objectContaining({ method: 'GET', path, status: 503, failure: 'unavailable', retries: 0 }),
      expect.objectContaining({
        account_id: 'acc_one',
        path,
        status: 200,
        failure: null,
        retries: 1,
        request_id: 'req_1',
      }),
    ]);
  });
});
