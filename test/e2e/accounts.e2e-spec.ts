import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { AccountsService } from '#libs/accounts';
import { Public, SCOPES, Scopes } from '#libs/http';
import { createTestDatabase } from '../support/database.js';
import { type FeatureApp, startFeatures } from '../support/feature-app.js';
import { until } from '../support/until.js';

interface ApiKey {
  id: string;
  name: string | null;
  prefix: string;
  lastFour: string;
  scopes: string[];
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
  previousKeyValidUntil: string | null;
  apiKey: string;
}
type KeyPage = { data: ApiKey[]; nextCursor: string | null };
type Problem = { code: string; detail: string; errors: { path: string }[] };

@Controller('v1/doors')
class DoorsController {
  @Get('forgotten')
  forgotten() {
    return 'open';
  }

  @Get('public')
  @Public()
  public() {
    return { open: true };
  }

  @Get('events')
  @Scopes('events:read')
  events() {
    return { open: true };
  }
}

@Controller('v1/half-open')
@Public()
class HalfOpenController {
  @Get()
  @Scopes('events:read')
  closed() {
    return { open: true };
  }
}

@Module({ controllers: [DoorsController, HalfOpenController] })
class DoorsModule {}

let hub: FeatureApp;
beforeAll(async () => {
  hub = await startFeatures([DoorsModule]);
});
afterAll(() => hub.close());

const keyWith = async (scopes: string[], from?: string) =>
  (await hub.call<ApiKey>('POST', '/v1/api-keys', { body: { scopes }, ...(from ? { apiKey: from } : {}) })).body;

describe('a call without a good API key', () => {
  it.each([
    ['POST', '/v1/accounts'],
    ['POST', '/v1/api-keys'],
    ['GET', '/v1/accounts/me'],
    ['PATCH', '/v1/accounts/me'],
    ['GET', '/v1/api-keys'],
    ['POST', '/v1/api-keys/key_0000000000000000000000/rotate'],
    ['DELETE', '/v1/api-keys/key_0000000000000000000000'],
  ])('is refused: %s %s', async (method, path) => {
    for (const apiKey of [null, 'atsm_wrong', 'atsm_', `${hub.apiKey}x`]) {
      const reply = await hub.call<Problem>(method, path, { apiKey });

      expect([reply.status, reply.body.code]).toEqual([401, 'unauthorized']);
      expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  it.each(['', 'Bearer', 'Basic abc', 'Bearer a b', `Bearer ${'x'.repeat(300)}`])(
    'is refused with authorization %j',
    async (authorization) => {
      const reply = await hub.call('GET', '/v1/api-keys', { apiKey: null, headers: { authorization } });

      expect(reply.status).toBe(401);
    },
  );
});

describe('the guard', () => {
  it('refuses a route that says nothing about who may call it, with a good key too', async () => {
    const withKey = await hub.call<Problem>('GET', '/v1/doors/forgotten');
    const without = await hub.call<Problem>('GET', '/v1/doors/forgotten', { apiKey: null });

    expect([withKey.status, withKey.body.code]).toEqual([403, 'scope_missing']);
    expect(without.status).toBe(403);
  });

  it('lets anybody through to what is public', async () => {
    expect((await hub.call('GET', '/v1/doors/public', { apiKey: null })).status).toBe(200);
  });

  it('takes the scopes of a method before the public of its class', async () => {
    expect((await hub.call('GET', '/v1/half-open', { apiKey: null })).status).toBe(401);
    expect((await hub.call('GET', '/v1/half-open')).status).toBe(200);
  });

  it('wants the scope of the route', async () => {
    const { apiKey } = await keyWith(['assessments:read']);

    const reply = await hub.call<Problem>('GET', '/v1/doors/events', { apiKey });

    expect([reply.status, reply.body.code]).toEqual([403, 'scope_missing']);
    expect(reply.body.detail).toContain('events:read');
  });

  it('notes when a key was used, once a minute', async () => {
    const { id, apiKey } = await keyWith(['events:read']);
    const lastUsed = async () => {
      const [row] = await hub.database.query<{ at: Date | null }>(
        'SELECT last_used_at AS at FROM api_keys WHERE id = $1',
        [id],
      );
      return row!.at;
    };

    await hub.call('GET', '/v1/doors/events', { apiKey });
    const first = await until(lastUsed);
    await hub.call('GET', '/v1/doors/events', { apiKey });
    expect(await lastUsed()).toEqual(first);

    await hub.database.query(`UPDATE api_keys SET last_used_at = now() - interval '61 seconds' WHERE id = $1`, [id]);
    await hub.call('GET', '/v1/doors/events', { apiKey });
    expect(await until(async () => ((await lastUsed())! >= first ? true : null))).toBe(true);
  });
});

describe('a new account', () => {
  it('gets a key with every scope but accounts:write', async () => {
    const reply = await hub.call<{ id: string; name: string; apiKey: string }>('POST', '/v1/accounts', {
      body: { name: 'Prüfwerk 测评' },
    });

    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      id: expect.stringMatching(/^acc_[0-9A-Za-z]{22}$/),
      name: 'Prüfwerk 测评',
      apiKey: expect.stringMatching(/^atsm_[A-Za-z0-9_-]{43}$/),
    });
    const { apiKey } = reply.body;
    const { body } = await hub.call<KeyPage>('GET', '/v1/api-keys', { apiKey });
    expect(body.data).toHaveLength(1);
    expect(body.data[0]!.scopes.toSorted()).toEqual(SCOPES.filter((scope) => scope !== 'accounts:write').toSorted());
    expect((await hub.call('POST', '/v1/accounts', { apiKey, body: { name: 'Mine' } })).status).toBe(403);
  });

  it('is not told of another account', async () => {
    const { apiKey } = await hub.anotherAccount();
    const { id } = await keyWith(['events:read']);

    expect((await hub.call('DELETE', `/v1/api-keys/${id}`, { apiKey })).status).toBe(404);
    expect((await hub.call('POST', `/v1/api-keys/${id}/rotate`, { apiKey, body: {} })).status).toBe(404);
    const { body } = await hub.call<KeyPage>('GET', '/v1/api-keys', { apiKey });
    expect(body.data.map((key) => key.id)).not.toContain(id);
  });

  it.each([
    {},
    { name: '' },
    { name: '  ' },
    { name: 1 },
    { name: 'x'.repeat(256) },
    { name: 'a\u0000' },
    { name: '\ud800' },
  ])('needs a good name: %j', async (body) => {
    const reply = await hub.call<Problem>('POST', '/v1/accounts', { body });

    expect([reply.status, reply.body.errors[0]!.path]).toEqual([422, 'name']);
  });
});

describe('the account of the calling key', () => {
  it('is read with any key and renamed with one that manages keys', async () => {
    const { id, apiKey } = await hub.anotherAccount('Old name');
    const weak = await keyWith(['events:read'], apiKey);
    const rename = (name: unknown, key: string) =>
      hub.call('PATCH', '/v1/accounts/me', { apiKey: key, body: { name } });

    expect((await rename('New name', weak.apiKey)).status).toBe(403);
    expect((await rename('', apiKey)).status).toBe(422);
    expect((await rename('New name', apiKey)).status).toBe(200);
    const { body } = await hub.call('GET', '/v1/accounts/me', { apiKey: weak.apiKey });
    expect(body).toEqual({ id, name: 'New name', createdAt: expect.stringMatching(/Z$/) });
    expect((await hub.call('GET', '/v1/accounts/me')).body).toMatchObject({ id: hub.accountId, name: 'Default' });
  });
});

describe('an API key', () => {
  it('is shown once and listed with its beginning and end', async () => {
    const made = await hub.call<ApiKey>('POST', '/v1/api-keys', { body: { name: 'Reports', scopes: ['events:read'] } });
    const { body } = await hub.call<KeyPage>('GET', '/v1/api-keys?limit=1');

    expect(made.status).toBe(201);
    const { apiKey, ...shown } = made.body;
    expect(body.data).toEqual([shown]);
    expect(shown).toEqual({
      id: expect.stringMatching(/^key_/),
      name: 'Reports',
      prefix: apiKey.slice(0, 9),
      lastFour: apiKey.slice(-4),
      scopes: ['events:read'],
      createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
      lastUsedAt: null,
      revokedAt: null,
      previousKeyValidUntil: null,
    });
  });

  it('is kept as a hash only', async () => {
    const { apiKey } = await keyWith(['events:read']);

    const rows = await hub.database.query<{ row: string }>('SELECT k::text AS row FROM api_keys k');

    expect(rows.filter(({ row }) => row.includes(apiKey.slice(5, 30)))).toEqual([]);
  });

  it('cannot hand out scopes it does not have', async () => {
    const { apiKey } = await keyWith(['api-keys:write', 'events:read']);

    const more = await hub.call<Problem>('POST', '/v1/api-keys', { apiKey, body: { scopes: ['webhooks:write'] } });
    const same = await hub.call<ApiKey>('POST', '/v1/api-keys', { apiKey, body: {} });

    expect([more.status, more.body.code, more.body.errors[0]!.path]).toEqual([403, 'scope_missing', 'scopes']);
    expect(same.body.scopes.toSorted()).toEqual(['api-keys:write', 'events:read']);
  });

  it('cannot take over a key with more scopes by rotating it', async () => {
    const strong = await keyWith(['events:read', 'webhooks:write']);
    const { apiKey } = await keyWith(['api-keys:write', 'events:read']);

    const reply = await hub.call('POST', `/v1/api-keys/${strong.id}/rotate`, { apiKey, body: {} });

    expect(reply.status).toBe(403);
    expect((await hub.call('GET', '/v1/doors/events', { apiKey: strong.apiKey })).status).toBe(200);
  });

  it('stops at once when it is rotated, under the same id', async () => {
    const old = await keyWith(['events:read']);

    const { status, body } = await hub.call<ApiKey>('POST', `/v1/api-keys/${old.id}/rotate`);

    expect([status, body.id, body.scopes]).toEqual([200, old.id, old.scopes]);
    expect((await hub.call('GET', '/v1/doors/events', { apiKey: old.apiKey })).status).toBe(401);
    expect((await hub.call('GET', '/v1/doors/events', { apiKey: body.apiKey })).status).toBe(200);
  });

  it('works on for the overlap it is rotated with, and ends with a second rotation', async () => {
    const first = await keyWith(['events:read']);
    const rotate = async (overlapSeconds: number) =>
      (await hub.call<ApiKey>('POST', `/v1/api-keys/${first.id}/rotate`, { body: { overlapSeconds } })).body;
    const works = async (apiKey: string) => (await hub.call('GET', '/v1/doors/events', { apiKey })).status === 200;

    const second = await rotate(600);
    expect([await works(first.apiKey), await works(second.apiKey)]).toEqual([true, true]);
    expect(Date.parse(second.previousKeyValidUntil!) - Date.now()).toBeGreaterThan(590_000);

    const third = await rotate(600);
    expect([await works(first.apiKey), await works(second.apiKey), await works(third.apiKey)]).toEqual([
      false,
      true,
      true,
    ]);

    await hub.database.query(`UPDATE api_keys SET previous_not_after = now() WHERE id = $1`, [first.id]);
    expect([await works(second.apiKey), await works(third.apiKey)]).toEqual([false, true]);
  });

  it('ends with all that its rotation left over when it is revoked', async () => {
    const first = await keyWith(['events:read']);
    const second = await hub.call<ApiKey>('POST', `/v1/api-keys/${first.id}/rotate`, { body: { overlapSeconds: 600 } });

    const revoked = await hub.call('DELETE', `/v1/api-keys/${first.id}`);

    expect([revoked.status, revoked.body]).toEqual([204, null]);
    for (const { apiKey } of [first, second.body]) {
      expect((await hub.call('GET', '/v1/doors/events', { apiKey })).status).toBe(401);
    }
    expect((await hub.call('DELETE', `/v1/api-keys/${first.id}`)).status).toBe(204);
    expect((await hub.call('POST', `/v1/api-keys/${first.id}/rotate`, { body: {} })).status).toBe(409);
  });

  it.each([
    { overlapSeconds: -1 },
    { overlapSeconds: 604_801 },
    { overlapSeconds: 1.5 },
    { overlapSeconds: '1' },
    { overlap: 1 },
  ])('is not rotated with %j', async (body) => {
    const { id } = await keyWith(['events:read']);

    expect((await hub.call('POST', `/v1/api-keys/${id}/rotate`, { body })).status).toBe(422);
  });

  it.each(['key_none', 'key_0000000000000000000000', '%00', '%F0%9F%98%80', 'x'.repeat(500)])(
    'with an id that does not exist is not found: %s',
    async (id) => {
      expect((await hub.call('DELETE', `/v1/api-keys/${id}`)).status).toBeGreaterThanOrEqual(400);
      expect((await hub.call('DELETE', `/v1/api-keys/${id}`)).status).toBeLessThan(500);
    },
  );

  it.each([
    { scopes: ['everything'] },
    { scopes: [] },
    { scopes: 'events:read' },
    { name: 1 },
    { extra: 1 },
    { name: null },
  ])('is not made with %j', async (body) => {
    expect((await hub.call('POST', '/v1/api-keys', { body })).status).toBe(422);
  });
});

describe('the last key that can manage keys', () => {
  it('cannot be revoked, also when two are revoked at the same time', async () => {
    const { apiKey } = await hub.anotherAccount();
    const first = (await hub.call<KeyPage>('GET', '/v1/api-keys', { apiKey })).body.data[0]!;
    const alone = await hub.call<Problem>('DELETE', `/v1/api-keys/${first.id}`, { apiKey });
    const second = await keyWith(['api-keys:write'], apiKey);

    const both = await Promise.all(
      [first.id, second.id].map((id) => hub.call('DELETE', `/v1/api-keys/${id}`, { apiKey })),
    );

    expect([alone.status, alone.body.code]).toEqual([409, 'conflict']);
    expect(both.map(({ status }) => status).filter((status) => status === 204)).toHaveLength(1);
  });

  it('keeps the only right to make accounts too', async () => {
    const { body } = await hub.call<KeyPage>('GET', '/v1/api-keys?limit=250');
    const root = body.data.find(({ scopes }) => scopes.includes('accounts:write'))!;
    const { apiKey } = await keyWith(['api-keys:write']);

    expect((await hub.call('DELETE', `/v1/api-keys/${root.id}`, { apiKey })).status).toBe(409);
  });
});

describe('the list of API keys', () => {
  it('pages from the newest to the oldest without losing one', async () => {
    const { apiKey } = await hub.anotherAccount();
    const made: string[] = [];
    for (let i = 0; i < 4; i++) made.unshift((await keyWith(['events:read'], apiKey)).id);
    const first = (await hub.call<KeyPage>('GET', '/v1/api-keys?limit=3', { apiKey })).body;
    const second = (
      await hub.call<KeyPage>('GET', `/v1/api-keys?limit=3&cursor=${encodeURIComponent(first.nextCursor!)}`, { apiKey })
    ).body;

    expect([...first.data, ...second.data].map(({ id }) => id).slice(0, 4)).toEqual(made);
    expect([first.data.length, second.data.length, second.nextCursor]).toEqual([3, 2, null]);
  });

  it.each([
    ['limit=0', 422],
    ['limit=251', 422],
    ['limit=x', 422],
    ['cursor=x', 400],
    ['cursor=', 400],
    ['other=1', 422],
  ])('refuses %s', async (query, status) => {
    expect((await hub.call('GET', `/v1/api-keys?${query}`)).status).toBe(status);
  });
});

describe('the first start', () => {
  it('makes one account, with the key that was asked for, when two processes start at once', async () => {
    const test = await createTestDatabase();
    const accounts = hub.get(AccountsService);
    const fresh = Object.create(accounts) as AccountsService;
    Object.assign(fresh, { database: test.database });

    const starts = await Promise.all([fresh.bootstrap('my-own-key-of-20-characters'), fresh.bootstrap(null)]);
    const again = await fresh.bootstrap('another-key-of-20-characters');

    expect(new Set([...starts, again].map(({ accountId }) => accountId)).size).toBe(1);
    expect(starts.filter(({ apiKey }) => apiKey !== null)).toHaveLength(1);
    expect(again.apiKey).toBeNull();
    expect(await test.database.query('SELECT FROM accounts')).toHaveLength(1);
    await test.drop();
  });
});
