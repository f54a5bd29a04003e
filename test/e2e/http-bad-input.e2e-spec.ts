import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Answer, type HttpApp, seen, startHttpApp } from './http-app.js';

let database: TestDatabase;
let http: HttpApp;

beforeAll(async () => {
  database = await createTestDatabase();
  http = await startHttpApp(database.url);
});

afterAll(async () => {
  await http?.close();
  await database?.drop();
});

const GOOD = JSON.stringify({ id: 'a' });

function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Answer> {
  return http.send('POST', '/v1/things', { body, headers });
}

/** A refusal is a whole problem document, names the field, and leaves the next good call working. */
async function expectProblem(answer: Answer, status: number, code: string, path?: string): Promise<void> {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.body).toEqual({
    type: `/problems/${code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    code,
    errors: expect.any(Array),
    requestId: answer.headers.get('x-request-id'),
  });
  if (path !== undefined) expect(answer.body.errors?.map((error) => error.path)).toContain(path);
  expect((await post(GOOD)).status).toBe(201);
}

describe('a JSON body', () => {
  it.each([
    ['a missing field', '{}', 'id'],
    ['a number for a string', '{"id":1}', 'id'],
    ['an object for a string', '{"id":{}}', 'id'],
    ['null for a string', '{"id":null}', 'id'],
    ['an empty id', '{"id":""}', 'id'],
    ['an id that is too long', JSON.stringify({ id: 'x'.repeat(256) }), 'id'],
    ['digits for a number', '{"id":"a","size":"1"}', 'size'],
    ['a fraction for a whole number', '{"id":"a","size":1.5}', 'size'],
    ['a number out of range', '{"id":"a","size":11}', 'size'],
    ['a number beyond all numbers', '{"id":"a","size":1e999}', 'size'],
    ['an unknown word', '{"id":"a","colour":"GREEN"}', 'colour'],
    ['an unknown field', '{"id":"a","colur":"RED"}', 'colur'],
    ['a nested unknown field', '{"id":"a","traits":[{"name":"x","nam":1}]}', 'traits.0.nam'],
    ['a nested wrong type', '{"id":"a","traits":[{"name":"x"},{"name":7}]}', 'traits.1.name'],
    ['a string for a nested object', '{"id":"a","traits":["x"]}', 'traits.0'],
    ['null for a nested object', '{"id":"a","traits":[null]}', 'traits.0'],
    ['an object for a list', '{"id":"a","traits":{"name":"x"}}', 'traits'],
    ['too long a list', '{"id":"a","traits":[{"name":"a"},{"name":"a"},{"name":"a"},{"name":"a"}]}', 'traits'],
    ['a list for an object', '{"id":"a","metaData":[]}', 'metaData'],
    ['too large an object', JSON.stringify({ id: 'a', metaData: { a: 'x'.repeat(70_000) } }), 'metaData'],
    ['an infinite number in an object', '{"id":"a","metaData":{"a":1e999}}', 'metaData'],
    ['a key __proto__ in an object', '{"id":"a","metaData":{"a":{"__proto__":{"b":1}}}}', 'metaData'],
    ['a list for the whole', '[]', ''],
    ['a string for the whole', '"x"', ''],
    ['null for the whole', 'null', ''],
    ['a NUL byte in a value', '{"id":"a\\u0000b"}', 'id'],
    ['a NUL byte in a nested value', '{"id":"a","traits":[{"name":"\\u0000"}]}', 'traits.0.name'],
    ['a NUL byte in a key', '{"id":"a","metaData":{"x\\u0000":1}}', 'metaData.x\u{fffd}'],
    ['a lone high surrogate', '{"id":"\\ud83d"}', 'id'],
    ['a lone low surrogate', '{"id":"x\\uDE00"}', 'id'],
    ['a lone surrogate in a key', '{"id":"a","metaData":{"\\uD83D":1}}', 'metaData.\u{fffd}'],
  ])('with %s is 422 and named', async (_case, body, path) => {
    await expectProblem(await post(body), 422, 'invalid_input', path);
  });

  it.each([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'then',
    '__defineGetter__',
  ])('with the unknown field %s is 422 like any other and changes nothing', async (name) => {
    const answer = await post(`{"id":"a","${name}":{"polluted":true}}`);

    await expectProblem(answer, 422, 'invalid_input', name);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('keeps what stands in a free object, whatever its keys are called', async () => {
    const metaData = { constructor: 'x', toString: 1, then: null, ключ: ['😀', { deep: true }] };

    const answer = await post(JSON.stringify({ id: 'a', metaData }));

    expect(answer.body['body']).toMatchObject({ metaData: JSON.parse(JSON.stringify(metaData)) });
  });

  it.each([
    ['broken JSON', '{"id":'],
    ['no JSON at all', 'hello'],
    ['a bare control character', '{"id":"\n"}'],
    ['two documents', '{}{}'],
  ])('that is %s is 400', async (_case, body) => {
    await expectProblem(await post(body), 400, 'bad_request', '');
  });

  it.each([
    ['a stray byte', [0xff]],
    ['a cut character', [0xe2, 0x82]],
    ['a surrogate in UTF-8', [0xed, 0xa0, 0x80]],
    ['an overlong form', [0xc0, 0xaf]],
  ])('with broken UTF-8 (%s) is 400', async (_case, bytes) => {
    const body = new Uint8Array([...Buffer.from('{"id":"'), ...bytes, ...Buffer.from('"}')]);

    await expectProblem(await post(body), 400, 'bad_request', '');
  });

  it('may begin with a byte order mark', async () => {
    expect((await post(`\u{feff}${GOOD}`)).status).toBe(201);
  });

  it.each([
    ['lists', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['lists that never end', '['.repeat(500_000)],
    ['objects', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    ['65 levels in a field', `{"id":"a","metaData":${'{"a":'.repeat(64)}1${'}'.repeat(65)}`],
  ])('nested too deep (%s) is 400', async (_case, body) => {
    await expectProblem(await post(body), 400, 'too_deep', '');
  });

  it('may be nested 64 levels deep, and brackets in strings do not count', async () => {
    const deep = `{"id":"a","metaData":${'{"a":'.repeat(63)}"${'[{\\"'.repeat(100)}"${'}'.repeat(64)}`;

    expect((await post(deep)).status).toBe(201);
  });

  it('larger than 1 MB is 413', async () => {
    await expectProblem(await post(JSON.stringify({ id: 'x'.repeat(1_048_576) })), 413, 'body_too_large', '');
    await expectProblem(await post(JSON.stringify({ id: 'x'.repeat(6_000_000) })), 413, 'body_too_large', '');
  });

  it('of just 1 MB is read', async () => {
    const body = JSON.stringify({ id: 'x'.repeat(1_048_576 - 9) });

    expect(Buffer.byteLength(body)).toBe(1_048_576);
    await expectProblem(await post(body), 422, 'invalid_input', 'id');
  });

  it('of a hundred thousand unknown fields is refused without listing them all', async () => {
    const body = JSON.stringify(Object.fromEntries(Array.from({ length: 80_000 }, (_, at) => [`k${at}`, 1])));

    const answer = await post(body);

    await expectProblem(answer, 422, 'invalid_input', 'k0');
    expect(answer.body.errors!.length).toBeLessThanOrEqual(50);
  });

  it('that is missing says what is required', async () => {
    await expectProblem(await http.send('POST', '/v1/things'), 422, 'invalid_input', 'id');
    await expectProblem(await post(''), 422, 'invalid_input', 'id');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'application/json; charset=utf-16',
    'application/jsonp',
    'x',
    ',',
  ])('sent as %s is 415', async (type) => {
    await expectProblem(await post(GOOD, { 'content-type': type }), 415, 'unsupported_media_type');
  });

  it('without a type, or compressed, is 415', async () => {
    const typeless = await http.raw(
      `POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\nConnection: close\r\n\r\n{"id":"a"}`,
    );

    expect(typeless).toMatch(/^HTTP\/1.1 415 /);
    await expectProblem(await post(GOOD, { 'content-encoding': 'gzip' }), 415, 'unsupported_media_type');
  });

  it('that says utf-8, in any spelling, is read', async () => {
    expect((await post(GOOD, { 'content-type': 'Application/JSON; Charset="UTF-8"' })).status).toBe(201);
  });

  it('that ends early harms nobody', async () => {
    await http.raw(
      Buffer.from(
        `POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\nConnection: close\r\n\r\n{"id":"abcdef"}`,
      ),
    );

    expect((await post(GOOD)).status).toBe(201);
  });
});

describe('a query string', () => {
  it.each([
    ['letters for a number', 'limit=abc', 'limit'],
    ['zero', 'limit=0', 'limit'],
    ['too large a page', 'limit=251', 'limit'],
    ['a hexadecimal number', 'limit=0x10', 'limit'],
    ['an empty number', 'limit=', 'limit'],
    ['a word for a flag', 'deep=yes', 'deep'],
    ['an unknown field', 'limt=1', 'limt'],
    ['a field twice', 'limit=1&limit=2', 'limit'],
    ['a list of PHP', 'limit[]=1', 'limit[]'],
    ['a NUL byte', 'cursor=a%00', 'cursor'],
    ['__proto__', '__proto__=1', '__proto__'],
    ['constructor', 'constructor=1', 'constructor'],
    ['too long a cursor', `cursor=${'x'.repeat(3000)}`, 'cursor'],
  ])('with %s is 422 and named', async (_case, query, path) => {
    await expectProblem(await http.send('GET', `/v1/things?${query}`), 422, 'invalid_input', path);
  });

  it.each([
    ['percent signs that encode nothing', 'cursor=%zz', 'cursor'],
    ['broken UTF-8', 'cursor=%ff', 'cursor'],
    ['a lone surrogate', 'cursor=%ed%a0%80', 'cursor'],
    ['a broken name', '%ff=1', '%ff'],
  ])('with %s is 400 and named', async (_case, query, path) => {
    await expectProblem(await http.send('GET', `/v1/things?${query}`), 400, 'bad_request', path);
  });

  it.each(['x', '', '!!', 'bnVsbA', 'W10', 'WyJhXHUwMDAwIl0', Buffer.from('["a","b"]').toString('base64url')])(
    'with the cursor "%s" is 400',
    async (cursor) => {
      await expectProblem(await http.send('GET', `/v1/things?cursor=${cursor}`), 400, 'bad_cursor', 'cursor');
    },
  );

  it('is converted where the DTO says so', async () => {
    const answer = await http.send('GET', '/v1/things?limit=7&deep=true');

    expect(answer.body).toEqual({ limit: 7, deep: true, integrationId: null });
  });

  it('may be left out', async () => {
    expect((await http.send('GET', '/v1/things')).body).toMatchObject({ limit: 50, deep: null });
  });
});

describe('a call that takes nothing', () => {
  it.each([
    ['a body', '', '{"soft":true}', 'soft'],
    ['a list for a body', '', '[1]', ''],
    ['a number for a body', '', '7', ''],
    ['a query', '?soft=true', undefined, 'soft'],
  ])('with %s is 422, named, and does nothing', async (_case, query, body, path) => {
    const before = seen.runs;

    const answer = await http.send('DELETE', `/v1/things/a${query}`, { body });

    expect(seen.runs).toBe(before);
    await expectProblem(answer, 422, 'invalid_input', path);
  });

  it('in its query is held to that where it takes a body', async () => {
    await expectProblem(await http.send('POST', '/v1/things?size=3', { body: GOOD }), 422, 'invalid_input', 'size');
  });

  it('may have an empty body', async () => {
    for (const body of [undefined, '', '{}', 'null']) {
      expect((await http.send('DELETE', '/v1/things/a', { body })).status).toBe(204);
    }
  });

  it('and is no call of a client may have anything, as probes do', async () => {
    expect((await http.send('GET', '/open?check=1')).status).toBe(200);
  });
});

describe('a path', () => {
  it.each([
    ['a NUL byte', '/v1/things/a%00b'],
    ['an id that is too long', `/v1/things/${'x'.repeat(256)}`],
  ])('with %s is 422 and named', async (_case, path) => {
    await expectProblem(await http.send('GET', path), 422, 'invalid_input', 'id');
  });

  it.each(['/v1/things/%ff', '/v1/things/%', '/v1/things/%ed%a0%80'])(
    'that cannot be decoded (%s) is 400',
    async (path) => {
      await expectProblem(await http.send('GET', path), 400, 'bad_request');
    },
  );

  it('longer than any address is 400', async () => {
    await expectProblem(await http.send('GET', `/v1/things/${'x'.repeat(9000)}`), 400, 'bad_request');
  });

  it('in any script is found', async () => {
    const id = '試験😀';

    expect((await http.send('GET', `/v1/things/${encodeURIComponent(id)}`)).body).toEqual({ id });
  });

  it('that nobody answers is 404', async () => {
    await expectProblem(await http.send('GET', '/v1/nothing'), 404, 'not_found');
    await expectProblem(await http.send('POST', '/', { body: '{' }), 404, 'not_found');
  });

  it('asked with the wrong method is 405 and says which are right', async () => {
    const answer = await http.send('PUT', '/v1/things/x', { body: '{' });

    await expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS');
  });

  it('asked for its OPTIONS lists its methods, asked for its HEAD has no body', async () => {
    const options = await http.send('OPTIONS', '/v1/things');
    const head = await http.send('HEAD', '/open');

    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS, POST']);
    expect([head.status, head.body]).toEqual([200, {}]);
  });

  it.each(['TRACE', 'PROPFIND', 'LOCK', 'QUERY', 'BREW'])('asked with %s is 4xx', async (method) => {
    const reply = await http.raw(`${method} /v1/things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

    expect(reply).toMatch(/^HTTP\/1.1 4\d\d /);
    expect(reply).toMatch(/application\/problem\+json/);
  });
});

describe('headers', () => {
  it.each(['Authorization', 'Content-Type', 'Host', 'Idempotency-Key', 'X-Integration-Id', 'X-Request-Id'])(
    'with %s twice are 400 and named',
    async (name) => {
      const header = name === 'Host' ? '' : 'Host: x\r\n';
      const reply = await http.raw(
        `GET /v1/things HTTP/1.1\r\n${header}${name}: a\r\n${name}: b\r\nConnection: close\r\n\r\n`,
      );

      expect(reply).toMatch(/^HTTP\/1.1 400 /);
      expect(reply).toContain(`"path":"${name.toLowerCase()}"`);
    },
  );

  it('that contradict one another about the integration are 422', async () => {
    const headers = { 'x-integration-id': 'int_a', 'x-knit-integration-id': 'int_b' };

    await expectProblem(await http.send('GET', '/v1/things', { headers }), 422, 'invalid_input', 'x-integration-id');
  });

  it('name the integration by either name', async () => {
    const knit = await http.send('GET', '/v1/things', { headers: { 'x-knit-integration-id': 'int_b' } });

    expect(knit.body).toMatchObject({ integrationId: 'int_b' });
  });

  it.each([
    ['too many of them', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['two lengths', 'POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na', 400],
    ['no host', 'GET /v1/things HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ])('with %s end in a 4xx', async (_case, text, status) => {
    const reply = await http.raw(text);

    expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect((await post(GOOD)).status).toBe(201);
  });
});
