import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Harvest, startHarvest } from '../../../test/support/harvest-client.js';

const CALLBACK = 'http://127.0.0.1:4000/callback';
const SCOPES = 'harvest:candidates:list harvest:notes:create';
const HOUR_MS = 3_600_000;

describe("Greenhouse's OAuth", () => {
  let harvest: Harvest;
  let vendor: { id: string; secret: string };

  beforeAll(async () => {
    harvest = await startHarvest();
    const { oauth } = await harvest.standIn.access();
    vendor = { id: oauth.clientId, secret: oauth.clientSecret };
  });
  afterEach(() => {
    harvest.standIn.clock.aheadMs = 0;
  });
  afterAll(() => harvest.standIn.stop());

  const authorizeUrl = (more: Record<string, string> = {}) => {
    const query = {
      response_type: 'code',
      client_id: vendor.id,
      redirect_uri: CALLBACK,
      scope: SCOPES,
      state: 's 1',
      ...more,
    };
    return `${harvest.standIn.url}/auth/authorize?${new URLSearchParams(query)}`;
  };
  /** Presses a button of the consent page; gives back where it leads to. */
  const consent = async (more: Record<string, string> = {}) => {
    const body = new URL(authorizeUrl({ decision: 'allow', service_account: 'on', ...more })).searchParams;
    const reply = await fetch(`${harvest.standIn.url}/auth/authorize`, { method: 'POST', body, redirect: 'manual' });
    return new URL(reply.headers.get('location') ?? '').searchParams;
  };
  const exchange = (code: string, more: Record<string, string> = {}) =>
    harvest.form('token', { grant_type: 'authorization_code', code, ...more }, vendor);
  const refresh = (refresh_token: string) =>
    harvest.form('token', { grant_type: 'refresh_token', refresh_token }, vendor);
  const connect = async (more: Record<string, string> = {}) =>
    (await exchange((await consent(more)).get('code')!)).body;

  it('shows who asks for what, with a box for the service account', async () => {
    const reply = await fetch(authorizeUrl());
    const page = await reply.text();

    expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page).toContain('Authorize using a service account');
    expect(page).toContain('Lumen &amp; Co (sandbox)');
    expect(page).toMatch(/<b>notes<\/b> create/);
    expect(reply.headers.get('content-security-policy')).toContain(`form-action 'self' ${new URL(CALLBACK).origin}`);
  });

  it('writes nothing into the page that was not escaped', async () => {
    const page = await (await fetch(authorizeUrl({ state: '"><script>alert(1)</script>' }))).text();

    expect(page).not.toContain('<script>');
  });

  it.each([
    [{ client_id: 'ghc_nobody_9' }, 'no such application'],
    [{ redirect_uri: 'https://elsewhere.example/' }, 'not registered'],
    [{ redirect_uri: 'javascript:alert(1)' }, 'not registered'],
  ])('sends nobody anywhere for %j', async (more, problem) => {
    const reply = await fetch(authorizeUrl(more), { redirect: 'manual' });

    expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining(problem)]);
  });

  it.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ scope: 'harvest:candidates:read' }, 'invalid_scope'],
    [{ scope: '' }, 'invalid_scope'],
    [{ decision: 'deny' }, 'access_denied'],
  ])('tells the application why there is no code: %j', async (more, error) => {
    const answer = await consent(more);

    expect([answer.get('error'), answer.get('state'), answer.get('code')]).toEqual([error, 's 1', null]);
  });

  it('gives a code, and for the code tokens that open what was granted', async () => {
    const answer = await consent();
    expect(answer.get('state')).toBe('s 1');

    const { status, body } = await exchange(answer.get('code')!, { redirect_uri: CALLBACK });

    expect(status).toBe(200);
    expect(Object.keys(body).toSorted()).toEqual(['access_token', 'expires_at', 'refresh_token', 'token_type']);
    expect(Math.abs(Date.parse(body.expires_at) - Date.now() - HOUR_MS)).toBeLessThan(60_000);
    expect((await harvest.get('candidates', body.access_token)).status).toBe(200);
    expect(await harvest.get('jobs', body.access_token)).toMatchObject({
      status: 403,
      body: { errors: ['The scope harvest:jobs:list is missing.'] },
    });
  });

  it('takes a code once, for a minute, with the address it was asked with', async () => {
    const code = async () => (await consent()).get('code')!;
    const used = await code();
    await exchange(used);
    expect(await exchange(used)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await exchange(await code(), { redirect_uri: `${CALLBACK}/x` })).toMatchObject({ status: 400 });

    const old = await code();
    harvest.standIn.clock.aheadMs = 61_000;
    expect(await exchange(old)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('tells who somebody is', async () => {
    const whose = async (access_token: string, client = vendor) =>
      (await harvest.form('introspect', { token: access_token, token_type_hint: 'access_token' }, client)).body;
    const service = await connect();
    const person = await connect({ service_account: '' });

    expect(await whose(service.access_token)).toMatchObject({
      active: true,
      client_id: vendor.id,
      sub: '4000539003',
      scope: SCOPES,
      'https://auth.greenhouse.io/claims': {
        organization: { id: 4_000_001_003, name: 'Lumen & Co (sandbox)' },
        user_role: 'site_admin',
      },
    });
    expect((await whose(person.access_token)).sub).toBe('4000510003');
    expect(await whose(harvest.token)).toEqual({ active: false });
    expect(await whose('eyJ.x.y')).toEqual({ active: false });
  });

  it('shows lists to a Site Admin only', async () => {
    const { access_token } = await connect({ person: 'other' });

    expect(await harvest.get('candidates', access_token)).toMatchObject({ status: 403 });
  });

  it('ends access after an hour, and the connection after a day without a refresh', async () => {
    const { access_token, refresh_token } = await connect();

    harvest.standIn.clock.aheadMs = HOUR_MS + 1000;
    expect(await harvest.get('candidates', access_token)).toMatchObject({
      status: 401,
      body: { message: 'Unauthorized' },
    });
    const renewed = (await refresh(refresh_token)).body;
    expect((await harvest.get('candidates', renewed.access_token)).status).toBe(200);
    harvest.standIn.clock.aheadMs += 24 * HOUR_MS;
    expect(await refresh(renewed.refresh_token)).toMatchObject({
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: expect.stringMatching(/invalidated at .* The user must re-authorize consent/),
      },
    });
  });

  it('kills the connection when a refresh token comes twice', async () => {
    const first = await connect();
    const second = (await refresh(first.refresh_token)).body;
    expect(second.refresh_token).not.toBe(first.refresh_token);

    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });

    expect(await refresh(second.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await harvest.get('candidates', second.access_token)).status).toBe(401);
  });

  it('refreshes one of two that come at the same instant', async () => {
    const { refresh_token } = await connect();

    const answers = await Promise.all([refresh(refresh_token), refresh(refresh_token)]);

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
  });

  it('takes scopes away from live tokens', async () => {
    const { access_token } = await connect();
    const change = (scopes: string[] | null) =>
      fetch(`${harvest.standIn.url}/clients`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: vendor.id, scopes }),
      });

    await change(['harvest:notes:create']);
    expect((await harvest.get('candidates', access_token)).status).toBe(403);
    await change(null);
    expect((await harvest.get('candidates', access_token)).status).toBe(200);
  });

  it('lets a customer have a key of its own that acts as whom it names', async () => {
    const answer = await harvest.form('token', { grant_type: 'client_credentials', sub: '4000513003' });

    expect(answer.body).toEqual({
      token_type: 'Bearer',
      access_token: expect.any(String),
      expires_at: expect.any(String),
    });
    expect((await harvest.get('candidates', answer.body.access_token)).status).toBe(403);
    expect(await harvest.form('token', { grant_type: 'client_credentials', sub: '4000537003' })).toMatchObject({
      status: 400,
    });
  });

  it('refuses in all of its three forms', async () => {
    const bare = async (fields: Record<string, string>) => {
      const reply = await fetch(`${harvest.standIn.url}/auth/token`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
      return { status: reply.status, body: await reply.json() } as Pick<Answer, 'status' | 'body'>;
    };
    const errorId = expect.stringMatching(/^err-/);
    const grant_type = 'client_credentials';

    expect(await bare({ grant_type })).toEqual({ status: 401, body: { message: 'Unauthorized', errorId } });
    expect((await bare({ client_id: 'abc', client_secret: 'x' })).body).toEqual({
      message: 'client_id=abc does not contain a valid client ID suffix',
      errorId,
    });
    expect(await bare({ client_id: 'ghc_x_1', client_secret: 'x' })).toEqual({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await harvest.form('token', {})).toMatchObject({
      status: 400,
      body: { message: 'Must include `grant_type` parameter in /token request' },
    });
    expect((await harvest.form('token', { grant_type: 'password' })).body.message).toContain('token-exchange');
    expect(await harvest.form('token', { grant_type }, vendor)).toMatchObject({
      status: 400,
      body: { error: 'unauthorized_client' },
    });
  });

  it('remembers its clients and connections when it is started again', async () => {
    const { access_token, refresh_token } = await connect();
    const other = await startHarvest({ store: harvest.standIn.store });

    expect((await other.get('candidates', access_token)).status).toBe(200);
    expect((await other.form('token', { grant_type: 'refresh_token', refresh_token }, vendor)).status).toBe(200);
    await other.standIn.stop();
  });
});
