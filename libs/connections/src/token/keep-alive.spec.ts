import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import { newId } from '#libs/model';
import { Database } from '#libs/store';
import { createLogger } from '#libs/telemetry';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';
import { FakeAts, fakeConnector, openInstance } from '../../testing/index.js';
import { OauthAppsRepository } from '../apps/oauth-apps.repository.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { Connections } from '../connections.js';
import { KeepAlive } from './keep-alive.js';
import { TokenKeeper } from './token-keeper.js';

const accountId = newId('account');

let ats: FakeAts;
let test: TestDatabase;
let hub: TestingModule;
let keepAlive: KeepAlive;
beforeAll(async () => {
  ats = new FakeAts();
  const connector = fakeConnector(await ats.start());
  test = await createTestDatabase();
  await test.database.query(`INSERT INTO accounts (id, name, partner_token) VALUES ($1, 'Vendor', $1)`, [accountId]);
  hub = await openInstance({ databaseUrl: test.url, keys: [{ id: 'k1', key: randomBytes(32) }], connector });
  const app = { provider: 'fake-ats', region: 'main', clientId: ats.client.id, clientSecret: ats.client.secret };
  await hub.get(OauthAppsRepository).save(accountId, { ...app, scopes: null });
  const log = createLogger({ name: 'test', level: 'silent' });
  keepAlive = new KeepAlive(hub.get(Database), hub.get(Connections), hub.get(TokenKeeper), log);
});
afterAll(async () => {
  await hub.close();
  await test.drop();
  await ats.stop();
});
afterEach(() => {
  ats.seen.splice(0);
});

let customers = 0;
async function connected(keepAliveInSeconds: number | null): Promise<string> {
  const integrationId = newId('integration');
  await test.database.query(
    `INSERT INTO integrations (id, account_id, provider, origin_org_id, origin_org_name, status)
     VALUES ($1, $2, 'fake-ats', $3, 'Globex', 'ACTIVE')`,
    [integrationId, accountId, `customer-${++customers}`],
  );
  await hub.get(ConnectionsRepository).save(test.database, {
    ...{ accountId, integrationId, provider: 'fake-ats', method: 'oauth', region: 'main', version: 'v1' },
    ...{ clientId: ats.client.id, budgetKey: integrationId, credentials: null, ...ats.grant() },
    ...{ expiresInSeconds: 3_600, keepAliveInSeconds, lastFour: null, scopes: null, permissions: [] },
    ...{ remoteOrgId: null, remoteOrgName: null, remoteUser: null },
  });
  return integrationId;
}

describe('keeping connections alive', () => {
  it('refreshes those whose refresh token would die unused, each once', async () => {
    const due = await Promise.all([connected(-1), connected(-1), connected(-1)]);
    await connected(3_600);
    await connected(null);

    await keepAlive.run();
    await keepAlive.run();

    expect(ats.count('refresh_token')).toBe(3);
    const rows = await test.database.query<{ hours: number }>(
      `SELECT round(extract(epoch FROM keep_alive_at - now()) / 3600)::integer AS hours FROM connections
       WHERE integration_id = ANY ($1)`,
      [due],
    );
    // A quarter of the day that this ATS's refresh tokens live.
    expect(rows.map(({ hours }) => hours)).toEqual([6, 6, 6]);
  });

  it('comes back to those that failed for a reason that may pass', async () => {
    const id = await connected(-1);
    ats.faults.push({ when: 'before', answer: { status: 503 } });

    await keepAlive.run();
    await test.database.query('UPDATE connections SET refresh_not_before = NULL WHERE integration_id = $1', [id]);
    await keepAlive.run();

    expect(ats.count('refresh_token')).toBe(2);
    expect((await hub.get(ConnectionsRepository).find(accountId, id))?.state).toBe('ACTIVE');
  });

  it('is not held up by one that is over', async () => {
    const [gone, alive] = [await connected(-1), await connected(-1)];
    ats.faults.push({ when: 'before', answer: { status: 400, body: { error: 'invalid_grant' } } });

    await keepAlive.run();

    const states = await Promise.all(
      [gone, alive].map(async (id) => (await hub.get(ConnectionsRepository).find(accountId, id))?.state),
    );
    expect(states.toSorted()).toEqual(['ACTIVE', 'NEEDS_RELINK']);
  });
});
