import { Controller, Get, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectionsModule, IntegrationId } from '#libs/connections';
import { FakeAts, fakeConnector } from '#libs/connections/testing';
import { Scopes } from '#libs/http';
import { IntegrationsModule } from '#libs/integrations';
import { newId } from '#libs/model';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';

@Controller('v1/echo')
class EchoController {
  @Get()
  @Scopes('integrations:read')
  get(@IntegrationId() id: string) {
    return { id };
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

let hub: FeatureApp;
let ats: FakeAts;
let id: string;
beforeAll(async () => {
  ats = new FakeAts();
  hub = await startFeatures([IntegrationsModule, ConnectionsModule, EchoModule], [fakeConnector(await ats.start())], {
    ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
  });
  const body = { provider: 'fake-ats', originOrgId: 'customer', originOrgName: 'Globex' };
  id = (await hub.call<{ id: string }>('POST', '/v1/integrations', { body })).body.id;
});
afterAll(async () => {
  await hub.close();
  await ats.stop();
});

const CALLS: [string, string][] = [
  ['POST', '/v1/integrations/:id/connect'],
  ['GET', '/v1/integrations/:id/connection'],
  ['POST', '/v1/integrations/:id/check'],
  ['POST', '/v1/integrations/:id/disconnect'],
  ['POST', '/v1/integrations/:id/request-setup'],
  ['GET', '/v1/integrations/:id/issues'],
  ['GET', '/v1/oauth-apps'],
  ['GET', '/v1/oauth-apps/fake-ats'],
  ['PUT', '/v1/oauth-apps/fake-ats'],
  ['DELETE', '/v1/oauth-apps/fake-ats'],
];
const VALID: Record<string, object> = {
  connect: { method: 'key', credentials: { apiKey: 'fk_good' } },
  'fake-ats': { clientId: 'c', clientSecret: 's' },
};
const bodyFor = (method: string, path: string) =>
  method === 'GET' || method === 'DELETE' ? {} : { body: VALID[path.split('/').at(-1)!] ?? {} };

describe('a call about connections', () => {
  it.each(CALLS)('is refused without a key, and without the scope: %s %s', async (method, path) => {
    const { body } = await hub.call<{ apiKey: string }>('POST', '/v1/api-keys', {
      body: { scopes: ['events:read', 'integrations:read', 'integrations:write'] },
    });
    const status = async (apiKey: string | null) =>
      (await hub.call(method, path.replace(':id', id), { apiKey, ...bodyFor(method, path) })).status;

    expect([await status(null), await status(body.apiKey)]).toEqual([401, 403]);
  });

  it.each(CALLS.filter(([, path]) => path.includes(':id')))(
    'finds nothing with the key of another account, or of what does not exist: %s %s',
    async (method, path) => {
      const { apiKey } = await hub.anotherAccount();
      const options = bodyFor(method, path);

      const replies = await Promise.all([
        hub.call(method, path.replace(':id', id), { apiKey, ...options }),
        hub.call(method, path.replace(':id', newId('integration')), options),
        hub.call(method, path.replace(':id', 'nonsense'), options),
      ]);

      expect(replies.map(({ status }) => status)).toEqual([404, 404, 404]);
    },
  );

  it('shows no OAuth client of another account', async () => {
    await hub.call('PUT', '/v1/oauth-apps/fake-ats', { body: { clientId: 'c', clientSecret: 's' } });
    const { apiKey } = await hub.anotherAccount();

    expect((await hub.call('GET', '/v1/oauth-apps/fake-ats', { apiKey })).status).toBe(404);
    expect((await hub.call('DELETE', '/v1/oauth-apps/fake-ats', { apiKey })).status).toBe(404);
    expect((await hub.call<{ data: unknown[] }>('GET', '/v1/oauth-apps', { apiKey })).body.data).toEqual([]);
  });
});

describe('a hostile body', () => {
  const bodies: [string, unknown][] = [
    ['a list', []],
    ['text', '"x"'],
    ['broken JSON', '{'],
    ['a number for everything', { method: 1, credentials: 1, region: 1, permissions: 1, scopes: 1, returnUrl: 1 }],
    ['unknown fields', { method: 'key', hack: 1 }],
    ['prototypes', '{"method":"__proto__","credentials":{"__proto__":{"apiKey":"fk_good"}}}'],
    ['a constructor as a method', { method: 'constructor' }],
    [
      'a region that is a property of objects',
      { method: 'key', region: 'toString', credentials: { apiKey: 'fk_good' } },
    ],
    ['a permission that is one', { method: 'key', permissions: ['constructor'], credentials: { apiKey: 'fk_good' } }],
    ['a line break in a key', { method: 'key', credentials: { apiKey: 'fk_good\r\nx: y' } }],
    ['a NUL byte in a key', { method: 'key', credentials: { apiKey: 'fk_\u0000' } }],
    ['a key of a megabyte', { method: 'key', credentials: { apiKey: `fk_${'a'.repeat(60_000)}` } }],
    ['a key that is an object', { method: 'key', credentials: { apiKey: { $ne: null } } }],
    [
      'fields that are properties of objects',
      { method: 'key', credentials: { apiKey: 'fk_good', hasOwnProperty: 'x' } },
    ],
    ['a thousand scopes', { method: 'oauth', scopes: Array.from({ length: 1000 }, (_, at) => `s${at}`) }],
  ];

  it.each(bodies)('is the caller’s fault at connect: %s', async (_what, body) => {
    const { status } = await hub.call('POST', `/v1/integrations/${id}/connect`, { body });

    expect([400, 422]).toContain(status);
  });

  it.each([...bodies.slice(0, 5), ['two wrong fields', { note: 5, contactEmail: '<script>' }]])(
    'is the caller’s fault elsewhere: %s',
    async (_what, body) => {
      for (const path of ['check', 'request-setup', 'disconnect']) {
        const { status } = await hub.call('POST', `/v1/integrations/${id}/${path}`, { body });
        expect([400, 422]).toContain(status);
      }
      const { status } = await hub.call('PUT', '/v1/oauth-apps/fake-ats', { body });
      expect([400, 422]).toContain(status);
    },
  );

  it.each(['..%2f..', '%00', '%ff', 'x'.repeat(300), 'constructor', '__proto__'])(
    'is the caller’s fault in a path: %s',
    async (provider) => {
      const body = { clientId: 'c', clientSecret: 's' };
      const put = await hub.call('PUT', `/v1/oauth-apps/${provider}`, { body });
      const back = await fetch(`${hub.url}/oauth/${provider}/callback?code=a&state=b`);

      expect(put.status).toBeGreaterThanOrEqual(400);
      expect(put.status).toBeLessThan(500);
      expect(back.status).toBeGreaterThanOrEqual(400);
      expect(back.status).toBeLessThan(500);
    },
  );

  it.each(['', '?state=a&state=b', '?code=%00&state=x', '?state[x]=1', '?error=%3Cscript%3E', '?error=x&state=y'])(
    'is no fault of the hub at the callback: %s',
    async (query) => {
      const reply = await fetch(`${hub.url}/oauth/fake-ats/callback${query}`);

      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status).toBeLessThan(500);
      expect(await reply.text()).not.toContain('<script>');
    },
  );
});

describe('the header that names an integration', () => {
  const echo = (headers: Record<string, string>, apiKey = hub.apiKey) =>
    hub.call<{ id: string; errors: { path: string }[] }>('GET', '/v1/echo', { headers, apiKey });

  it('gives its id, by either name', async () => {
    const own = await echo({ 'x-integration-id': id });
    const alias = await echo({ 'x-knit-integration-id': id });
    const both = await echo({ 'x-integration-id': id, 'x-knit-integration-id': id });

    expect([own.body, alias.body, both.body]).toEqual([{ id }, { id }, { id }]);
  });

  it('is required, and names one of the account', async () => {
    const { apiKey } = await hub.anotherAccount();

    expect((await echo({})).body.errors[0]?.path).toBe('x-integration-id');
    expect((await echo({ 'x-integration-id': id, 'x-knit-integration-id': 'other' })).status).toBe(422);
    expect((await echo({ 'x-integration-id': 'x'.repeat(300) })).status).toBe(422);
    expect((await echo({ 'x-integration-id': id }, apiKey)).status).toBe(404);
    expect((await echo({ 'x-integration-id': newId('integration') })).status).toBe(404);
    expect((await echo({ 'x-integration-id': 'nonsense' })).status).toBe(404);
  });
});
