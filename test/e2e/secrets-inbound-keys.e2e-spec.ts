import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InboundKeysService, IntegrationsModule } from '#libs/integrations';
import { acmeAts, plainAts } from '#libs/integrations/testing';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';

interface Secret {
  id: string;
  integrationId: string;
  secretKey: string;
  baseUrl: string;
}

const SECRETS = '/v1/ats/assessments/secrets';

let hub: FeatureApp;
let keys: InboundKeysService;
beforeAll(async () => {
  hub = await startFeatures([IntegrationsModule], [acmeAts, plainAts]);
  keys = hub.get(InboundKeysService);
});
afterAll(() => hub.close());

let customers = 0;
let secret: Secret;
const create = async (body: object) => (await hub.call<Secret>('POST', SECRETS, { body })).body;
const another = ({ integrationId }: Secret) => create({ provider: 'acme-ats', integrationId });
const rotate = async ({ id }: Secret, overlapSeconds = 0) =>
  (await hub.call<Secret>('POST', `${SECRETS}/${id}/rotate`, { body: { overlapSeconds } })).body;
const revoke = ({ id }: Secret) => hub.call('DELETE', `${SECRETS}/${id}`);
const tokenOf = ({ baseUrl }: Secret) => baseUrl.split('/').at(-1)!;
const use = ({ secretKey }: { secretKey: string }, changes: object = {}) =>
  keys.identify({ provider: 'acme-ats', accountToken: tokenOf(secret), presentedKey: secretKey, ...changes });
const callbackKey = () => keys.callbackKey(secret.integrationId);
beforeEach(async () => {
  secret = await create({ provider: 'acme-ats', originOrgId: `org-${++customers}`, originOrgName: 'Globex' });
});

describe('a partner call', () => {
  it('is the integration’s whose key it presents', async () => {
    await hub.call('PATCH', `/v1/integrations/${secret.integrationId}`, {
      body: { settings: { reportClosed: true, allowedCallbackHosts: ['a.example'] } },
    });

    expect(await use(secret)).toEqual({
      accountId: hub.accountId,
      integrationId: secret.integrationId,
      keyId: expect.stringMatching(/^sky_/),
      secretId: secret.id,
      provider: 'acme-ats',
      reportClosed: true,
      allowedCallbackHosts: ['a.example'],
      callbackEndpointId: secret.integrationId.replace('int_', 'whc_'),
      fileEndpointId: secret.integrationId.replace('int_', 'whf_'),
    });
  });

  it('is nobody’s under the base URL of another account or ATS', async () => {
    const { apiKey } = await hub.anotherAccount();
    const foreign = await hub.call<Secret>('POST', SECRETS, {
      apiKey,
      body: { provider: 'acme-ats', originOrgId: 'x', originOrgName: 'x' },
    });

    expect(await use(secret, { accountToken: tokenOf(foreign.body) })).toBeNull();
    expect(await use(secret, { provider: 'plain-ats' })).toBeNull();
    expect(await use(foreign.body)).toBeNull();
  });

  it.each([
    { presentedKey: '' },
    { presentedKey: 'ac_wrong' },
    { presentedKey: '\u0000' },
    { presentedKey: '\ud800' },
    { presentedKey: 'x'.repeat(1_000_000) },
    { accountToken: '' },
    { accountToken: '\u0000' },
    { accountToken: 'x'.repeat(10_000) },
    { provider: '\u0000' },
  ])('is nobody’s with %j', async (changes) => {
    expect(await use(secret, changes)).toBeNull();
  });
});

describe('the time a key was used last', () => {
  const lastUsed = async (id: string) => {
    const [row] = await hub.database.query<{ at: string | null }>(
      'SELECT max(last_used_at)::text AS at FROM inbound_secret_keys WHERE secret_id = $1',
      [id],
    );
    return row!.at;
  };

  it('is written once a minute, not on every call', async () => {
    await use(secret);
    const first = await lastUsed(secret.id);
    await use(secret);

    expect(first).not.toBeNull();
    expect(await lastUsed(secret.id)).toBe(first);

    await hub.database.query(
      `UPDATE inbound_secret_keys SET last_used_at = now() - interval '61 seconds' WHERE secret_id = $1`,
      [secret.id],
    );
    await use(secret);
    expect(Date.parse((await lastUsed(secret.id))!)).toBeGreaterThanOrEqual(Date.parse(first!));
  });

  it('is written at once when another key was used in between', async () => {
    const other = await another(secret);
    await use(secret);
    const first = await lastUsed(secret.id);
    await use(other);
    await use(secret);

    expect(await lastUsed(secret.id)).not.toBe(first);
  });

  it('is written once although a hundred calls come at the same instant', async () => {
    await Promise.all(Array.from({ length: 100 }, () => use(secret)));

    const [row] = await hub.database.query<{ updates: string }>(
      `SELECT count(DISTINCT last_used_at)::text AS updates FROM inbound_secret_keys WHERE secret_id = $1`,
      [secret.id],
    );
    expect(row!.updates).toBe('1');
  });
});

describe('the key a callback presents', () => {
  it('is the one the ATS used last', async () => {
    const other = await another(secret);

    await use(secret);
    expect(await callbackKey()).toBe(secret.secretKey);
    await use(other);
    expect(await callbackKey()).toBe(other.secretKey);
    await use(secret);
    expect(await callbackKey()).toBe(secret.secretKey);
  });

  it('stays the old one after a rotation until the new one is first used', async () => {
    await use(secret);
    const fresh = await rotate(secret);

    expect(await use(secret)).toBeNull();
    expect(await callbackKey()).toBe(secret.secretKey);
    await use(fresh);
    expect(await callbackKey()).toBe(fresh.secretKey);
  });

  it('goes back to the old one when the ATS does during an overlap', async () => {
    await use(secret);
    const fresh = await rotate(secret, 3600);
    await use(fresh);
    await use(secret);

    expect(await callbackKey()).toBe(secret.secretKey);
  });

  it('is none after a revocation, also of a key that a rotation had ended', async () => {
    await use(secret);
    await rotate(secret);
    await revoke(secret);

    expect(await callbackKey()).toBeNull();
  });

  it('is another live one when the one used last is revoked', async () => {
    const other = await another(secret);
    await use(secret);
    await revoke(secret);

    expect(await callbackKey()).toBe(other.secretKey);
  });

  it('is none once the integration is deleted', async () => {
    await use(secret);
    await hub.call('DELETE', `/v1/integrations/${secret.integrationId}`);

    expect(await callbackKey()).toBeNull();
  });
});

describe('a token for client credentials', () => {
  const issue = (changes: object = {}) =>
    keys.issueToken({
      provider: 'acme-ats',
      accountToken: tokenOf(secret),
      clientId: secret.id,
      clientSecret: secret.secretKey,
      lifetimeSeconds: 3600,
      ...changes,
    });
  const asKey = (token: { accessToken: string } | null) => ({ secretKey: token!.accessToken });

  it('lets the ATS in as the integration', async () => {
    const token = await issue();

    expect(token).toEqual({ accessToken: expect.stringMatching(/^at_/), expiresInSeconds: 3600 });
    expect(await use(asKey(token))).toMatchObject({ integrationId: secret.integrationId, secretId: secret.id });
  });

  it('is never what a callback presents', async () => {
    await use(asKey(await issue()));

    expect(await callbackKey()).toBe(secret.secretKey);
  });

  it.each([
    { clientId: 'sec_none' },
    { clientSecret: 'ac_wrong' },
    { accountToken: 'none' },
    { provider: 'plain-ats' },
  ])('is not given for %j', async (changes) => {
    expect(await issue(changes)).toBeNull();
  });

  it('cannot be traded for another, nor can the key of another secret', async () => {
    const token = await issue();
    const other = await another(secret);

    expect(await issue({ clientSecret: token!.accessToken })).toBeNull();
    expect(await issue({ clientSecret: other.secretKey })).toBeNull();
  });

  it('ends with its time, and is gone when the next one is made', async () => {
    const token = await issue();
    await hub.database.query(
      `UPDATE inbound_secret_keys SET not_after = now() - interval '1 second' WHERE secret_id = $1 AND is_token`,
      [secret.id],
    );
    expect(await use(asKey(token))).toBeNull();

    await issue();
    const rows = await hub.database.query('SELECT FROM inbound_secret_keys WHERE secret_id = $1 AND is_token', [
      secret.id,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('ends with a rotation that ends its key, and with a revocation', async () => {
    const first = await issue();
    secret = await rotate(secret);
    expect(await use(asKey(first))).toBeNull();

    const second = await issue();
    await revoke(secret);
    expect(await use(asKey(second))).toBeNull();
  });

  it('does not outlive a key that is running out', async () => {
    const old = secret;
    await rotate(secret, 60);
    const token = await issue({ clientSecret: old.secretKey });

    const [row] = await hub.database.query<{ seconds: number }>(
      `SELECT extract(epoch FROM max(not_after) - now())::float8 AS seconds FROM inbound_secret_keys
       WHERE secret_id = $1 AND is_token`,
      [secret.id],
    );
    expect(token).not.toBeNull();
    expect(row!.seconds).toBeLessThan(61);
  });
});
