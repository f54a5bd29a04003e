import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InboundKeysService, IntegrationsModule } from '#libs/integrations';
import { acmeAts, plainAts } from '#libs/integrations/testing';
import { newId } from '#libs/model';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';

interface Secret {
  id: string;
  integrationId: string;
  provider: string;
  secretKey: string;
  baseUrl: string;
  urls: Record<string, string>;
  setupEmail: { to: string; subject: string; body: string };
  warnings: string[];
}
interface Masked {
  id: string;
  integrationId: string;
  status: string;
  lastFourCharacters: string;
  lastUsedAt: string | null;
}
type Page<T> = { data: T[]; nextCursor: string | null };
type Problem = { code: string; detail: string; errors: { path: string; message: string }[] };

const SECRETS = '/v1/ats/assessments/secrets';

let hub: FeatureApp;
let keys: InboundKeysService;
beforeAll(async () => {
  hub = await startFeatures([IntegrationsModule], [acmeAts, plainAts], { PUBLIC_URL: 'https://hub.vendor.com/' });
  keys = hub.get(InboundKeysService);
});
afterAll(() => hub.close());

let customers = 0;
const aCustomer = () => ({ provider: 'acme-ats', originOrgId: `org-${++customers}`, originOrgName: 'Globex' });
const create = async (body: object = aCustomer(), apiKey = hub.apiKey) =>
  (await hub.call<Secret>('POST', SECRETS, { body, apiKey })).body;
const rotate = async ({ id }: { id: string }, body: object = {}) =>
  (await hub.call<Secret>('POST', `${SECRETS}/${id}/rotate`, { body })).body;
const revoke = ({ id }: { id: string }) => hub.call('DELETE', `${SECRETS}/${id}`);
const listed = async ({ id, integrationId }: Secret) => {
  const { body } = await hub.call<Page<Masked>>('GET', `${SECRETS}?integrationId=${integrationId}`);
  return body.data.find((secret) => secret.id === id)!;
};
const tokenOf = (secret: Secret) => secret.baseUrl.split('/').at(-1)!;
/** The ATS calls with a key; whether it is let in. */
const use = async (secret: Secret, key = secret.secretKey) =>
  (await keys.identify({ provider: 'acme-ats', accountToken: tokenOf(secret), presentedKey: key })) !== null;
const endOverlap = ({ id }: Secret) =>
  hub.database.query(
    `UPDATE inbound_secret_keys SET not_after = now() - interval '1 second' WHERE secret_id = $1 AND not_after IS NOT NULL`,
    [id],
  );

describe('a call about secrets', () => {
  const calls: [string, string][] = [
    ['POST', SECRETS],
    ['GET', SECRETS],
    ['POST', `${SECRETS}/:id/rotate`],
    ['DELETE', `${SECRETS}/:id`],
  ];

  it.each(calls)('is refused without a key, and without the scope: %s %s', async (method, path) => {
    const { id } = await create();
    const { body } = await hub.call<{ apiKey: string }>('POST', '/v1/api-keys', { body: { scopes: ['events:read'] } });

    expect((await hub.call(method, path.replace(':id', id), { apiKey: null })).status).toBe(401);
    expect((await hub.call(method, path.replace(':id', id), { apiKey: body.apiKey })).status).toBe(403);
  });

  it.each(calls.slice(2))('finds nothing with the key of another account: %s %s', async (method, path) => {
    const secret = await create();
    const { apiKey } = await hub.anotherAccount();

    const foreign = await hub.call<Problem>(method, path.replace(':id', secret.id), { apiKey });
    const unknown = await hub.call<Problem>(method, path.replace(':id', newId('secret')), { apiKey });

    expect([foreign.status, foreign.body.detail]).toEqual([404, unknown.body.detail]);
    expect(await use(secret)).toBe(true);
  });

  it.each(calls.slice(2))('finds nothing under an id that is none: %s %s', async (method, path) => {
    for (const id of ['sec_none', '%00', 'x'.repeat(400)]) {
      const { status } = await hub.call(method, path.replace(':id', id));

      expect([404, 422]).toContain(status);
    }
  });
});

describe('a new secret', () => {
  it('makes the integration and says all a customer needs', async () => {
    const reply = await hub.call<Secret>('POST', SECRETS, { body: aCustomer() });

    const { secretKey, baseUrl } = reply.body;
    expect(reply.status).toBe(201);
    expect(secretKey).toMatch(/^ac_[A-Za-z0-9_-]{43}$/);
    expect(baseUrl).toMatch(/^https:\/\/hub\.vendor\.com\/partners\/acme-ats\/[0-9A-Za-z]{22}$/);
    expect(reply.body).toEqual({
      id: expect.stringMatching(/^sec_/),
      integrationId: expect.stringMatching(/^int_/),
      provider: 'acme-ats',
      secretKey,
      baseUrl,
      urls: { listTests: `${baseUrl}/tests` },
      setupEmail: {
        to: 'support@acme-ats.example',
        subject: 'Please enable Default for Globex',
        body: `Key: ${secretKey}\nTests: ${baseUrl}/tests\n`,
      },
      warnings: [],
    });
    const { status } = await hub.call('GET', `/v1/integrations/${reply.body.integrationId}`);
    expect(status).toBe(200);
  });

  it('has the base URL of every other customer of the account, and of no other account', async () => {
    const { apiKey } = await hub.anotherAccount();

    const [first, second, foreign] = [await create(), await create(), await create(aCustomer(), apiKey)];

    expect(first.baseUrl).toBe(second.baseUrl);
    expect(first.baseUrl).not.toBe(foreign.baseUrl);
  });

  it('is one more of the same integration when the customer has one', async () => {
    const customer = aCustomer();
    const first = await create(customer);
    const second = await create(customer);
    const third = await create({ provider: 'acme-ats', integrationId: first.integrationId });

    expect([second.integrationId, third.integrationId]).toEqual([first.integrationId, first.integrationId]);
    for (const secret of [first, second, third]) expect(await use(secret)).toBe(true);
  });

  it('makes one integration although fifty are asked for at once', async () => {
    const customer = aCustomer();

    const secrets = await Promise.all(Array.from({ length: 50 }, () => create(customer)));

    expect(new Set(secrets.map(({ integrationId }) => integrationId)).size).toBe(1);
    expect(new Set(secrets.map(({ secretKey }) => secretKey)).size).toBe(50);
  });

  it('puts a deleted integration back to work', async () => {
    const customer = aCustomer();
    const first = await create(customer);
    await hub.call('DELETE', `/v1/integrations/${first.integrationId}`);

    const second = await create(customer);

    expect(second.integrationId).toBe(first.integrationId);
    expect([await use(first), await use(second)]).toEqual([false, true]);
    expect(await listed(first)).toMatchObject({ status: 'REVOKED' });
  });

  it('is not made for an integration that was deleted, by its id', async () => {
    const { integrationId } = await create();
    await hub.call('DELETE', `/v1/integrations/${integrationId}`);

    expect((await hub.call('POST', SECRETS, { body: { provider: 'acme-ats', integrationId } })).status).toBe(409);
  });

  it('is 501 for an ATS that cannot order assessments', async () => {
    const reply = await hub.call<Problem>('POST', SECRETS, { body: { ...aCustomer(), provider: 'plain-ats' } });

    expect([reply.status, reply.body.code]).toEqual([501, 'capability_unsupported']);
  });

  it.each([
    [{}, 'provider'],
    [{ ...aCustomer(), provider: 'no-such-ats' }, 'provider'],
    [{ provider: 'acme-ats' }, 'originOrgId'],
    [{ provider: 'acme-ats', originOrgId: 'x' }, 'originOrgName'],
    [{ provider: 'acme-ats', originOrgId: 1, originOrgName: 'x' }, 'originOrgId'],
    [{ provider: 'acme-ats', integrationId: 'int_none' }, 'integrationId'],
    [{ provider: 'acme-ats', integrationId: null }, 'integrationId'],
    [{ provider: 'acme-ats', integrationId: newId('integration') }, 'integrationId'],
    [{ ...aCustomer(), extra: 1 }, 'extra'],
    [{ ...aCustomer(), originOrgName: '\u0000' }, 'originOrgName'],
  ])('is refused with the field named: %j', async (body, path) => {
    const reply = await hub.call<Problem>('POST', SECRETS, { body });

    expect(reply.status).toBe(422);
    expect(reply.body.errors.map((error) => error.path)).toContain(path);
  });

  it('is refused for an integration of another customer, ATS or account', async () => {
    const { integrationId } = await create();
    const plain = await hub.call<{ id: string }>('POST', '/v1/integrations', {
      body: { ...aCustomer(), provider: 'plain-ats' },
    });
    const { apiKey } = await hub.anotherAccount();
    const refused = async (body: object, key = hub.apiKey) => {
      const reply = await hub.call<Problem>('POST', SECRETS, { body, apiKey: key });
      return [reply.status, reply.body.errors[0]?.path];
    };

    expect(await refused({ ...aCustomer(), integrationId })).toEqual([422, 'originOrgId']);
    expect(await refused({ provider: 'acme-ats', integrationId: plain.body.id })).toEqual([422, 'integrationId']);
    expect(await refused({ provider: 'acme-ats', integrationId }, apiKey)).toEqual([422, 'integrationId']);
  });
});

describe('the list of secrets', () => {
  it('shows the end of a key and no more', async () => {
    const secret = await create();
    await use(secret);

    const { body } = await hub.call<Page<Masked>>('GET', `${SECRETS}?integrationId=${secret.integrationId}`);

    expect(body).toEqual({
      data: [
        {
          id: secret.id,
          integrationId: secret.integrationId,
          provider: 'acme-ats',
          status: 'ACTIVE',
          lastFourCharacters: secret.secretKey.slice(-4),
          createdAt: expect.stringMatching(/Z$/),
          lastUsedAt: expect.stringMatching(/Z$/),
        },
      ],
      nextCursor: null,
    });
    expect(JSON.stringify(body)).not.toContain(secret.secretKey.slice(0, 20));
  });

  it('pages, and shows nothing of another account', async () => {
    const { apiKey } = await hub.anotherAccount();
    const made: string[] = [];
    for (let i = 0; i < 3; i++) made.unshift((await create(aCustomer(), apiKey)).id);
    const list = async (query: string) => (await hub.call<Page<Masked>>('GET', `${SECRETS}?${query}`, { apiKey })).body;

    const first = await list('limit=2');
    const second = await list(`limit=2&cursor=${encodeURIComponent(first.nextCursor!)}`);

    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(made);
    expect((await list('provider=plain-ats')).data).toEqual([]);
    expect((await hub.call('GET', `${SECRETS}?cursor=%00`)).status).toBeLessThan(500);
    expect((await hub.call('GET', `${SECRETS}?cursor=x`)).status).toBe(400);
  });
});

describe('a rotation', () => {
  it('ends the old key at once and keeps the id', async () => {
    const old = await create();

    const reply = await hub.call<Secret>('POST', `${SECRETS}/${old.id}/rotate`);

    const fresh = reply.body;
    expect([reply.status, fresh.id, fresh.integrationId, fresh.baseUrl]).toEqual([
      200,
      old.id,
      old.integrationId,
      old.baseUrl,
    ]);
    expect(fresh.setupEmail.body).toContain(fresh.secretKey);
    expect([await use(old), await use(fresh)]).toEqual([false, true]);
    expect(await listed(old)).toMatchObject({ status: 'ACTIVE', lastFourCharacters: fresh.secretKey.slice(-4) });
  });

  it('leaves two keys alive for the overlap, never three', async () => {
    const first = await create();

    const second = await rotate(first, { overlapSeconds: 3600 });
    expect([await use(first), await use(second)]).toEqual([true, true]);
    expect(await listed(first)).toMatchObject({ status: 'ROTATING' });

    const third = await rotate(first, { overlapSeconds: 3600 });
    expect([await use(first), await use(second), await use(third)]).toEqual([false, true, true]);

    await endOverlap(first);
    expect([await use(second), await use(third)]).toEqual([false, true]);
    expect(await listed(first)).toMatchObject({ status: 'ACTIVE' });
  });

  it('does not lengthen the life of a key that is running out', async () => {
    const first = await create();
    const second = await rotate(first, { overlapSeconds: 3600 });

    await rotate(first, { overlapSeconds: 86_400 });

    expect([await use(first), await use(second)]).toEqual([false, true]);
  });

  it('one at a time: of ten at once every reply holds a key, and one is alive', async () => {
    const secret = await create();

    const rotated = await Promise.all(Array.from({ length: 10 }, () => rotate(secret)));
    const alive = await Promise.all(rotated.map((one) => use(one)));

    expect(alive.filter(Boolean)).toHaveLength(1);
  });

  it('while the integration is deleted does not get stuck', async () => {
    const secret = await create();

    const [rotated, removed] = await Promise.all([
      hub.call('POST', `${SECRETS}/${secret.id}/rotate`, { body: {} }),
      hub.call('DELETE', `/v1/integrations/${secret.integrationId}`),
    ]);

    expect([200, 409]).toContain(rotated.status);
    expect(removed.status).toBe(204);
  });

  it.each([
    { overlapSeconds: -1 },
    { overlapSeconds: 2_592_001 },
    { overlapSeconds: null },
    { overlapSeconds: 1.5 },
    { x: 1 },
  ])('is refused with %j', async (body) => {
    const secret = await create();

    expect((await hub.call('POST', `${SECRETS}/${secret.id}/rotate`, { body })).status).toBe(422);
    expect(await use(secret)).toBe(true);
  });

  it('is refused for a revoked secret', async () => {
    const secret = await create();
    await revoke(secret);

    expect((await hub.call('POST', `${SECRETS}/${secret.id}/rotate`, { body: {} })).status).toBe(409);
  });
});

describe('a revocation', () => {
  it('ends every key under the id and no other', async () => {
    const customer = aCustomer();
    const first = await create(customer);
    const second = await rotate(first, { overlapSeconds: 3600 });
    const other = await create(customer);

    const reply = await revoke(first);

    expect([reply.status, reply.body]).toEqual([204, null]);
    expect([await use(first), await use(second), await use(other)]).toEqual([false, false, true]);
    expect(await listed(first)).toMatchObject({ status: 'REVOKED' });
    expect((await revoke(first)).status).toBe(204);
  });
});
