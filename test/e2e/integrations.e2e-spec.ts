import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { InboundKeysService, IntegrationHooks, IntegrationsModule, IntegrationsService } from '#libs/integrations';
import { acmeAts, plainAts } from '#libs/integrations/testing';
import { newId } from '#libs/model';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';

interface Integration {
  id: string;
  provider: string;
  originOrgId: string;
  originOrgName: string;
  status: string;
  statusReason: string | null;
  capabilities: Record<string, string>;
  settings: { reportClosed: boolean; allowedCallbackHosts: string[]; defaultPackageId: string | null };
  createdAt: string;
}
type Page<T> = { data: T[]; nextCursor: string | null };
type Problem = { code: string; detail: string; errors: { path: string; message: string }[] };

let hub: FeatureApp;
beforeAll(async () => {
  hub = await startFeatures([IntegrationsModule], [acmeAts, plainAts]);
});
afterAll(() => hub.close());
afterEach(() => void hub.rung.splice(0));

let customers = 0;
const aCustomer = () => ({ provider: 'acme-ats', originOrgId: `org-${++customers}`, originOrgName: 'Globex' });
const connect = async (body: object = aCustomer(), apiKey = hub.apiKey) =>
  (await hub.call<Integration>('POST', '/v1/integrations', { body, apiKey })).body;
const read = async (id: string) => (await hub.call<Integration>('GET', `/v1/integrations/${id}`)).body;
/** A package in the catalogue of the first account; its id. */
const aPackage = async (id: string) => {
  await hub.database.query(
    `INSERT INTO assessment_packages (id, account_id, external_id, name, status) VALUES ($1, $2, $3, 'P', 'ACTIVE')
     ON CONFLICT (account_id, external_id) DO NOTHING`,
    [newId('package'), hub.accountId, id],
  );
  return id;
};
const change = (id: string, body: object) => hub.call<Integration>('PATCH', `/v1/integrations/${id}`, { body });

describe('a call about integrations', () => {
  const calls: [string, string][] = [
    ['POST', '/v1/integrations'],
    ['GET', '/v1/integrations'],
    ['GET', '/v1/integrations/:id'],
    ['PATCH', '/v1/integrations/:id'],
    ['DELETE', '/v1/integrations/:id'],
  ];

  it.each(calls)('is refused without a key: %s %s', async (method, path) => {
    const { id } = await connect();

    expect((await hub.call(method, path.replace(':id', id), { apiKey: null })).status).toBe(401);
  });

  it.each(calls)('is refused without the scope: %s %s', async (method, path) => {
    const { id } = await connect();
    const { body } = await hub.call<{ apiKey: string }>('POST', '/v1/api-keys', { body: { scopes: ['events:read'] } });

    expect((await hub.call(method, path.replace(':id', id), { apiKey: body.apiKey })).status).toBe(403);
  });

  it.each(calls.filter(([, path]) => path.includes(':id')))(
    'finds nothing with the key of another account: %s %s',
    async (method, path) => {
      const { id } = await connect();
      const { apiKey } = await hub.anotherAccount();
      const options = { apiKey, ...(method === 'PATCH' ? { body: {} } : {}) };

      const foreign = await hub.call<Problem>(method, path.replace(':id', id), options);
      const unknown = await hub.call<Problem>(method, path.replace(':id', newId('integration')), options);

      expect([foreign.status, foreign.body.detail]).toEqual([404, unknown.body.detail]);
      expect(await read(id)).toMatchObject({ status: 'ACTIVE' });
    },
  );

  it.each(['int_none', '%00', 'x'.repeat(400), '%F0%9F%98%80'])('finds nothing under the id %s', async (id) => {
    for (const method of ['GET', 'DELETE']) {
      const { status } = await hub.call(method, `/v1/integrations/${id}`);

      expect([404, 422]).toContain(status);
    }
  });
});

describe('a new integration', () => {
  it('has the fields of the contract', async () => {
    const customer = aCustomer();
    const reply = await hub.call<Integration>('POST', '/v1/integrations', { body: customer });

    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      id: expect.stringMatching(/^int_[0-9A-Za-z]{22}$/),
      ...customer,
      status: 'ACTIVE',
      statusReason: null,
      capabilities: {
        assessments: 'SUPPORTED',
        assessmentCancellation: 'UNSUPPORTED',
        assessmentProgress: 'UNSUPPORTED',
        responseErrors: 'SUPPORTED',
        records: 'UNSUPPORTED',
        actions: 'UNSUPPORTED',
        providerWebhooks: 'UNSUPPORTED',
      },
      settings: { reportClosed: false, allowedCallbackHosts: [], defaultPackageId: null },
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    });
    expect(await read(reply.body.id)).toEqual(reply.body);
  });

  it('has its two internal endpoints', async () => {
    const { id } = await connect();

    const rows = await hub.database.query(
      `SELECT e.id, e.kind, e.url, e.slot = r.slot AS same FROM webhook_endpoints e JOIN endpoint_runs r ON r.endpoint_id = e.id
       WHERE e.integration_id = $1 ORDER BY e.kind`,
      [id],
    );

    expect(rows).toEqual([
      { id: id.replace('int_', 'whc_'), kind: 'ATS_CALLBACK', url: null, same: true },
      { id: id.replace('int_', 'whf_'), kind: 'FILE_FETCH', url: null, same: true },
    ]);
  });

  it('takes settings along', async () => {
    const defaultPackageId = await aPackage('p1');
    const settings = { reportClosed: true, allowedCallbackHosts: ['EU.acme-ats.example'], defaultPackageId };

    const integration = await connect({ ...aCustomer(), settings });

    expect(integration.settings).toEqual({ ...settings, allowedCallbackHosts: ['eu.acme-ats.example'] });
  });

  it('is the only one of its customer: a second is a conflict that names the first', async () => {
    const customer = aCustomer();
    const { id } = await connect(customer);

    const again = await hub.call<Problem>('POST', '/v1/integrations', { body: customer });

    expect([again.status, again.body.code]).toEqual([409, 'conflict']);
    expect(again.body.detail).toContain(id);
  });

  it('is one although fifty are asked for at once', async () => {
    const customer = aCustomer();

    const replies = await Promise.all(
      Array.from({ length: 50 }, () => hub.call('POST', '/v1/integrations', { body: customer })),
    );

    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(49);
  });

  it('may be the same customer of another account', async () => {
    const customer = aCustomer();
    const { id } = await connect(customer);
    const { apiKey } = await hub.anotherAccount();

    const other = await connect(customer, apiKey);

    expect(other.id).not.toBe(id);
    const listed = await hub.call<Page<Integration>>('GET', '/v1/integrations', { apiKey });
    expect(listed.body.data).toEqual([other]);
  });

  it.each([
    [{ ...aCustomer(), provider: 'no-such-ats' }, 'provider'],
    [{ ...aCustomer(), provider: 7 }, 'provider'],
    [{ provider: 'acme-ats', originOrgName: 'x' }, 'originOrgId'],
    [{ ...aCustomer(), originOrgId: '' }, 'originOrgId'],
    [{ ...aCustomer(), originOrgId: 'x'.repeat(256) }, 'originOrgId'],
    [{ ...aCustomer(), originOrgName: 'a\u0000b' }, 'originOrgName'],
    [{ ...aCustomer(), originOrgName: '\udc00' }, 'originOrgName'],
    [{ ...aCustomer(), status: 'ACTIVE' }, 'status'],
    [{ ...aCustomer(), settings: [] }, 'settings'],
    [{ ...aCustomer(), settings: null }, 'settings'],
    [{ ...aCustomer(), settings: { reportClosed: 'yes' } }, 'settings.reportClosed'],
    [{ ...aCustomer(), settings: { hosts: [] } }, 'settings.hosts'],
    [{ ...aCustomer(), settings: { defaultPackageId: 1 } }, 'settings.defaultPackageId'],
  ])('is refused with the field named: %j', async (body, path) => {
    const reply = await hub.call<Problem>('POST', '/v1/integrations', { body });

    expect(reply.status).toBe(422);
    expect(reply.body.errors.map((error) => error.path)).toContain(path);
  });
});

describe('the hosts an integration allows', () => {
  it.each([
    'https://acme-ats.example',
    'acme-ats.example:443',
    'acme-ats.example/path',
    '*',
    '*.example',
    '10.0.0.1',
    '0x7f.1',
    '2130706433',
    '[::1]',
    '::1',
    'a b.example',
    '-a.example',
    'a..example',
    'user@acme-ats.example',
    '',
    'x'.repeat(64) + '.example',
    7,
    null,
  ])('are plain names, not %j', async (host) => {
    const { id } = await connect();

    const reply = await hub.call<Problem>('PATCH', `/v1/integrations/${id}`, {
      body: { settings: { allowedCallbackHosts: [host] } },
    });

    expect(reply.status).toBe(422);
    expect(reply.body.errors[0]!.path).toBe('settings.allowedCallbackHosts');
  });

  it('are kept once each, as addresses have them', async () => {
    const { id } = await connect();

    const { body } = await change(id, {
      settings: { allowedCallbackHosts: ['A.example', 'a.example', 'Bücher.example'] },
    });

    expect(body.settings.allowedCallbackHosts).toEqual(['a.example', 'xn--bcher-kva.example']);
  });

  it('let waiting callbacks go out whenever some are given, and ring after the commit', async () => {
    const { id } = await connect();
    const seen: [string, string, string[]][] = [];
    hub.get(IntegrationHooks).onHostsAllowed(async (tx, integration) => {
      const [row] = await tx.query<{ hosts: string[] }>(
        'SELECT allowed_callback_hosts AS hosts FROM integrations WHERE id = $1',
        [integration.id],
      );
      seen.push([integration.id, integration.accountId, row!.hosts]);
      return ['whc_1', 'whc_1', 'whc_2'];
    });

    await change(id, { settings: { allowedCallbackHosts: ['a.example'] } });
    await change(id, { settings: { allowedCallbackHosts: ['a.example'] } });
    await change(id, { settings: { allowedCallbackHosts: [] } });
    await change(id, { originOrgName: 'New name' });

    const told = [id, hub.accountId, ['a.example']];
    expect(seen).toEqual([told, told]);
    expect(hub.rung).toEqual(['whc_1', 'whc_2', 'whc_1', 'whc_2']);
  });
});

describe('a change of an integration', () => {
  it('leaves alone what it does not name', async () => {
    const defaultPackageId = await aPackage('p1');
    const settings = { reportClosed: true, allowedCallbackHosts: ['a.example'], defaultPackageId };
    const integration = await connect({ ...aCustomer(), settings });

    await change(integration.id, { settings: { defaultPackageId: null } });
    await change(integration.id, { originOrgName: 'Initech' });
    const { status, body } = await change(integration.id, {});

    expect(status).toBe(200);
    expect(body).toEqual({
      ...integration,
      originOrgName: 'Initech',
      settings: { ...settings, defaultPackageId: null },
    });
  });

  it('takes a default package of its own account only', async () => {
    const defaultPackageId = await aPackage('p1');
    const { id } = await connect();
    const { apiKey } = await hub.anotherAccount();
    const foreign = await connect(aCustomer(), apiKey);
    const refused = [
      await hub.call<Problem>('PATCH', `/v1/integrations/${id}`, { body: { settings: { defaultPackageId: 'p2' } } }),
      await hub.call<Problem>('PATCH', `/v1/integrations/${foreign.id}`, {
        apiKey,
        body: { settings: { defaultPackageId } },
      }),
      await hub.call<Problem>('POST', '/v1/integrations', {
        body: { ...aCustomer(), settings: { defaultPackageId: 'p2' } },
      }),
    ];

    for (const { status, body } of refused) {
      expect([status, body.errors]).toEqual([
        422,
        [{ path: 'settings.defaultPackageId', message: 'is no package of this account' }],
      ]);
    }
    expect((await change(id, { settings: { defaultPackageId } })).body.settings).toMatchObject({ defaultPackageId });
  });

  it.each([{ provider: 'plain-ats' }, { originOrgId: 'x' }, { status: 'ISSUE' }, { originOrgName: null }])(
    'cannot be %j',
    async (body) => {
      const { id } = await connect();

      expect((await change(id, body)).status).toBe(422);
    },
  );
});

describe('a deleted integration', () => {
  it('stays readable, takes no change, and comes back under its id', async () => {
    const customer = aCustomer();
    const { id } = await connect(customer);

    const removed = await hub.call('DELETE', `/v1/integrations/${id}`);
    expect([removed.status, removed.body]).toEqual([204, null]);
    expect((await hub.call('DELETE', `/v1/integrations/${id}`)).status).toBe(204);
    expect(await read(id)).toMatchObject({ status: 'DISCONNECTED' });
    expect((await change(id, { originOrgName: 'x' })).status).toBe(409);

    const back = await hub.call<Integration>('POST', '/v1/integrations', {
      body: { ...customer, originOrgName: 'Again' },
    });
    expect([back.status, back.body.id, back.body.status, back.body.originOrgName]).toEqual([
      201,
      id,
      'ACTIVE',
      'Again',
    ]);
  });

  it('lets nobody in with the keys its customer had, not even when it is back', async () => {
    const customer = aCustomer();
    const { body: secret } = await hub.call<{ integrationId: string; secretKey: string; baseUrl: string }>(
      'POST',
      '/v1/ats/assessments/secrets',
      { body: customer },
    );
    const identify = () =>
      hub.get(InboundKeysService).identify({
        provider: 'acme-ats',
        accountToken: secret.baseUrl.split('/').at(-1)!,
        presentedKey: secret.secretKey,
      });
    expect(await identify()).toMatchObject({ integrationId: secret.integrationId });

    await hub.call('DELETE', `/v1/integrations/${secret.integrationId}`);
    expect(await identify()).toBeNull();
    await hub.call('POST', '/v1/integrations', { body: customer });
    expect(await identify()).toBeNull();
  });
});

describe('what a customer has to put right', () => {
  it('is said on the integration until it is right again', async () => {
    const { id } = await connect();
    const set = (reason: string | null) =>
      hub.get(IntegrationsService).setIssue(hub.database, { id, accountId: hub.accountId }, reason);

    await set('The ATS refused the key.');
    expect(await read(id)).toMatchObject({ status: 'ISSUE', statusReason: 'The ATS refused the key.' });
    await set(null);
    expect(await read(id)).toMatchObject({ status: 'ACTIVE', statusReason: null });
  });
});

describe('the list of integrations', () => {
  it('pages from the newest to the oldest, and filters', async () => {
    const { apiKey } = await hub.anotherAccount();
    const made: Integration[] = [];
    for (let i = 0; i < 3; i++) made.unshift(await connect(aCustomer(), apiKey));
    const plain = await connect({ ...aCustomer(), provider: 'plain-ats' }, apiKey);
    await hub.call('DELETE', `/v1/integrations/${plain.id}`, { apiKey });
    const list = async (query: string) =>
      (await hub.call<Page<Integration>>('GET', `/v1/integrations?${query}`, { apiKey })).body;

    const first = await list('limit=2&provider=acme-ats');
    const second = await list(`limit=2&provider=acme-ats&cursor=${encodeURIComponent(first.nextCursor!)}`);

    expect([...first.data, ...second.data]).toEqual(made);
    expect(second.nextCursor).toBeNull();
    expect((await list('status=DISCONNECTED')).data.map(({ id }) => id)).toEqual([plain.id]);
    expect((await list(`originOrgId=${made[1]!.originOrgId}`)).data).toEqual([made[1]]);
  });

  it.each([
    ['cursor=nonsense', 400],
    ['status=BROKEN', 422],
    ['limit=-1', 422],
    ['other=1', 422],
  ])('refuses %s', async (query, status) => {
    expect((await hub.call('GET', `/v1/integrations?${query}`)).status).toBe(status);
  });
});
