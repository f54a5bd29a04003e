import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConnectionsDesk, type ConsentReply, openConnectionsDesk } from './connections-desk.js';

type Problem = { code: string; detail: string; errors: { path: string; message: string }[] };

let desk: ConnectionsDesk;
let orgs = 0;
beforeAll(async () => {
  desk = await openConnectionsDesk();
});
afterAll(() => desk.close());
afterEach(() => {
  desk.ats.options.grants = null;
  desk.ats.faults.splice(0);
  desk.ats.broken.clear();
});

/** An integration with an OAuth client at hand; whoever consents next is a new organisation. */
const ready = async () => {
  await desk.app();
  desk.ats.options.org = `org-${++orgs}`;
  return desk.integration();
};
const ask = async (id: string, body: object = {}) =>
  (await desk.connect<ConsentReply>(id, { method: 'oauth', ...body })).body;
const read = async (id: string) =>
  (await desk.hub.call<Record<string, unknown>>('GET', `/v1/integrations/${id}/connection`)).body;
const RETURN = 'https://app.vendor.example/settings?tab=ats';
const errorIn = (reply: Response) => new URL(reply.headers.get('location') ?? 'https://none').searchParams.get('error');

describe('asking for a consent', () => {
  it('says before what the customer will be asked for, and no more than reading needs', async () => {
    const id = await ready();

    const reply = await ask(id);

    expect(reply).toMatchObject({
      outcome: 'CONSENT_NEEDED',
      permissions: [{ permission: 'tags', label: 'Tags', access: 'read' }],
      scopes: ['tags:list'],
      hint: 'Tick the service account.',
    });
    const asked = new URL(reply.consentUrl).searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: 'http://localhost:3000/oauth/fake-ats/callback',
      scope: 'tags:list',
      state: expect.stringMatching(/^[\w-]{43}$/),
      audience: 'api',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  it('takes the scopes of the permissions asked for, or exactly those named', async () => {
    const id = await ready();

    expect((await ask(id, { permissions: ['tags', 'tags-write'] })).scopes).toEqual(['tags:list', 'tags:create']);
    expect(await ask(id, { scopes: ['private:list'] })).toMatchObject({
      scopes: ['private:list'],
      permissions: [{ permission: 'secrets', label: 'Private fields' }],
    });
  });

  it.each([
    ['a scope that means nothing to us', { scopes: ['admin'] }, 'scopes.0'],
    ['both ways at once', { scopes: ['tags:list'], permissions: ['tags'] }, 'permissions'],
    ['a return address that is plain http', { returnUrl: 'http://app.vendor.example' }, 'returnUrl'],
    ['one that is a script', { returnUrl: 'javascript:alert(1)' }, 'returnUrl'],
    ['one with a password', { returnUrl: 'https://a:b@app.vendor.example' }, 'returnUrl'],
  ])('refuses %s', async (_what, body, path) => {
    const id = await ready();

    const reply = await desk.connect<Problem>(id, { method: 'oauth', ...body });

    expect([reply.status, reply.body.errors[0]?.path]).toEqual([422, path]);
  });

  it('is 409 without an OAuth client of the account', async () => {
    const id = await ready();
    const { body } = await desk.hub.call<Problem>('POST', `/v1/integrations/${id}/connect`, {
      body: { method: 'oauth', region: 'other' },
    });

    expect([body.code, body.detail]).toEqual(['conflict', expect.stringContaining('PUT /v1/oauth-apps/fake-ats')]);
  });

  it('keeps to the scopes the client was approved for', async () => {
    const id = await ready();
    const app = { clientId: desk.ats.client.id, clientSecret: desk.ats.client.secret, scopes: ['tags:list'] };
    await desk.hub.call('PUT', '/v1/oauth-apps/fake-ats', { body: app });

    const { status, body } = await desk.connect<Problem>(id, { method: 'oauth', permissions: ['tags-write'] });

    expect([status, body.errors[0]?.message]).toEqual([422, expect.stringContaining('tags:create')]);
  });
});

describe('a consent given', () => {
  it('connects, and knows who it was', async () => {
    const id = await ready();

    const page = await desk.consent(id);

    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await page.text()).toContain('<h1>Connected</h1>');
    expect(await read(id)).toMatchObject({
      state: 'ACTIVE',
      method: 'oauth',
      scopes: ['tags:list'],
      organisation: { id: desk.ats.options.org, name: `Name of ${desk.ats.options.org}` },
      remoteUser: 'user-7',
      permissions: [{ permission: 'tags', state: 'GRANTED' }],
    });
    expect((await desk.hub.call('POST', `/v1/integrations/${id}/check`)).status).toBe(200);
  });

  it('goes back to where the product wants it', async () => {
    const id = await ready();

    const reply = await desk.consent(id, { returnUrl: RETURN });

    expect([reply.status, reply.headers.get('location')]).toEqual([
      303,
      `${RETURN}&status=connected&integrationId=${id}`,
    ]);
  });

  it('that grants less than was asked for is an issue with the names of what is missing', async () => {
    const id = await ready();
    desk.ats.options.grants = ['tags:list'];

    await desk.consent(id, { permissions: ['tags', 'tags-write', 'secrets'] });

    expect(await desk.status(id)).toMatchObject({
      status: 'ISSUE',
      statusReason: 'Fake ATS does not permit: Tags (write), Private fields (read).',
    });
  });

  it('holds although the ATS is away right after', async () => {
    const id = await ready();
    desk.ats.broken.set('me', 503);

    await desk.consent(id);

    expect(await read(id)).toMatchObject({ state: 'ACTIVE' });
  });

  it('by an organisation of another integration is refused, and changes nothing', async () => {
    const [first, second] = [await ready(), await desk.integration()];
    await desk.consent(first);

    const reply = await desk.consent(second, { returnUrl: RETURN });

    expect([errorIn(reply), await read(second)]).toEqual([
      'wrong_organisation',
      expect.objectContaining({ state: 'NOT_CONNECTED' }),
    ]);
    expect(await read(first)).toMatchObject({ state: 'ACTIVE' });
  });

  it('by another organisation than before is refused, and the connection stays', async () => {
    const id = await ready();
    await desk.consent(id);
    const before = await read(id);
    desk.ats.options.org = `org-${++orgs}`;

    const page = await desk.consent(id);

    expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('another organisation')]);
    expect(await read(id)).toEqual(before);
  });

  it('brings a connection back that was over', async () => {
    const id = await ready();
    await desk.consent(id);
    desk.ats.revokeAll();
    await desk.hub.database.query(
      `UPDATE connections SET obtained_at = now() - interval '1 hour' WHERE integration_id = $1`,
      [id],
    );
    await desk.hub.call('POST', `/v1/integrations/${id}/check`);
    expect(await desk.status(id)).toMatchObject({ status: 'NEEDS_RELINK' });

    await desk.consent(id);

    expect(await desk.status(id)).toMatchObject({ status: 'ACTIVE', statusReason: null });
  });
});

describe('a consent that comes to nothing', () => {
  const comeBack = (query: Record<string, string>, provider = 'fake-ats') =>
    desk.comeBack(`https://hub/oauth/${provider}/callback?${new URLSearchParams(query)}`);
  const stateOf = (consentUrl: string) => new URL(consentUrl).searchParams.get('state')!;

  it('because the customer refused goes back with the reason', async () => {
    const id = await ready();
    const state = stateOf((await ask(id, { returnUrl: RETURN })).consentUrl);

    const reply = await comeBack({ error: 'access_denied', state });

    expect([reply.status, errorIn(reply)]).toEqual([303, 'access_denied']);
    expect(await read(id)).toMatchObject({ state: 'NOT_CONNECTED' });
    expect(await desk.status(id)).toMatchObject({ status: 'ACTIVE' });
  });

  it('because of a state used before', async () => {
    const id = await ready();
    const { consentUrl } = await ask(id, { returnUrl: RETURN });
    const address = desk.ats.consent(consentUrl);
    await desk.comeBack(address);
    const exchanges = desk.ats.count('authorization_code');

    const again = await desk.comeBack(address);

    expect([errorIn(again), desk.ats.count('authorization_code')]).toEqual(['state_used', exchanges]);
    expect(await read(id)).toMatchObject({ state: 'ACTIVE' });
  });

  it('is used by one of several browsers that come at once', async () => {
    const id = await ready();
    const address = desk.ats.consent((await ask(id)).consentUrl);

    const pages = await Promise.all(Array.from({ length: 5 }, () => desk.comeBack(address)));

    expect(pages.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 400, 400]);
    expect(await read(id)).toMatchObject({ state: 'ACTIVE' });
  });

  it('because of a state that has expired', async () => {
    const id = await ready();
    const { consentUrl } = await ask(id, { returnUrl: RETURN });
    await desk.hub.database.query('UPDATE oauth_states SET expires_at = now() WHERE integration_id = $1', [id]);

    expect(errorIn(await desk.comeBack(desk.ats.consent(consentUrl)))).toBe('state_expired');
  });

  it.each(['', 'wrong', 'x'.repeat(5000)])('because of a state nobody gave out: %#', async (state) => {
    const page = await comeBack({ code: 'code-1', state });

    expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('not a link this hub gave out')]);
  });

  it('because the state belongs to another ATS', async () => {
    const id = await ready();
    const state = stateOf((await ask(id)).consentUrl);

    expect((await comeBack({ code: 'c', state }, 'acme-ats')).status).toBe(400);
  });

  it('because the ATS refuses the code', async () => {
    const id = await ready();
    const state = stateOf((await ask(id, { returnUrl: RETURN })).consentUrl);

    expect(errorIn(await comeBack({ code: 'code-of-nobody', state }))).toBe('exchange_failed');
    expect(await read(id)).toMatchObject({ state: 'NOT_CONNECTED' });
  });

  it.each([
    ['is away', { status: 503 }],
    ['cuts the line', 'cut'],
    ['answers nonsense', { status: 200, body: 'hello' }],
  ] as const)('because the ATS %s', async (_what, answer) => {
    const id = await ready();
    const { consentUrl } = await ask(id, { returnUrl: RETURN });
    desk.ats.faults.push({ when: 'before', answer });

    expect(errorIn(await desk.comeBack(desk.ats.consent(consentUrl)))).toBe('exchange_failed');
  });

  it('because the ATS refuses the token it gave', async () => {
    const id = await ready();
    desk.ats.broken.set('me', 401);

    const page = await desk.consent(id);

    expect([page.status, await read(id)]).toEqual([400, expect.objectContaining({ state: 'NOT_CONNECTED' })]);
  });

  it('shows what the ATS says as text', async () => {
    const id = await ready();
    const state = stateOf((await ask(id)).consentUrl);

    const page = await comeBack({ error: 'server_error', error_description: '<script>alert("1")</script>', state });

    const text = await page.text();
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toContain('<script');
  });

  it('and a look with HEAD uses nothing up', async () => {
    const id = await ready();
    const { pathname, search } = desk.ats.consent((await ask(id)).consentUrl);

    await fetch(desk.hub.url + pathname + search, { method: 'HEAD' });

    expect((await desk.comeBack(`https://hub${pathname}${search}`)).status).toBe(200);
  });
});

describe('the OAuth client of an account', () => {
  const path = '/v1/oauth-apps/fake-ats';

  it('is stored, and shown without its secret', async () => {
    const { apiKey } = await desk.hub.anotherAccount();
    const body = { clientId: 'c', clientSecret: 'top-secret-of-vendor' };

    const saved = await desk.hub.call('PUT', path, { body, apiKey });

    expect([saved.status, (await desk.hub.call('GET', path, { apiKey })).body]).toEqual([
      200,
      expect.objectContaining({
        clientId: 'c',
        region: 'main',
        redirectUri: 'http://localhost:3000/oauth/fake-ats/callback',
      }),
    ]);
    expect(JSON.stringify(saved.body)).not.toContain('top-secret');
    expect((await desk.hub.call<{ data: unknown[] }>('GET', '/v1/oauth-apps', { apiKey })).body.data).toHaveLength(1);
    expect((await desk.hub.call('DELETE', path, { apiKey })).status).toBe(204);
    expect((await desk.hub.call('GET', path, { apiKey })).status).toBe(404);
  });

  it('cannot be taken away from under those who are connected by it; its secret can change', async () => {
    const id = await ready();
    await desk.consent(id);
    const other = { clientId: 'client-2', clientSecret: 's' };
    const same = { clientId: desk.ats.client.id, clientSecret: desk.ats.client.secret };

    expect((await desk.hub.call('DELETE', path)).status).toBe(409);
    expect((await desk.hub.call('PUT', path, { body: other })).status).toBe(409);
    expect((await desk.hub.call('PUT', path, { body: same })).status).toBe(200);
  });

  it('is 501 where nobody consents, and 404 for an ATS there is none of', async () => {
    const body = { clientId: 'c', clientSecret: 's' };
    const put = async (provider: string) => (await desk.hub.call('PUT', `/v1/oauth-apps/${provider}`, { body })).status;

    expect([await put('acme-ats'), await put('no-ats')]).toEqual([501, 404]);
  });
});
