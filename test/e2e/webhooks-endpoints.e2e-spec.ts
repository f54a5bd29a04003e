import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '#libs/model';
import { WebhooksModule } from '#libs/webhooks';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';

interface Endpoint {
  id: string;
  secret?: string;
  [field: string]: unknown;
}

interface Problem {
  errors: { path: string }[];
}

const URL = 'http://127.0.0.1:9/hook';
const withPolicy = (policy: object) => ({
  url: URL,
  retryPolicy: { delaysSeconds: [5], maxAgeSeconds: 60, ...policy },
});

describe('webhook endpoints', () => {
  let app: FeatureApp;
  const post = (body: object, apiKey = app.apiKey) =>
    app.call<Endpoint>('POST', '/v1/webhooks/endpoints', { body, apiKey });
  const create = async (body: object = {}) => (await post({ url: URL, category: 'ATS', ...body })).body;
  const path = (id: string, action = '') => `/v1/webhooks/endpoints/${id}${action}`;

  beforeAll(async () => {
    app = await startFeatures([WebhooksModule], [], { ATSUME_ALLOW_PRIVATE_TARGETS: 'true' });
  });
  afterAll(() => app.close());

  it('are refused without a key', async () => {
    expect((await app.call('GET', '/v1/webhooks/endpoints', { apiKey: null })).status).toBe(401);
  });

  it('of another account are not there', async () => {
    const { id } = await create();
    const { apiKey } = await app.anotherAccount();

    const calls = [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/rotate-secret'],
      ['POST', '/ping'],
      ['POST', '/enable'],
      ['POST', '/disable'],
    ] as const;
    for (const [method, action] of calls) {
      const reply = await app.call<{ code: string }>(method, path(id, action), { apiKey });
      expect([method, action, reply.status, reply.body.code]).toEqual([method, action, 404, 'not_found']);
    }
    expect((await app.call<{ data: [] }>('GET', '/v1/webhooks/endpoints', { apiKey })).body.data).toEqual([]);
  });

  it('show their secret once', async () => {
    const created = await post({ url: URL, category: 'ATS' });

    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      id: expect.stringMatching(/^whe_/),
      secret: expect.stringMatching(/^whsec_/),
    });
    const read = await app.call<Endpoint>('GET', path(created.body.id));
    expect(read.body).not.toHaveProperty('secret');
    expect(JSON.stringify(read.body)).not.toContain(created.body.secret);
  });

  it('say what is run for them', async () => {
    const { id } = await create();

    const { body } = await app.call<Endpoint>('GET', path(id));

    expect(body).toEqual({
      id,
      url: URL,
      category: 'ATS',
      description: null,
      eventTypes: [],
      integrationIds: [],
      signature: 'standard',
      strictNulls: false,
      maxPerSecond: null,
      headerNames: [],
      retryPolicy: {
        delaysSeconds: [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200],
        maxAgeSeconds: 345_600,
        jitter: 0.2,
        disableAfterSeconds: 432_000,
        disableAfterAttempts: 20,
      },
      status: 'ENABLED',
      disabledReason: null,
      breaker: { state: 'CLOSED', openUntil: null },
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      updatedAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    });
  });

  it('keep what they were given and show no header value', async () => {
    const given = {
      eventTypes: ['record.new'],
      description: 'Order desk',
      signature: 'knit',
      strictNulls: true,
      maxPerSecond: 7,
      retryPolicy: { delaysSeconds: [1, 2], maxAgeSeconds: 60 },
    };

    const { id } = await create({ ...given, headers: { Authorization: 'Bearer quite-secret' } });

    const { body } = await app.call<Endpoint>('GET', path(id));
    expect(body).toMatchObject({
      ...given,
      headerNames: ['authorization'],
      retryPolicy: { ...given.retryPolicy, jitter: 0.2 },
    });
    expect(JSON.stringify(body)).not.toContain('quite-secret');
    const stored = await app.database.query('SELECT headers_enc::text FROM webhook_endpoints WHERE id = $1', [id]);
    expect(JSON.stringify(stored)).not.toContain(Buffer.from('quite-secret').toString('hex'));
  });

  it('are changed field by field, and null clears', async () => {
    const { id } = await create({ description: 'old', maxPerSecond: 5, headers: { 'x-a': '1' } });

    const changed = await app.call<Endpoint>('PATCH', path(id), {
      body: { description: null, headers: null, eventTypes: ['record.modified'] },
    });

    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      description: null,
      headerNames: [],
      eventTypes: ['record.modified'],
      maxPerSecond: 5,
      url: URL,
    });
  });

  it('have the retry policy they were given, until null resets it', async () => {
    const own = { delaysSeconds: Array.from({ length: 50 }, () => 604_800), maxAgeSeconds: 2_592_000 };
    const { id, retryPolicy: usual } = await create();

    const changed = await app.call<Endpoint>('PATCH', path(id), { body: { retryPolicy: own } });
    expect([changed.status, changed.body.retryPolicy]).toEqual([200, { ...(usual as object), ...own }]);
    const untouched = await app.call<Endpoint>('PATCH', path(id), { body: { description: 'x' } });
    expect(untouched.body.retryPolicy).toMatchObject(own);
    const reset = await app.call<Endpoint>('PATCH', path(id), { body: { retryPolicy: null } });
    expect(reset.body.retryPolicy).toEqual(usual);
    expect((await app.call<Endpoint>('GET', path(id))).body.retryPolicy).toEqual(usual);
  });

  it('are listed newest first, page by page', async () => {
    const { apiKey } = await app.anotherAccount();
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push((await post({ url: `${URL}/${n}` }, apiKey)).body.id);
    const found: string[] = [];
    let cursor: string | null = '';
    do {
      const query: string = cursor ? `?limit=2&cursor=${cursor}` : '?limit=2';
      const page: { data: Endpoint[]; nextCursor: string | null } = (
        await app.call<{ data: Endpoint[]; nextCursor: string | null }>('GET', `/v1/webhooks/endpoints${query}`, {
          apiKey,
        })
      ).body;
      found.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);

    expect(found.toSorted()).toEqual(ids.toSorted());
    expect(new Set(found).size).toBe(5);
  });

  it('once removed are not there', async () => {
    const { id } = await create();

    expect((await app.call('DELETE', path(id))).status).toBe(204);
    expect((await app.call('GET', path(id))).status).toBe(404);
    expect((await app.call('DELETE', path(id))).status).toBe(404);
  });

  it('are disabled and enabled, and enabling makes due what waits and closes the breaker', async () => {
    const { id } = await create();
    await app.database.query(
      `UPDATE endpoint_runs SET breaker = 'OPEN', breaker_opens = 3, blocked_until = now() + interval '10 min' WHERE endpoint_id = $1`,
      [id],
    );
    await app.database.query(
      `INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at, due_at) VALUES ($1, $2, 'evt-1', now(), now() + interval '1 day')`,
      [id, app.accountId],
    );
    expect((await app.call<Endpoint>('GET', path(id))).body).toMatchObject({
      breaker: { state: 'OPEN', openUntil: expect.stringMatching(/Z$/) },
    });

    const disabled = await app.call<Endpoint>('POST', path(id, '/disable'));
    expect(disabled.body).toMatchObject({ status: 'DISABLED', disabledReason: 'manual' });
    const enabled = await app.call<Endpoint>('POST', path(id, '/enable'));

    expect(enabled.body).toMatchObject({
      status: 'ENABLED',
      disabledReason: null,
      breaker: { state: 'CLOSED', openUntil: null },
    });
    expect(
      await app.database.query('SELECT FROM delivery_work WHERE endpoint_id = $1 AND due_at <= now()', [id]),
    ).toHaveLength(1);
    expect(app.rung).toContain(id);
  });

  it('with a new URL are tried at once, unless disabled', async () => {
    const { id } = await create();
    const block = () =>
      app.database.query(`UPDATE endpoint_runs SET blocked_until = now() + interval '10 min' WHERE endpoint_id = $1`, [
        id,
      ]);
    const blockedUntil = async () =>
      (
        await app.database.query<{ at: string | null }>(
          'SELECT blocked_until::text AS at FROM endpoint_runs WHERE endpoint_id = $1',
          [id],
        )
      )[0]?.at;
    await block();

    await app.call('PATCH', path(id), { body: { url: `${URL}/moved` } });
    expect(await blockedUntil()).toBeNull();

    await app.call('POST', path(id, '/disable'));
    await app.call('PATCH', path(id), { body: { url: `${URL}/moved-again` } });
    expect(await blockedUntil()).toBe('infinity');
  });

  it('are pinged alone, and not while disabled', async () => {
    const { id } = await create({ eventTypes: ['record.new'] });

    const ping = await app.call<{ id: string }>('POST', path(id, '/ping'));
    expect(ping.status).toBe(202);
    expect(ping.body.id).toMatch(/^dlv_/);
    expect(await app.database.query('SELECT endpoint_id FROM delivery_work WHERE endpoint_id = $1', [id])).toHaveLength(
      1,
    );

    await app.call('POST', path(id, '/disable'));
    expect((await app.call('POST', path(id, '/ping'))).status).toBe(409);
  });

  it('get a new secret, with or without an overlap', async () => {
    const { id, secret } = await create();

    const rotated = await app.call<Endpoint>('POST', path(id, '/rotate-secret'), { body: { overlapSeconds: 60 } });

    expect(rotated.body).toEqual({ id, secret: expect.stringMatching(/^whsec_/) });
    expect(rotated.body.secret).not.toBe(secret);
    const live = () =>
      app.database.query(
        'SELECT FROM endpoint_secrets WHERE endpoint_id = $1 AND (not_after IS NULL OR not_after > now())',
        [id],
      );
    expect(await live()).toHaveLength(2);
    await app.call('POST', path(id, '/rotate-secret'), { body: {} });
    expect(await live()).toHaveLength(1);
  });

  it('have five secrets that sign at most, and can always get a new one without an overlap', async () => {
    const { id } = await create();
    const rotate = (overlapSeconds: number) =>
      app.call<Endpoint & { code: string }>('POST', path(id, '/rotate-secret'), { body: { overlapSeconds } });

    const replies = [];
    for (let n = 0; n < 6; n++) replies.push(await rotate(604_800));

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 409, 409]);
    expect(replies.at(-1)?.body).toMatchObject({ code: 'conflict', detail: expect.stringContaining('without one') });
    const kept = () => app.database.query('SELECT FROM endpoint_secrets WHERE endpoint_id = $1', [id]);
    expect(await kept()).toHaveLength(5);
    expect((await rotate(0)).status).toBe(200);
    expect((await rotate(60)).status).toBe(200);
  });

  it.each<[string, object, string]>([
    ['without a URL', {}, 'url'],
    ['with a relative URL', { url: '/hook' }, 'url'],
    ['with another scheme', { url: 'ftp://example.com/' }, 'url'],
    ['with a null URL', { url: null }, 'url'],
    ['with credentials in the URL', { url: 'https://user:pass@example.com/' }, 'url'],
    ['with an unknown event type', { url: URL, eventTypes: ['record.sideways'] }, 'eventTypes'],
    ['with another account’s integration', { url: URL, integrationIds: [newId('integration')] }, 'integrationIds.0'],
    ['with another category', { url: URL, category: 'HRIS' }, 'category'],
    ['with an unknown signature', { url: URL, signature: 'none' }, 'signature'],
    ['with a null signature', { url: URL, signature: null }, 'signature'],
    ['with no rate', { url: URL, maxPerSecond: 0 }, 'maxPerSecond'],
    ['with an empty retry policy', { url: URL, retryPolicy: {} }, 'retryPolicy.delaysSeconds'],
    [
      'with a retry policy of words',
      { url: URL, retryPolicy: { delaysSeconds: ['1'], maxAgeSeconds: 1 } },
      'retryPolicy.delaysSeconds',
    ],
    ['with a pause of nothing', withPolicy({ delaysSeconds: [0] }), 'retryPolicy.delaysSeconds'],
    ['with a pause of over a week', withPolicy({ delaysSeconds: [5, 604_801] }), 'retryPolicy.delaysSeconds'],
    ['with half a second', withPolicy({ delaysSeconds: [0.5] }), 'retryPolicy.delaysSeconds'],
    ['with no pauses', withPolicy({ delaysSeconds: [] }), 'retryPolicy.delaysSeconds'],
    ['with 51 pauses', withPolicy({ delaysSeconds: Array(51).fill(1) }), 'retryPolicy.delaysSeconds'],
    ['with pauses that are no list', withPolicy({ delaysSeconds: 5 }), 'retryPolicy.delaysSeconds'],
    ['with retries for years', withPolicy({ maxAgeSeconds: 2_592_001 }), 'retryPolicy.maxAgeSeconds'],
    ['with retries for no time', withPolicy({ maxAgeSeconds: 0 }), 'retryPolicy.maxAgeSeconds'],
    ['with more in its policy', withPolicy({ jitter: 0 }), 'retryPolicy.jitter'],
    ['with an unknown field', { url: URL, secret: 'whsec_mine' }, 'secret'],
    ['replacing our id', { url: URL, headers: { 'Webhook-Id': 'mine' } }, 'headers.webhook-id'],
    ['replacing our signature', { url: URL, headers: { 'x-knit-signature': 'mine' } }, 'headers.x-knit-signature'],
    ['replacing the host', { url: URL, headers: { HOST: 'mine' } }, 'headers.host'],
    ['replacing the length', { url: URL, headers: { 'content-length': '1' } }, 'headers.content-length'],
    ['with a line break in a header', { url: URL, headers: { 'x-a': 'a\r\nhost: b' } }, 'headers.x-a'],
    ['with a header value that is no string', { url: URL, headers: { 'x-a': 1 } }, 'headers.x-a'],
    ['with a header name that is none', { url: URL, headers: { 'x a': '1' } }, 'headers.x a'],
  ])('are refused %s, naming the field', async (_what, body, field) => {
    const created = await app.call<Problem>('POST', '/v1/webhooks/endpoints', { body });
    const { id } = await create();
    const changed = await app.call<Problem>('PATCH', path(id), { body: { url: URL, ...body } });

    expect(created.status).toBe(422);
    expect(created.body.errors.map((error) => error.path)).toContain(field);
    if (field === 'url' && !('url' in body)) return;
    if (field === 'category') return;
    expect(changed.status).toBe(422);
    expect(changed.body.errors.map((error) => error.path)).toContain(field);
  });
});

describe('targets that are not public', () => {
  let app: FeatureApp;
  beforeAll(async () => {
    app = await startFeatures([WebhooksModule]);
  });
  afterAll(() => app.close());

  it.each([
    'http://example.com/hook',
    'https://127.0.0.1/hook',
    'https://localhost/hook',
    'https://localhost./hook',
    'https://hub.localhost/hook',
    'https://2130706433/hook',
    'https://0177.0.0.1/hook',
    'https://0x7f.1/hook',
    'https://0.0.0.0/hook',
    'https://10.1.2.3/hook',
    'https://172.16.0.1/hook',
    'https://192.168.1.1/hook',
    'https://100.64.0.1/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://224.0.0.1/hook',
    'https://255.255.255.255/hook',
    'https://[::1]/hook',
    'https://[::]/hook',
    'https://[::ffff:127.0.0.1]/hook',
    'https://[::ffff:a9fe:a9fe]/hook',
    'https://[64:ff9b::7f00:1]/hook',
    'https://[2002:7f00:1::]/hook',
    'https://[fe80::1]/hook',
    'https://[fc00::1]/hook',
    'https://[ff02::1]/hook',
    'https://does-not-exist.invalid/hook',
    'https://user@example.com/hook',
  ])('such as %s are refused', async (url) => {
    const reply = await app.call<{ code: string; errors: { path: string }[] }>('POST', '/v1/webhooks/endpoints', {
      body: { url },
    });

    expect([reply.status, reply.body.code]).toEqual([422, 'unsafe_target']);
    expect(reply.body.errors[0]?.path).toBe('url');
  });

  it('such as a public address are not refused', async () => {
    expect((await app.call('POST', '/v1/webhooks/endpoints', { body: { url: 'https://1.1.1.1/hook' } })).status).toBe(
      201,
    );
  });
});
