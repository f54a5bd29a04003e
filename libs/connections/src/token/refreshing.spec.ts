import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import type { Access } from '#libs/engine';
import { HubError } from '#libs/errors';
import { newId } from '#libs/model';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';
import { until } from '../../../../test/support/until.js';
import { FakeAts, fakeConnector, openInstance } from '../../testing/index.js';
import { OauthAppsRepository } from '../apps/oauth-apps.repository.js';
import { ConnectionsRepository, type NewConnection } from '../connections.repository.js';
import { Connections } from '../connections.js';
import { RefreshLeases } from './refresh-leases.js';
import { RefreshTimes } from './token-keeper.js';

const keys = [{ id: 'k1', key: randomBytes(32) }];
const accountId = newId('account');

let ats: FakeAts;
let origin: string;
let test: TestDatabase;
let one: TestingModule;
let two: TestingModule;
beforeAll(async () => {
  ats = new FakeAts();
  origin = await ats.start();
  test = await createTestDatabase();
  await test.database.query(`INSERT INTO accounts (id, name, partner_token) VALUES ($1, 'Vendor', $1)`, [accountId]);
  one = await instance();
  two = await instance();
  const app = { provider: 'fake-ats', region: 'main', clientId: ats.client.id, clientSecret: ats.client.secret };
  await one.get(OauthAppsRepository).save(accountId, { ...app, scopes: null });
});
afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
  await test.drop();
  await ats.stop();
});
afterEach(() => {
  ats.seen.splice(0);
  ats.faults.splice(0);
  ats.gate = null;
});

function instance(overrides: Parameters<typeof openInstance>[0]['overrides'] = []) {
  return openInstance({ databaseUrl: test.url, keys, connector: fakeConnector(origin), overrides });
}

let customers = 0;
/** An integration connected by consent, whose access token lives for so long. */
async function connected(expiresInSeconds: number, changes: Partial<NewConnection> = {}): Promise<string> {
  const integrationId = newId('integration');
  await test.database.query(
    `INSERT INTO integrations (id, account_id, provider, origin_org_id, origin_org_name, status)
     VALUES ($1, $2, 'fake-ats', $3, 'Globex', 'ACTIVE')`,
    [integrationId, accountId, `customer-${++customers}`],
  );
  await one.get(ConnectionsRepository).save(test.database, {
    ...{ accountId, integrationId, provider: 'fake-ats', method: 'oauth', region: 'main', version: 'v1' },
    ...{ clientId: ats.client.id, budgetKey: integrationId, credentials: null, ...ats.grant() },
    ...{ expiresInSeconds, keepAliveInSeconds: 21_600, lastFour: null, scopes: null, permissions: [] },
    ...{ remoteOrgId: null, remoteOrgName: null, remoteUser: null },
    ...changes,
  });
  return integrationId;
}

/** As a token that is as old as tokens are when they end. */
const grownOld = (id: string) =>
  test.database.query(`UPDATE connections SET obtained_at = now() - interval '1 hour' WHERE integration_id = $1`, [id]);
const accessOf = (module: TestingModule, id: string): Promise<Access> => module.get(Connections).access(accountId, id);
const stateOf = async (id: string) => {
  const [row] = await test.database.query<Record<string, unknown>>(
    `SELECT c.state, i.status, c.refresh_error AS error FROM connections c JOIN integrations i ON i.id = c.integration_id
     WHERE c.integration_id = $1`,
    [id],
  );
  return row;
};
const relinkEvents = async (id: string) => {
  const rows = await test.database.query(
    `SELECT FROM events WHERE type = 'integration.needs_relink' AND account_id = $1 AND integration_id = $2`,
    [accountId, id],
  );
  return rows.length;
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof HubError ? error.code : error),
  );
const rested = (id: string) =>
  test.database.query('UPDATE connections SET refresh_not_before = NULL WHERE integration_id = $1', [id]);

describe('refreshing a token', () => {
  it('is one request for fifty who ask at once in two processes, and all get the new one', async () => {
    const id = await connected(30);
    const accesses = await Promise.all(Array.from({ length: 50 }, (_, at) => accessOf(at % 2 ? one : two, id)));

    const headers = await Promise.all(accesses.map((access) => access.authorize()));

    expect(ats.count('refresh_token')).toBe(1);
    expect(new Set(headers.map(({ authorization }) => authorization)).size).toBe(1);
    expect(ats.takes(headers[0]!)).toBe(true);
    expect(await stateOf(id)).toEqual({ state: 'ACTIVE', status: 'ACTIVE', error: null });
  });

  it('goes on and on with rotating tokens', async () => {
    ats.options.expiresInSeconds = 30;
    const id = await connected(30);

    for (let turn = 0; turn < 5; turn++) {
      const access = await accessOf(turn % 2 ? one : two, id);
      expect(ats.takes(await access.authorize())).toBe(true);
    }

    expect(ats.count('refresh_token')).toBe(5);
    ats.options.expiresInSeconds = 3_600;
  });

  it('does not happen while the token lives for more than a minute', async () => {
    const id = await connected(65);

    const access = await accessOf(one, id);
    await Promise.all([access.authorize(), access.authorize()]);

    expect(ats.count('refresh_token')).toBe(0);
  });

  it('is asked for once more when the request never arrived', async () => {
    ats.faults.push({ when: 'before', answer: 'cut' });
    const id = await connected(0);

    const headers = await (await accessOf(one, id)).authorize();

    expect([ats.count('refresh_token'), ats.takes(headers)]).toEqual([2, true]);
    expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE' });
  });

  it('ends the connection when the answer was lost and the ATS takes the old token no longer', async () => {
    ats.faults.push({ when: 'after', answer: 'cut' });
    const id = await connected(0);
    const accesses = await Promise.all(Array.from({ length: 10 }, (_, at) => accessOf(at % 2 ? one : two, id)));

    const codes = await Promise.all(accesses.map((access) => codeOf(access.authorize())));

    expect(new Set(codes)).toEqual(new Set(['needs_relink']));
    expect(ats.count('refresh_token')).toBe(2);
    expect(await stateOf(id)).toMatchObject({ state: 'NEEDS_RELINK', status: 'NEEDS_RELINK' });
    expect(await relinkEvents(id)).toBe(1);
    expect(await codeOf(accessOf(two, id))).toBe('needs_relink');
  });

  it('is taken over from a process that died between the answer and storing it', async () => {
    const short = Object.assign(new RefreshTimes(), { leaseMs: 500 });
    const dying = await instance([
      [RefreshTimes, short],
      [RefreshLeases, new LeasesThatHang(test.database, one.get(ConnectionsRepository))],
    ]);
    const id = await connected(0);
    void codeOf((await accessOf(dying, id)).authorize());
    await until(() => ats.count('refresh_token') === 1);

    const code = await codeOf((await accessOf(one, id)).authorize());

    // The strict ATS takes the old token for a stolen one; only the customer can help now.
    expect([code, ats.count('refresh_token')]).toEqual(['needs_relink', 2]);
    expect(await relinkEvents(id)).toBe(1);
    await dying.close();
  });

  it.each([
    ['503', { status: 503 }],
    ['429', { status: 429, headers: { 'retry-after': '7' } }],
    ['a client the ATS does not know for the moment', { status: 401, body: { error: 'invalid_client' } }],
  ])('leaves the connection alone after %s', async (_what, answer) => {
    ats.faults.push({ when: 'before', answer });
    const id = await connected(0);

    expect(await codeOf((await accessOf(one, id)).authorize())).toBe('provider_unavailable');
    // Nobody asks again at once.
    expect(await codeOf((await accessOf(two, id)).authorize())).toBe('provider_unavailable');
    expect(ats.count('refresh_token')).toBe(1);
    expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE', status: 'ACTIVE', error: expect.any(String) });
    await rested(id);
    expect(ats.takes(await (await accessOf(two, id)).authorize())).toBe(true);
    expect(await stateOf(id)).toMatchObject({ error: null });
  });

  it('lets a token that still works for a moment be used while the ATS gives out no other', async () => {
    ats.faults.push({ when: 'before', answer: { status: 503 } });
    const id = await connected(40);

    expect(ats.takes(await (await accessOf(one, id)).authorize())).toBe(true);
    expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE' });
  });

  it('ends the connection on a final refusal', async () => {
    const id = await connected(0, { refreshToken: 'rt_unknown' });

    expect(await codeOf((await accessOf(one, id)).authorize())).toBe('needs_relink');
    expect([ats.count('refresh_token'), await relinkEvents(id)]).toEqual([1, 1]);
  });

  it('does not undo a connection that was made anew meanwhile', async () => {
    const opened = Promise.withResolvers<void>();
    ats.gate = opened.promise;
    const id = await connected(0, { refreshToken: 'rt_unknown' });
    const asking = codeOf((await accessOf(one, id)).authorize());
    await until(() => ats.count('refresh_token') === 1);
    const row = (await one.get(ConnectionsRepository).find(accountId, id))!;
    await one.get(ConnectionsRepository).save(test.database, {
      ...row,
      ...{ credentials: null, ...ats.grant(), expiresInSeconds: 3_600, keepAliveInSeconds: null },
    });
    opened.resolve();

    await asking;

    expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE', status: 'ACTIVE' });
    expect(ats.takes(await (await accessOf(two, id)).authorize())).toBe(true);
  });
});

describe('a token refused before its time', () => {
  it('is replaced once, however many were refused', async () => {
    const id = await connected(3_600);
    await grownOld(id);
    const accesses = await Promise.all(Array.from({ length: 20 }, (_, at) => accessOf(at % 2 ? one : two, id)));
    await Promise.all(accesses.map((access) => access.authorize()));
    ats.endAccessTokens();

    const renewed = await Promise.all(accesses.map((access) => access.renew()));

    expect([new Set(renewed), ats.count('refresh_token')]).toEqual([new Set([true]), 1]);
    expect(ats.takes(await accesses[0]!.authorize())).toBe(true);
  });

  it('ends the connection when the customer took the consent back', async () => {
    const id = await connected(3_600);
    await grownOld(id);
    const access = await accessOf(one, id);
    ats.revokeAll();

    expect([await access.renew(), await stateOf(id)]).toEqual([
      false,
      expect.objectContaining({ state: 'NEEDS_RELINK' }),
    ]);
    expect(await codeOf(access.authorize())).toBe('needs_relink');
  });

  it('ends the connection when even new ones are refused time after time', async () => {
    const id = await connected(3_600);
    const access = await accessOf(one, id);
    const renewLater = async () => {
      await test.database.query(
        `UPDATE connections SET obtained_at = now() - interval '1 minute' WHERE integration_id = $1`,
        [id],
      );
      return access.renew();
    };

    const answers = [await renewLater(), await renewLater(), await renewLater(), await renewLater()];

    expect(answers).toEqual([true, true, true, false]);
    expect(await stateOf(id)).toMatchObject({ state: 'NEEDS_RELINK' });
  });
});

describe('tokens that are refused as soon as they are there', () => {
  const aSyncLater = async (id: string, access: Access, isTaken: boolean) => {
    await test.database.query(
      `UPDATE connections SET obtained_at = now() - interval '15 minutes' WHERE integration_id = $1`,
      [id],
    );
    const isRenewed = await access.renew();
    if (!isTaken) await access.refusedAnew();
    return isRenewed;
  };

  it('end the connection, however long lies between two of them', async () => {
    const id = await connected(3_600);
    const access = await accessOf(one, id);

    for (const _ of [1, 2]) await aSyncLater(id, access, false);
    expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE' });
    await aSyncLater(id, access, false);

    expect(await stateOf(id)).toMatchObject({ state: 'NEEDS_RELINK' });
  });

  it('count only in a row', async () => {
    const id = await connected(3_600);
    const access = await accessOf(one, id);

    for (const isTaken of [false, false, true, false, false]) await aSyncLater(id, access, isTaken);

    expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE' });
  });
});

describe('a token by client credentials', () => {
  const ofClient = () => {
    const credentials = JSON.stringify({ clientId: ats.client.id, clientSecret: ats.client.secret });
    return connected(0, { method: 'client', clientId: null, credentials, accessToken: null, refreshToken: null });
  };

  it('is asked for once by all who need it', async () => {
    const id = await ofClient();
    const accesses = await Promise.all(Array.from({ length: 20 }, (_, at) => accessOf(at % 2 ? one : two, id)));

    const headers = await Promise.all(accesses.map((access) => access.authorize()));

    expect([ats.count('client_credentials'), ats.takes(headers[0]!)]).toEqual([1, true]);
    await (await accessOf(two, id)).authorize();
    expect(ats.count('client_credentials')).toBe(1);
  });

  it('is out of reach for a moment while the ATS is away', async () => {
    ats.faults.push({ when: 'before', answer: { status: 500 } }, { when: 'before', answer: { status: 500 } });
    const id = await ofClient();

    expect(await codeOf((await accessOf(one, id)).authorize())).toBe('provider_unavailable');
    expect(await stateOf(id)).toMatchObject({ state: 'ACTIVE' });
  });
});

/** As those of a process that dies when it has the answer. */
class LeasesThatHang extends RefreshLeases {
  override commit(): ReturnType<RefreshLeases['commit']> {
    return new Promise(() => {});
  }
}
