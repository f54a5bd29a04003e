import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Connections, ConnectionHooks } from '#libs/connections';
import { type ConnectionsDesk, openConnectionsDesk } from './connections-desk.js';

type Check = {
  state: string;
  status: string;
  statusReason: string | null;
  permissions: { permission: string; label: string; access: string; state: string }[];
};
type Issues = { data: { code: string; title: string; remedy: string; permission: string | null }[] };

let desk: ConnectionsDesk;
beforeAll(async () => {
  desk = await openConnectionsDesk();
});
afterAll(() => desk.close());
afterEach(() => desk.ats.broken.clear());

let keys = 0;
/** An integration connected by a key that may do this, and the key's rights, to be changed. */
const connected = async (...rights: string[]) => {
  const apiKey = `fk_key${++keys}`;
  const granted = new Set(['me', ...rights]);
  desk.ats.keys.set(apiKey, granted);
  const id = await desk.integration();
  await desk.connect(id, { method: 'key', credentials: { apiKey }, permissions: ['tags', 'tags-write', 'secrets'] });
  return { id, apiKey, granted };
};
const check = async (id: string, body?: object) =>
  (await desk.hub.call<Check>('POST', `/v1/integrations/${id}/check`, body ? { body } : {})).body;
const issues = async (id: string) => (await desk.hub.call<Issues>('GET', `/v1/integrations/${id}/issues`)).body.data;

describe('checking a connection', () => {
  it('tries each permission and names what is missing as the ATS does', async () => {
    const { id } = await connected('tags:list');

    const found = await check(id);

    expect(found).toMatchObject({
      state: 'ACTIVE',
      status: 'ISSUE',
      statusReason: 'Fake ATS does not permit: Tags (write).',
      permissions: [
        { permission: 'tags', label: 'Tags', access: 'read', state: 'GRANTED' },
        { permission: 'tags-write', label: 'Tags', access: 'write', state: 'MISSING' },
        { permission: 'secrets', label: 'Private fields', access: 'read', state: 'UNKNOWN' },
      ],
    });
    expect(await desk.hub.get(Connections).isPermitted(desk.hub.accountId, id, 'tags-write')).toBe('MISSING');
    expect(await desk.hub.get(Connections).isPermitted(desk.hub.accountId, id, 'tags')).toBe('GRANTED');
    expect(await desk.hub.get(Connections).isPermitted(desk.hub.accountId, id, 'toString')).toBe('UNKNOWN');
  });

  it('clears the issue when all is there', async () => {
    const { id, granted } = await connected('tags:list');
    await check(id);
    granted.add('tags:create');

    expect(await check(id)).toMatchObject({ status: 'ACTIVE', statusReason: null });
    expect(await issues(id)).toEqual([]);
  });

  it('tries only what is asked, and keeps what was known of the rest', async () => {
    const { id } = await connected('tags:list');
    await check(id);

    const found = await check(id, { permissions: ['tags'] });

    expect(found.permissions.map(({ permission }) => permission)).toEqual(['tags']);
    expect(found.status).toBe('ISSUE');
  });

  it('says nothing about a permission the ATS does not answer for', async () => {
    const { id } = await connected('tags:list', 'tags:create');
    desk.ats.broken.set('tags', 500);

    const { permissions, status } = await check(id);

    expect([permissions.map(({ state }) => state), status]).toEqual([['UNKNOWN', 'UNKNOWN', 'UNKNOWN'], 'ACTIVE']);
  });

  it('leaves an issue of another kind alone', async () => {
    const { id } = await connected('tags:list', 'tags:create');
    await desk.hub.database.query(
      `UPDATE integrations SET status = 'ISSUE', status_reason = 'The callback was refused.' WHERE id = $1`,
      [id],
    );

    expect(await check(id)).toMatchObject({ status: 'ISSUE', statusReason: 'The callback was refused.' });
    expect(await issues(id)).toMatchObject([{ code: 'integration_issue', title: 'The callback was refused.' }]);
  });

  it('finds out that the key is no longer taken', async () => {
    const { id, apiKey } = await connected('tags:list');
    desk.ats.keys.delete(apiKey);

    expect(await check(id)).toMatchObject({ state: 'NEEDS_RELINK', status: 'NEEDS_RELINK' });
    const again = await desk.hub.call<{ code: string }>('POST', `/v1/integrations/${id}/check`);
    expect([again.status, again.body.code]).toEqual([409, 'needs_relink']);
    expect(await issues(id)).toMatchObject([
      { code: 'needs_relink', remedy: expect.stringContaining('Connect Fake ATS again') },
    ]);
    expect((await desk.events('integration.needs_relink')).filter(({ recordId }) => recordId === id)).toHaveLength(1);
  });

  it('is 502 while the ATS is away, and changes nothing', async () => {
    const { id } = await connected('tags:list');
    desk.ats.broken.set('me', 500);

    expect((await desk.hub.call('POST', `/v1/integrations/${id}/check`)).status).toBe(502);
    expect(await desk.status(id)).toMatchObject({ status: 'ACTIVE' });
  });

  it('refuses a permission that does not exist', async () => {
    const { id } = await connected('tags:list');

    const { status } = await desk.hub.call('POST', `/v1/integrations/${id}/check`, { body: { permissions: ['x'] } });

    expect(status).toBe(422);
  });
});

describe('the issues of an integration', () => {
  it('say what the customer can do about each', async () => {
    const { id } = await connected();
    await check(id);

    expect(await issues(id)).toEqual([
      {
        code: 'permission_missing',
        title: 'Fake ATS does not permit Tags (read).',
        remedy: 'In Fake ATS, give the credentials the permission Tags (read), then check again.',
        permission: 'tags',
      },
      expect.objectContaining({ code: 'permission_missing', permission: 'tags-write' }),
    ]);
  });

  it('are one while a setup is asked for', async () => {
    const id = await desk.integration();
    await desk.hub.call('POST', `/v1/integrations/${id}/request-setup`);

    expect(await issues(id)).toMatchObject([{ code: 'setup_requested' }]);
  });
});

describe('features that take part', () => {
  it('hear of connections made and ended, in the same transaction', async () => {
    const heard: string[] = [];
    const hooks = desk.hub.get(ConnectionHooks);
    const id = await desk.integration();
    hooks.onConnected(async (tx, { integrationId }) => {
      const [row] = await tx.query<{ state: string }>('SELECT state FROM connections WHERE integration_id = $1', [
        integrationId,
      ]);
      if (integrationId === id) heard.push(`connected ${row?.state}`);
    });
    hooks.onDisconnected(async (_tx, { integrationId }) => {
      if (integrationId === id) heard.push('disconnected');
    });

    await desk.connect(id, { method: 'key', credentials: { apiKey: 'fk_good' } });
    await desk.hub.call('DELETE', `/v1/integrations/${id}`);

    expect(heard).toEqual(['connected ACTIVE', 'disconnected']);
  });

  it('undo the connection when they fail', async () => {
    const id = await desk.integration();
    desk.hub.get(ConnectionHooks).onConnected(async (_tx, { integrationId }) => {
      if (integrationId === id) throw new Error('no');
    });

    const { status } = await desk.connect(id, { method: 'key', credentials: { apiKey: 'fk_good' } });

    expect(status).toBe(500);
    expect(
      (await desk.hub.call<Record<string, unknown>>('GET', `/v1/integrations/${id}/connection`)).body,
    ).toMatchObject({
      state: 'NOT_CONNECTED',
    });
  });

  it('share a limit where they share the credentials, and only there', async () => {
    const [first, second, third] = [await desk.integration(), await desk.integration(), await connected('tags:list')];
    for (const id of [first, second]) await desk.connect(id, { method: 'key', credentials: { apiKey: 'fk_good' } });
    const keyOf = async (id: string) => (await desk.hub.get(Connections).access(desk.hub.accountId, id)).budgetKey;

    expect(await keyOf(first)).toBe(await keyOf(second));
    expect(await keyOf(first)).not.toBe(await keyOf(third.id));
  });
});
