import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConnectionsDesk, openConnectionsDesk } from './connections-desk.js';

type Problem = { code: string; detail: string; errors: { path: string; message: string }[] };
type Reply = { outcome: string; connection: Record<string, unknown> };

let desk: ConnectionsDesk;
beforeAll(async () => {
  desk = await openConnectionsDesk();
});
afterAll(() => desk.close());
afterEach(() => desk.ats.broken.clear());

const KEY = { method: 'key', credentials: { apiKey: 'fk_good' } };
const CLIENT = { method: 'client', credentials: { clientId: 'client-1', clientSecret: 'client-secret-1' } };
const read = async (id: string) =>
  (await desk.hub.call<Record<string, unknown>>('GET', `/v1/integrations/${id}/connection`)).body;

describe('connecting with a key', () => {
  it('stores what the ATS takes, and says so', async () => {
    const id = await desk.integration();

    const { status, body } = await desk.connect<Reply>(id, KEY);

    expect([status, body.outcome]).toEqual([200, 'CONNECTED']);
    expect(body.connection).toMatchObject({ state: 'ACTIVE', method: 'key', region: 'main', version: 'v1' });
    expect(await desk.status(id)).toMatchObject({ status: 'ACTIVE', statusReason: null });
    const [event] = (await desk.events('integration.connected')).filter(({ recordId }) => recordId === id);
    expect(event).toMatchObject({
      syncDataType: 'integrations',
      eventData: {
        integration: { id, status: 'ACTIVE' },
        connection: { method: 'key', region: 'main', version: 'v1' },
      },
    });
  });

  it('never shows the key again, nor keeps it in the clear', async () => {
    desk.ats.keys.set('fk_averyverylongsecret42', new Set(['me']));
    const id = await desk.integration();
    await desk.connect(id, { method: 'key', credentials: { apiKey: 'fk_averyverylongsecret42' } });

    const shown = await read(id);
    const [row] = await desk.hub.database.query('SELECT * FROM connections WHERE integration_id = $1', [id]);

    expect(shown).toMatchObject({ lastFourCharacters: 'et42' });
    for (const value of [JSON.stringify(shown), JSON.stringify(await desk.events('integration.connected'))]) {
      expect(value).not.toContain('averyverylong');
    }
    expect(
      Object.values(row!)
        .map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value)))
        .join(),
    ).not.toContain('averyverylong');
  });

  it('stores nothing that the ATS refuses, and does not repeat the key', async () => {
    const id = await desk.integration();

    const { status, body } = await desk.connect<Problem>(id, { method: 'key', credentials: { apiKey: 'fk_wrong123' } });

    expect([status, body.code]).toEqual([422, 'credentials_refused']);
    expect(JSON.stringify(body)).not.toContain('fk_wrong123');
    expect(JSON.stringify(body)).not.toContain(Buffer.from('fk_wrong123:').toString('base64'));
    expect(await read(id)).toMatchObject({ state: 'NOT_CONNECTED' });
  });

  it('keeps the connection there was when a new key is refused', async () => {
    const id = await desk.integration();
    await desk.connect(id, KEY);

    await desk.connect(id, { method: 'key', credentials: { apiKey: 'fk_wrong123' } });

    expect(await read(id)).toMatchObject({ state: 'ACTIVE' });
  });

  it('is 502 while the ATS is away', async () => {
    desk.ats.broken.set('me', 503);
    const id = await desk.integration();

    expect((await desk.connect<Problem>(id, KEY)).body.code).toBe('provider_unavailable');
    expect(await read(id)).toMatchObject({ state: 'NOT_CONNECTED' });
  });

  it('takes a key that may not make the check call but something that was asked for', async () => {
    desk.ats.keys.set('fk_half', new Set(['tags:list']));
    const id = await desk.integration();

    const { body } = await desk.connect<Reply>(id, {
      method: 'key',
      credentials: { apiKey: 'fk_half' },
      permissions: ['tags', 'tags-write'],
    });

    expect(body.connection).toMatchObject({
      state: 'ACTIVE',
      permissions: [
        { permission: 'tags', state: 'GRANTED' },
        { permission: 'tags-write', state: 'MISSING' },
      ],
    });
    expect(await desk.status(id)).toEqual(
      expect.objectContaining({ status: 'ISSUE', statusReason: 'Fake ATS does not permit: Tags (write).' }),
    );
  });

  it('names every field that is wrong, without what was typed', async () => {
    const id = await desk.integration();

    const { status, body } = await desk.connect<Problem>(id, {
      method: 'key',
      credentials: { apiKey: 'not a key', subdomain: 5, other: 'x' },
    });

    expect(status).toBe(422);
    expect(body.errors.map(({ path }) => path).sort()).toEqual([
      'credentials.apiKey',
      'credentials.other',
      'credentials.subdomain',
    ]);
    expect(JSON.stringify(body)).not.toContain('not a key');
  });

  it.each([
    [{ method: 'nothing' }, 'method'],
    [{ method: 'key' }, 'credentials.apiKey'],
    [{ ...KEY, region: 'mars' }, 'region'],
    [{ ...KEY, permissions: ['nothing'] }, 'permissions.0'],
    [{ ...KEY, returnUrl: 'https://app.example' }, 'returnUrl'],
    [{ method: 'oauth', credentials: { apiKey: 'x' } }, 'credentials'],
  ])('refuses %j by naming %s', async (body, path) => {
    const id = await desk.integration();

    const reply = await desk.connect<Problem>(id, body);

    expect([reply.status, reply.body.errors[0]?.path]).toEqual([422, path]);
  });

  it('is 501 where the hub cannot call the ATS, and 409 for a deleted integration', async () => {
    const acme = { provider: 'acme-ats', originOrgId: 'a', originOrgName: 'A' };
    const { body } = await desk.hub.call<{ id: string }>('POST', '/v1/integrations', { body: acme });
    const id = await desk.integration();
    await desk.hub.call('DELETE', `/v1/integrations/${id}`);

    expect([(await desk.connect(body.id, KEY)).status, (await desk.connect(id, KEY)).status]).toEqual([501, 409]);
  });
});

describe('connecting with client credentials', () => {
  it('gets a token first, and keeps it', async () => {
    const id = await desk.integration();
    const before = desk.ats.count('client_credentials');

    const { status } = await desk.connect(id, CLIENT);

    expect(status).toBe(200);
    expect(desk.ats.count('client_credentials')).toBe(before + 1);
    const check = await desk.hub.call('POST', `/v1/integrations/${id}/check`);
    expect([check.status, desk.ats.count('client_credentials')]).toEqual([200, before + 1]);
  });

  it('is refused with the reason, and without the secret', async () => {
    const id = await desk.integration();

    const { status, body } = await desk.connect<Problem>(id, {
      ...CLIENT,
      credentials: { clientId: 'client-1', clientSecret: 'wrong-secret' },
    });

    expect([status, body.code]).toEqual([422, 'credentials_refused']);
    expect(body.detail).toContain('invalid_client');
    expect(JSON.stringify(body)).not.toContain('wrong-secret');
  });

  it('is 502 when the token endpoint is away', async () => {
    const id = await desk.integration();
    desk.ats.faults.push({ when: 'before', answer: { status: 503 } });

    expect((await desk.connect<Problem>(id, CLIENT)).status).toBe(502);
  });
});

describe('disconnecting', () => {
  it('deletes the credentials and keeps the integration', async () => {
    const id = await desk.integration();
    await desk.connect(id, KEY);

    const { status } = await desk.hub.call('POST', `/v1/integrations/${id}/disconnect`);

    expect(status).toBe(204);
    expect(await desk.status(id)).toMatchObject({ status: 'DISCONNECTED' });
    expect(await read(id)).toMatchObject({ state: 'DISCONNECTED', lastFourCharacters: null });
    const [row] = await desk.hub.database.query(
      'SELECT credentials_enc, access_token_enc FROM connections WHERE integration_id = $1',
      [id],
    );
    expect(row).toEqual({ credentials_enc: null, access_token_enc: null });
    expect((await desk.hub.call<Problem>('POST', `/v1/integrations/${id}/check`)).body.code).toBe(
      'integration_not_connected',
    );
  });

  it('changes nothing a second time, or where nothing was connected', async () => {
    const id = await desk.integration();
    await desk.connect(id, KEY);
    const never = await desk.integration();
    const end = (which: string) => desk.hub.call('POST', `/v1/integrations/${which}/disconnect`);

    expect([(await end(id)).status, (await end(id)).status, (await end(never)).status]).toEqual([204, 204, 204]);
    expect((await desk.events('integration.disconnected')).filter(({ recordId }) => recordId === id)).toHaveLength(1);
    expect(await desk.status(never)).toMatchObject({ status: 'ACTIVE' });
  });

  it('comes with deleting the integration', async () => {
    const id = await desk.integration();
    await desk.connect(id, KEY);

    await desk.hub.call('DELETE', `/v1/integrations/${id}`);

    expect(await read(id)).toMatchObject({ state: 'DISCONNECTED' });
  });

  it('can be followed by connecting again', async () => {
    const id = await desk.integration();
    await desk.connect(id, KEY);
    await desk.hub.call('POST', `/v1/integrations/${id}/disconnect`);

    await desk.connect(id, CLIENT);

    expect(await read(id)).toMatchObject({ state: 'ACTIVE', method: 'client' });
    expect(await desk.status(id)).toMatchObject({ status: 'ACTIVE' });
  });
});

describe('asking for a setup', () => {
  const ask = (id: string, body: object = {}) =>
    desk.hub.call<Problem>('POST', `/v1/integrations/${id}/request-setup`, { body });

  it('is heard of, and finished by connecting', async () => {
    const id = await desk.integration();

    const { status } = await ask(id, { note: 'On Monday', contactEmail: 'a@b.example' });

    expect(status).toBe(204);
    expect(await desk.status(id)).toMatchObject({ status: 'SETUP_REQUESTED' });
    expect(await read(id)).toMatchObject({ setupRequest: { note: 'On Monday', contactEmail: 'a@b.example' } });
    const events = (await desk.events('integration.setup_requested')).filter(({ recordId }) => recordId === id);
    expect(events).toEqual([
      expect.objectContaining({
        eventData: expect.objectContaining({ request: expect.objectContaining({ note: 'On Monday' }) }),
      }),
    ]);
    await desk.connect(id, KEY);
    expect(await desk.status(id)).toMatchObject({ status: 'ACTIVE' });
    expect(await read(id)).toMatchObject({ setupRequest: null });
  });

  it('can be ended by an operator, who can set nothing else', async () => {
    const id = await desk.integration();
    await ask(id);
    const set = (status: string) => desk.hub.call('PATCH', `/v1/integrations/${id}`, { body: { status } });

    expect([(await set('ISSUE')).status, (await set('ACTIVE')).status]).toEqual([422, 200]);
    expect(await desk.status(id)).toMatchObject({ status: 'ACTIVE' });
    await desk.connect(id, KEY);
    await desk.hub.call('POST', `/v1/integrations/${id}/disconnect`);
    expect((await set('ACTIVE')).status).toBe(409);
  });

  it('is refused for what is connected, and for an address that is none', async () => {
    const id = await desk.integration();
    expect((await ask(id, { contactEmail: 'nobody' })).body.errors[0]?.path).toBe('contactEmail');
    await desk.connect(id, KEY);

    expect((await ask(id)).status).toBe(409);
  });
});

describe('what a connector says about connecting', () => {
  it('is shown with fields, steps and scopes, and no code of ours', async () => {
    const { body } = await desk.hub.call<{ api: { connect: unknown[]; versions: unknown[]; regions: string[] } }>(
      'GET',
      '/v1/connectors/fake-ats',
    );

    expect(body.api.regions).toEqual(['main', 'other']);
    expect(body.api.connect[2]).toEqual({
      id: 'key',
      kind: 'key',
      label: 'API key',
      version: 'v1',
      steps: ['Open Settings.', 'Make a key.'],
      fields: [
        {
          name: 'apiKey',
          label: 'API key',
          kind: 'secret',
          hint: 'Settings, Keys.',
          pattern: 'fk_[A-Za-z0-9]+',
          isRequired: true,
        },
        { name: 'subdomain', label: 'Subdomain', kind: 'text', hint: null, pattern: null, isRequired: false },
      ],
      consentHint: null,
    });
    expect(body.api.versions[0]).toMatchObject({
      permissions: expect.arrayContaining([
        { permission: 'tags', label: 'Tags', access: 'read', scopes: ['tags:list'] },
      ]),
      models: [{ model: 'tags', fields: ['name'], permission: 'tags' }],
    });
  });
});
