import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Connector } from '#libs/connector-kit';
import { type FakeAts, aVersion, sendJson, startFakeAts } from '#libs/engine/testing';
import { IntegrationsModule } from '#libs/integrations';
import { PassthroughModule } from '#libs/passthrough';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';
import { until } from '../support/until.js';

interface Problem {
  code: string;
  detail: string;
  errors: { path: string; message: string }[];
}

/** An ATS at `origin` that takes 10 requests a minute, with an API key. Made by hand: plain http is for tests. */
const roomAts = (origin: string): Connector => ({
  slug: 'room-ats',
  name: 'Room ATS',
  docs: 'https://developers.room-ats.example',
  api: {
    regions: { main: { api: origin } },
    connect: [
      {
        kind: 'key',
        id: 'key',
        label: 'API key',
        version: 'v3',
        steps: [],
        fields: { apiKey: { label: 'API key', kind: 'secret' } },
        authorize: ({ apiKey }) => ({ authorization: `Bearer ${apiKey}` }),
      },
    ],
    versions: { v3: aVersion({ rateLimit: { requests: 10, perSeconds: 60 } }) },
  },
});

let ats: FakeAts;
let hub: FeatureApp;
let integrationId: string;
let customers = 0;

const connected = async (): Promise<string> => {
  const body = { provider: 'room-ats', originOrgId: `customer-${++customers}`, originOrgName: 'Globex' };
  const { id } = (await hub.call<{ id: string }>('POST', '/v1/integrations', { body })).body;
  const connection = { method: 'key', credentials: { apiKey: `key-${customers}` } };
  const { status } = await hub.call('POST', `/v1/integrations/${id}/connect`, { body: connection });
  expect(status).toBe(200);
  return id;
};

/** A call through the hub, bytes in and out. */
const through = (
  method: string,
  path: string,
  { headers = {}, body }: RequestInit & { headers?: Record<string, string> } = {},
) =>
  fetch(`${hub.url}/v1/passthrough/${path}`, {
    method,
    headers: { authorization: `Bearer ${hub.apiKey}`, 'x-integration-id': integrationId, ...headers },
    ...(body !== undefined && { body }),
  });
const problem = async (reply: Response): Promise<Problem> => (await reply.json()) as Problem;
const statusOf = async (path: string, headers: Record<string, string>) =>
  (await through('GET', path, { headers })).status;

beforeAll(async () => {
  ats = await startFakeAts();
  hub = await startFeatures([IntegrationsModule, PassthroughModule], [roomAts(ats.origin)], {
    ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
  });
});
afterAll(async () => {
  await hub?.close();
  await ats?.close();
});
beforeEach(async () => {
  ats.answer = (_, response) => sendJson(response, 200, { ok: true });
  integrationId = await connected();
  ats.got.length = 0;
});

describe('passthrough', () => {
  it('is refused without a key, and finds nothing with another account’s or without an integration', async () => {
    const { apiKey } = await hub.anotherAccount();

    expect(await statusOf('rooms', { authorization: 'Bearer none' })).toBe(401);
    expect(await statusOf('rooms', { authorization: `Bearer ${apiKey}` })).toBe(404);
    expect(await statusOf('rooms', { 'x-integration-id': 'int_0000000000000000000000' })).toBe(404);
    expect(await statusOf('rooms', { 'x-integration-id': '' })).toBe(422);
    expect(ats.got).toEqual([]);
  });

  it('needs its scopes, for reading and for writing', async () => {
    const body = { name: 'reader', scopes: ['passthrough:read'] };
    const { apiKey } = (await hub.call<{ apiKey: string }>('POST', '/v1/api-keys', { body })).body;
    const headers = { authorization: `Bearer ${apiKey}` };

    expect((await through('GET', 'rooms', { headers })).status).toBe(200);
    expect((await through('POST', 'rooms', { headers })).status).toBe(403);
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    'hands on %s with path, query and our credentials',
    async (method) => {
      const reply = await through(method, 'rooms/7%20a/?a=1&a=2&b[]=%C3%A9&c', {
        headers: {
          accept: 'application/vnd.rooms+json',
          'if-none-match': '"1"',
          cookie: 'a=b',
          'x-forwarded-for': '1.2.3.4',
        },
      });

      expect([reply.status, reply.headers.get('x-upstream-status'), await reply.json()]).toEqual([
        200,
        '200',
        { ok: true },
      ]);
      const [{ headers, ...got } = ats.got[0]!] = ats.got;
      expect(got).toMatchObject({ method, url: '/v3/rooms/7%20a/?a=1&a=2&b[]=%C3%A9&c' });
      expect(headers).toMatchObject({
        authorization: `Bearer key-${customers}`,
        accept: 'application/vnd.rooms+json',
        'if-none-match': '"1"',
        host: new URL(ats.origin).host,
      });
      expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['cookie']));
      expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
    },
  );

  it('hands bytes on and back untouched', async () => {
    const bytes = randomBytes(3_000_000);
    ats.answer = (got, response) =>
      response
        .writeHead(201, { 'content-type': 'application/pdf', 'set-cookie': 'a=b', 'x-secret': '1' })
        .end(got.body);

    const reply = await through('POST', 'files', { body: bytes, headers: { 'content-type': 'image/png' } });

    expect(ats.got[0]?.headers['content-type']).toBe('image/png');
    expect(Buffer.from(await reply.arrayBuffer()).equals(bytes)).toBe(true);
    expect([reply.status, reply.headers.get('content-type')]).toEqual([201, 'application/pdf']);
    expect([reply.headers.get('set-cookie'), reply.headers.get('x-secret')]).toEqual([null, null]);
  });

  it('takes 25 MB, and not a byte more', async () => {
    const most = Buffer.alloc(25 * 1_048_576, 1);

    expect((await through('POST', 'files', { body: most })).status).toBe(200);
    expect(ats.got[0]?.body.length).toBe(most.length);
    const reply = await through('POST', 'files', { body: Buffer.concat([most, Buffer.from([1])]) });

    expect([reply.status, (await problem(reply)).detail]).toEqual([413, 'The body is larger than 25 MB.']);
    expect(ats.got).toHaveLength(1);
  });

  it.each([204, 304, 404, 422, 500])('answers with the ATS’s %i as it is', async (status) => {
    ats.answer = (_, response) =>
      response.writeHead(status, { 'content-type': 'text/plain' }).end(status === 204 ? '' : 'so');

    const reply = await through('GET', 'rooms');

    expect([reply.status, reply.headers.get('x-upstream-status')]).toEqual([status, String(status)]);
    expect(await reply.text()).toBe(status === 204 || status === 304 ? '' : 'so');
    expect(ats.got).toHaveLength(1);
  });

  it('is 502 when the ATS does not answer', async () => {
    ats.answer = (_, response) => response.socket?.destroy();

    const reply = await through('POST', 'rooms', { body: '{}' });

    expect([reply.status, reply.headers.get('x-upstream-status')]).toEqual([502, null]);
    expect(await problem(reply)).toMatchObject({ code: 'provider_unavailable' });
    expect(ats.got).toHaveLength(1);
  });

  it('is 429 when the shared budget is used up, and asks the ATS nothing', async () => {
    const replies = await Promise.all(Array.from({ length: 14 }, () => through('GET', 'rooms')));

    const refused = replies.filter(({ status }) => status === 429);
    expect(ats.got.length).toBeLessThanOrEqual(10);
    expect(refused.length).toBe(14 - ats.got.length);
    expect(await problem(refused[0]!)).toMatchObject({ code: 'provider_rate_limited' });
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(5);
  });

  it('is 409 for an integration that is not connected', async () => {
    await hub.call('POST', `/v1/integrations/${integrationId}/disconnect`);

    const reply = await through('GET', 'rooms');

    expect([reply.status, (await problem(reply)).code]).toEqual([409, 'integration_not_connected']);
  });

  it('happens once under an Idempotency-Key', async () => {
    const bytes = Buffer.from([0, 255]);
    ats.answer = (_, response) => response.writeHead(201, { 'content-type': 'x/y' }).end(bytes);
    const headers = { 'idempotency-key': `key-${integrationId}` };

    const first = await through('POST', 'rooms', { headers, body: 'a' });
    const second = await through('POST', 'rooms', { headers, body: 'a' });

    for (const reply of [first, second]) {
      expect([reply.status, reply.headers.get('content-type')]).toEqual([201, 'x/y']);
      expect(Buffer.from(await reply.arrayBuffer())).toEqual(bytes);
    }
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(ats.got).toHaveLength(1);
  });
});

describe('a path', () => {
  /** As it is, which fetch would tidy up first. */
  const raw = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(hub.url);
      const socket = connect(Number(port), hostname.replace(/[[\]]/g, ''));
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
      socket.on('error', reject);
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer ${hub.apiKey}\r\nX-Integration-Id: ${integrationId}\r\nConnection: close\r\n\r\n`,
      );
    });

  it.each([
    '/v1/passthrough/../integrations',
    '/v1/passthrough/../../etc/passwd',
    '/v1/passthrough/rooms/../../../admin',
    '/v1/passthrough/%2e%2e/%2e%2e/admin',
    '/v1/passthrough/%252e%252e/admin',
    '/v1/passthrough/..%2f..%2fadmin',
    '/v1/passthrough/..%5cadmin',
    '/v1/passthrough/..;/admin',
    '/v1/passthrough//evil.example/rooms',
    '/v1/passthrough/https://evil.example/rooms',
    '/v1/passthrough/%2f%2fevil.example/rooms',
    '/v1/passthrough/rooms%00',
    '/v1/passthrough/rooms%0d%0aX-Evil:%201',
    '/v1/passthrough/rooms\\..\\admin',
    '/v1/passthrough/rooms/%ff',
    'http://evil.example/v1/passthrough/rooms',
    '//evil.example/v1/passthrough/rooms',
    '/v1//passthrough/rooms',
    '/v1/passthrough',
  ])('such as %s leads nowhere else, and is no 5xx', async (path) => {
    const reply = await raw(path);

    expect(reply).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(ats.got).toEqual([]);
  });

  it('may be the root of the API', async () => {
    expect(await raw('/v1/passthrough/')).toMatch(/^HTTP\/1\.1 200 /);
    expect(ats.got[0]?.url).toBe('/v3/');
  });
});

describe('GET /v1/integrations/{id}/requests', () => {
  interface Page {
    data: { path: string; status: number | null; requestId: string | null; error: string | null }[];
    nextCursor: string | null;
  }
  const list = (query = '', apiKey = hub.apiKey) =>
    hub.call<Page>('GET', `/v1/integrations/${integrationId}/requests${query}`, { apiKey });

  it('lists what was asked, newest first, by page, by class of status and by time', async () => {
    const reply = await through('GET', 'rooms?email=jane@example.org&page=2');
    ats.answer = (_, response) => sendJson(response, 404, {});
    await through('GET', 'rooms/9');
    ats.answer = (_, response) => response.socket?.destroy();
    await through('DELETE', 'rooms/9');
    // The first of them tried the connection.
    await until(async () => (await list()).body.data.length === 4, { what: 'the log' });

    const { data } = (await list()).body;
    expect(data.map(({ status, path }) => [status, path])).toEqual([
      [null, '/v3/rooms/9'],
      [404, '/v3/rooms/9'],
      [200, '/v3/rooms?email=…&page=2'],
      [200, '/v3/rooms'],
    ]);
    expect(data[2]?.requestId).toBe(reply.headers.get('x-request-id'));
    expect((await list('?status=none')).body.data).toMatchObject([{ status: null, error: 'connection_closed' }]);
    expect((await list('?status=4xx')).body.data).toHaveLength(1);
    expect((await list(`?since=${new Date(Date.now() + 60_000).toISOString()}`)).body.data).toEqual([]);
    expect((await list(`?since=${new Date(Date.now() - 60_000).toISOString()}`)).body.data).toHaveLength(4);
    const first = (await list('?limit=3')).body;
    const second = (await list(`?limit=3&cursor=${first.nextCursor}`)).body;
    expect([...first.data, ...second.data]).toEqual(data);
    expect(second.nextCursor).toBeNull();
  });

  it('is nobody else’s', async () => {
    const { apiKey } = await hub.anotherAccount();

    expect((await list('', apiKey)).status).toBe(404);
    expect((await list('?status=600')).status).toBe(422);
  });
});
