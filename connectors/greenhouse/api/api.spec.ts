import { describe, expect, it } from '@jest/globals';
import type { ApiVersion } from '#libs/connector-kit';
import greenhouse from '../index.js';
import { readIntrospection } from './connect.js';
import { failure } from './failure.js';
import { permissions } from './permissions.js';
import { readToken } from './tokens.js';

const v3 = greenhouse.api!.versions.v3 as ApiVersion;

describe('the permissions of Harvest v3', () => {
  it.each([
    ['applications', ['applications.read'], ['applications.write', 'applications.move', 'applications.reject']],
    ['candidates', ['candidates.read'], ['candidates.write']],
    ['departments', ['departments.read'], ['departments.write']],
    ['jobs', ['jobs.read'], ['jobs.write']],
    ['job posts', ['job-postings.read'], ['job-postings.write']],
    ['job stages', ['job-stages.read'], []],
    ['sources', ['sources.read'], []],
    ['prospect pools', ['prospect-pools.read'], []],
    ['users', ['users.read'], ['users.write']],
  ])('can say %s, reading and writing apart', (_what, reads, writes) => {
    expect(reads.map((key) => permissions[key]?.access)).toEqual(reads.map(() => 'read'));
    expect(writes.map((key) => permissions[key]?.access)).toEqual(writes.map(() => 'write'));
  });

  it('stand for scopes of the one form there is, without a wildcard', () => {
    const scopes = Object.values(permissions).flatMap((permission) => permission.scopes);

    expect(
      scopes.filter((scope) => !/^harvest:[a-z_]+:(list|create|update|destroy|move|reject|unreject|hire)$/.test(scope)),
    ).toEqual([]);
  });

  it('are read with the scopes of lists and no others, mostly one', () => {
    const reads = Object.values(permissions).filter(({ access }) => access === 'read');
    for (const { scopes } of reads) expect(scopes.filter((scope) => !scope.endsWith(':list'))).toEqual([]);

    expect(reads.flatMap(({ scopes }) => scopes.slice(1))).toEqual(['harvest:custom_field_options:list']);
  });

  it('are tried without making or changing anything', () => {
    for (const { access, probe } of Object.values(permissions)) {
      if (probe?.method === 'GET') continue;

      expect(access).toBe('write');
      expect(probe?.json).toEqual({});
      expect(probe?.grantedWhen).not.toContain(200);
      expect(probe?.grantedWhen).not.toContain(201);
    }
  });

  it('include what an action reads before it writes', () => {
    const reads = { 'notes.create': 'candidates:list', 'applications.move': 'application_stages:list' } as const;

    for (const [name, scope] of Object.entries(reads)) {
      const { permission } = v3.actions[name as keyof typeof reads]!;

      expect(permissions[permission]?.scopes).toContain(`harvest:${scope}`);
    }
  });
});

describe('a token', () => {
  const now = '2026-03-02T10:00:00.000Z';
  const lifetimeOf = (body: object) => readToken({ access_token: 'at', ...body }, now)?.expiresInSeconds;

  it.each([
    [{ expires_in: 3600 }, 3600],
    [{ expires_in: '3600' }, 3600],
    [{ expires_at: '2026-03-02T11:00:00Z' }, 3600],
    [{ expires_at: '2026-03-02T12:00:00+01:00' }, 3600],
    [{ expires_at: 1_772_449_200 }, 3600],
    [{ expires: 1_772_449_200_000 }, 3600],
    [{ expires: '1772449200' }, 3600],
    [{ expires_at: '2026-03-02T09:00:00Z' }, 0],
    [{ expires_at: 'soon' }, null],
    [{}, null],
  ])('that says %j lives for %s seconds', (body, seconds) => {
    expect(lifetimeOf(body)).toBe(seconds);
  });
});

describe('an introspection', () => {
  const claims = 'https://auth.greenhouse.io/claims';

  it('tells the organization, the user and what was granted', () => {
    const body = {
      active: true,
      sub: '4000510003',
      scope: 'harvest:applications:list harvest:notes:create',
      [claims]: { organization: { id: 4000001003, name: 'Customer Ltd' }, user_role: 'site_admin' },
    };

    expect(readIntrospection(body)).toEqual({
      originOrgId: '4000001003',
      originOrgName: 'Customer Ltd',
      user: '4000510003',
      scopes: ['harvest:applications:list', 'harvest:notes:create'],
    });
  });

  it('may say next to nothing', () => {
    const nothing = { originOrgId: null, originOrgName: null, user: '7', scopes: null };

    expect(readIntrospection({ active: true, sub: 7 })).toEqual(nothing);
  });

  it.each([{ active: false, sub: '1' }, {}, null, 'text'])('of %j is of no valid token', (body) => {
    expect(readIntrospection(body)).toBeNull();
  });
});

describe('a client the customer made', () => {
  const method = greenhouse.api!.connect.find(({ id }) => id === 'client-credentials');
  const client = (credentials: Record<string, string>) =>
    method?.kind === 'clientCredentials' ? method.client(credentials) : null;

  it('acts as the service user unless told otherwise', () => {
    expect(client({ clientId: 'a', clientSecret: 'b' })).toEqual({ id: 'a', secret: 'b', form: {} });
    expect(client({ clientId: 'a', clientSecret: 'b', sub: '4000510003' })?.form).toEqual({ sub: '4000510003' });
  });
});

describe('the limit', () => {
  it('is what the last answer said', () => {
    const headers = { 'x-ratelimit-limit': '75', 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '1772445810' };

    expect(v3.rateLimit.read?.(headers)).toEqual({ limit: 75, remaining: 3, resetsAtMs: 1_772_445_810_000 });
  });

  it('is unknown where nothing readable was said', () => {
    expect(v3.rateLimit.read?.({ 'x-ratelimit-limit': 'many', 'x-ratelimit-reset': '' })).toEqual({});
  });
});

describe('the reasons of a failure', () => {
  it('are short and few', () => {
    const errors = Array.from({ length: 50 }, () => 'x'.repeat(2000));
    const { reasons } = failure({ status: 422, headers: {}, body: { errors } })!;

    expect(reasons).toHaveLength(20);
    expect(reasons[0]).toHaveLength(500);
  });
});
