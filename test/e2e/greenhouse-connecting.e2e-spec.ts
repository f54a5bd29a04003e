import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { type GreenhouseDesk, openGreenhouseDesk } from './greenhouse-desk.js';

interface Check {
  status: string;
  statusReason: string | null;
  permissions: { permission: string; label: string; access: string; state: string }[];
}

/** What Headhuntr asks its customers for, reading and writing apart. */
const ASKED = [
  ...['applications.read', 'applications.write', 'candidates.read', 'candidates.write', 'departments.read'],
  ...['jobs.read', 'job-postings.read', 'job-stages.read', 'sources.read', 'prospect-pools.read', 'users.read'],
];
const scopes = (...names: string[]) => names.map((name) => `harvest:${name}`);

describe('connecting Greenhouse', () => {
  let desk: GreenhouseDesk;
  beforeAll(async () => {
    desk = await openGreenhouseDesk();
  });
  afterAll(() => desk?.close());
  beforeEach(async () => {
    await desk.calm();
    await desk.standIn('PATCH', 'settings', { accessTokenSeconds: 3600, refreshTokenSeconds: 86_400 });
  });

  const check = async (id: string, apiKey?: string) =>
    (await desk.call<Check>('POST', `/v1/integrations/${id}/check`, { ...(apiKey && { apiKey }) })).body;
  const integration = async (id: string, apiKey: string) =>
    (await desk.call<{ status: string; statusReason: string | null }>('GET', `/v1/integrations/${id}`, { apiKey }))
      .body;

  /** An account of its own, since an organisation is one integration of an account; connected by consent. */
  const consented = async (choices: Record<string, string> = { service_account: 'on' }, permissions?: string[]) => {
    const account = await desk.call<{ apiKey: string }>('POST', '/v1/accounts', { body: { name: 'Vendor' } });
    const { apiKey } = account.body;
    const { id: clientId, secret: clientSecret } = await desk.client('partner');
    const app = { clientId, clientSecret, region: 'sandbox' };
    expect((await desk.call('PUT', '/v1/oauth-apps/greenhouse', { body: app, apiKey })).status).toBe(200);
    const id = await desk.integration(apiKey);
    const asked = await desk.call<{ consentUrl: string; scopes: string[] }>('POST', `/v1/integrations/${id}/connect`, {
      body: { method: 'oauth', region: 'sandbox', ...(permissions && { permissions }) },
      apiKey,
    });
    const { origin, pathname, searchParams } = new URL(asked.body.consentUrl);
    const form = new URLSearchParams([...searchParams, ...Object.entries({ decision: 'allow', ...choices })]);
    const decided = await fetch(origin + pathname, { method: 'POST', body: form, redirect: 'manual' });
    const page = await fetch(decided.headers.get('location')!, { redirect: 'manual' });
    return { id, apiKey, scopes: asked.body.scopes, status: page.status, page: await page.text() };
  };

  it('with a key that may do half of it says which half is missing, by the names Greenhouse has for it', async () => {
    const may = [
      'applications:list',
      'candidates:list',
      'candidates:create',
      'candidates:update',
      'jobs:list',
      'users:list',
    ];
    const client = await desk.client('custom', scopes(...may));
    const id = await desk.connect({ client, permissions: ASKED });

    const found = await check(id);

    const missing = found.permissions.filter(({ state }) => state === 'MISSING');
    expect(missing.map(({ label, access }) => `${label} (${access})`).toSorted()).toEqual([
      'Applications: create, update (write)',
      'Departments: list (read)',
      'Job interview stages: list (read)',
      'Job posts: list (read)',
      'Prospect pools: list (read)',
      'Sources: list (read)',
    ]);
    expect(found.permissions.filter(({ state }) => state === 'GRANTED').map(({ permission }) => permission)).toEqual(
      expect.arrayContaining(['applications.read', 'candidates.read', 'candidates.write', 'jobs.read', 'users.read']),
    );
    expect([found.status, found.statusReason]).toEqual(['ISSUE', expect.stringContaining('Job posts: list (read)')]);
    const issues = await desk.call<{ data: { code: string; remedy: string }[] }>(
      'GET',
      `/v1/integrations/${id}/issues`,
    );
    expect(issues.body.data).toHaveLength(missing.length);
    expect(issues.body.data[0]).toMatchObject({
      code: 'permission_missing',
      remedy: expect.stringContaining('then check again'),
    });
  });

  it('with such a key reads what it may, says what it may not, and takes it up once it may', async () => {
    const client = await desk.client('custom', scopes('candidates:list', 'jobs:list'));
    const id = await desk.connect({ client });
    const run = await desk.settled(id);

    const stateOf = (name: string, of = run) => of.resources.find(({ resource }) => resource === name)?.state;
    expect([stateOf('candidates'), stateOf('jobs'), stateOf('departments')]).toEqual(['DONE', 'DONE', 'NOT_PERMITTED']);
    expect(run.status).toBe('PARTIAL');
    expect(await desk.records(id, '/v1/ats/candidates')).toHaveLength(30);
    expect(await desk.records(id, '/v1/ats/departments')).toEqual([]);
    const refused = await desk.call('POST', '/v1/ats/candidates', {
      integrationId: id,
      body: { firstName: 'A', lastName: 'B' },
    });
    expect([refused.status, refused.body.code]).toEqual([502, 'provider_forbidden']);

    await desk.standIn('POST', 'clients', { id: client.id, scopes: null });
    const again = await desk.sync(id, { mode: 'FULL' });
    expect(stateOf('departments', again)).toBe('DONE');
    expect((await desk.records(id, '/v1/ats/departments')).length).toBeGreaterThan(0);
  });

  it('by consent of a service account asks for no more than it needs, and works', async () => {
    const { id, apiKey, scopes: asked, status, page } = await consented(undefined, ['candidates.read', 'jobs.read']);

    expect([status, page]).toEqual([200, expect.stringContaining('<h1>Connected</h1>')]);
    expect(asked.toSorted()).toEqual(scopes('candidates:list', 'jobs:list'));
    expect(await check(id, apiKey)).toMatchObject({ status: 'ACTIVE' });
    const { body } = await desk.call('GET', `/v1/integrations/${id}/connection`, { apiKey });
    expect(body).toMatchObject({ state: 'ACTIVE', method: 'oauth', organisation: { name: 'Lumen & Co (sandbox)' } });
  });

  it('by consent of somebody who may see no lists is an issue that says so', async () => {
    const { id, apiKey } = await consented({ person: 'other' }, ['candidates.read', 'jobs.read']);

    const found = await check(id, apiKey);

    expect(found.permissions.map(({ state }) => state)).toEqual(['MISSING', 'MISSING']);
    expect(await integration(id, apiKey)).toMatchObject({ status: 'ISSUE' });
  });

  it('by a consent that is refused changes nothing, and says so', async () => {
    const { id, apiKey, status, page } = await consented({ decision: 'deny' });

    expect([status, page]).toEqual([400, expect.stringContaining('The consent was refused.')]);
    expect(await integration(id, apiKey)).toMatchObject({ status: 'ACTIVE' });
    const { body } = await desk.call('GET', `/v1/integrations/${id}/connection`, { apiKey });
    expect(body).toMatchObject({ state: 'NOT_CONNECTED' });
  });

  it('needs somebody to connect again once the consent is over, without losing what was read', async () => {
    await desk.standIn('PATCH', 'settings', { refreshTokenSeconds: 0 });
    const { id, apiKey } = await consented();
    await desk.settled(id, apiKey);
    const readable = () =>
      desk
        .call<{ data: object[] }>('GET', '/v1/ats/candidates', { integrationId: id, apiKey })
        .then(({ body }) => body.data.length);
    const before = await readable();
    // As if the hour of the token were over, and the day of the one that renews it.
    await desk.query(`UPDATE connections SET expires_at = now() WHERE integration_id = $1`, [id]);
    await until(async () => (await check(id, apiKey)).status !== 'ACTIVE', { what: 'the end', withinMs: 20_000 });

    expect(await integration(id, apiKey)).toMatchObject({ status: 'NEEDS_RELINK' });
    const refused = await desk.call('POST', `/v1/integrations/${id}/sync`, { body: {}, apiKey });
    expect([refused.status, refused.body.code]).toEqual([409, 'needs_relink']);
    expect([before > 0, await readable()]).toEqual([true, before]);
    const events = await desk.query(
      `SELECT FROM events WHERE integration_id = $1 AND type = 'integration.needs_relink'`,
      [id],
    );
    expect(events).toHaveLength(1);
  });

  it('is kept alive by the clock, by a refresh token that is good once', async () => {
    const { id } = await consented();
    const generation = async () =>
      (
        await desk.query<{ generation: number }>('SELECT generation FROM connections WHERE integration_id = $1', [id])
      )[0]!.generation;
    const before = await generation();

    await desk.query(`UPDATE connections SET keep_alive_at = now() - interval '1 second' WHERE integration_id = $1`, [
      id,
    ]);

    await until(async () => (await generation()) > before, { what: 'a refresh', withinMs: 90_000 });
    const [row] = await desk.query<{ state: string; later: boolean }>(
      'SELECT state, keep_alive_at > now() AS later FROM connections WHERE integration_id = $1',
      [id],
    );
    expect(row).toEqual({ state: 'ACTIVE', later: true });
  });
});
