import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import greenhouse from '../../connectors/greenhouse/index.js';
import type { Problem } from '../support/assessment.js';
import type { FeatureApp } from '../support/feature-app.js';
import { connectAts, startOrderDesk } from '../support/order-desk.js';

const PATH = '/v1/ats/assessments/packages';

interface Package {
  id: string;
  name: string;
  status: string;
  [field: string]: unknown;
}

describe('the package catalogue', () => {
  let desk: FeatureApp;
  let apiKey: string;

  beforeAll(async () => {
    desk = await startOrderDesk([greenhouse]);
  });
  beforeEach(async () => {
    ({ apiKey } = await desk.anotherAccount());
  });
  afterAll(() => desk.close());

  const call = <T>(method: string, path = '', body?: unknown) => desk.call<T>(method, PATH + path, { apiKey, body });
  const list = async (query = '') => (await call<{ data: Package[] }>('GET', `?limit=250${query}`)).body.data;
  const put = (packages: unknown[]) =>
    call<{ packages: Package[]; archived: number } & Problem>('PUT', '', { packages });

  it('is refused without a key and empty for a new account', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['POST', ''],
      ['GET', '/x'],
      ['PATCH', '/x'],
      ['DELETE', '/x'],
    ] as const) {
      expect(
        (await desk.call(method, PATH + path, { apiKey: null, body: method === 'GET' ? undefined : {} })).status,
      ).toBe(401);
    }
    expect(await list()).toEqual([]);
  });

  it('is put as a whole: what is absent becomes ARCHIVED', async () => {
    await put([
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B', status: 'DRAFT' },
    ]);

    const { status, body } = await put([
      { id: 'c', name: 'C', metaData: { x: [1] }, integrationIds: [] },
      { id: 'a', name: 'A2', maxScore: 10.5 },
    ]);

    expect(status).toBe(200);
    expect(body.archived).toBe(1);
    expect(body.packages).toEqual([
      {
        id: 'c',
        name: 'C',
        description: null,
        type: null,
        status: 'ACTIVE',
        maxScore: null,
        passScore: null,
        durationMinutes: null,
        integrationIds: [],
        metaData: { x: [1] },
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
      expect.objectContaining({ id: 'a', name: 'A2', maxScore: 10.5, metaData: null, integrationIds: null }),
    ]);
    expect((await list()).map(({ id, status: state }) => [id, state]).toSorted()).toEqual([
      ['a', 'ACTIVE'],
      ['b', 'ARCHIVED'],
      ['c', 'ACTIVE'],
    ]);
    expect((await list('&status=ARCHIVED')).map(({ id }) => id)).toEqual(['b']);
  });

  it('can be put empty', async () => {
    await put([{ id: 'a', name: 'A' }]);

    expect((await put([])).body).toEqual({ packages: [], archived: 1 });
  });

  it('takes a megabyte of packages within a second', async () => {
    const packages = Array.from({ length: 15_000 }, (_, n) => ({
      id: `package-${n}`,
      name: `Package number ${n}`,
      type: 'X',
    }));
    expect(JSON.stringify({ packages }).length).toBeLessThan(1_048_576);

    const { status, body } = await put(packages);

    expect([status, body.packages.length, body.packages[14_999]?.id]).toEqual([200, 15_000, 'package-14999']);
    expect((await put(packages)).body.archived).toBe(0);
  });

  it('stays whole when it is put twice at the same time', async () => {
    const of = (prefix: string) => Array.from({ length: 50 }, (_, n) => ({ id: `${prefix}${n}`, name: 'x' }));
    const shared = of('s');

    const replies = await Promise.all(
      ['a', 'b', 'c', 'd'].map((prefix) => put([...of(prefix), ...shared].toSorted(() => Math.random() - 0.5))),
    );

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await list('&status=ACTIVE')).toHaveLength(100);
  });

  it('is read page by page', async () => {
    await put(Array.from({ length: 5 }, (_, n) => ({ id: `p${n}`, name: 'x' })));

    const first = await call<{ data: Package[]; nextCursor: string }>('GET', '?limit=3');
    const second = await call<{ data: Package[]; nextCursor: string | null }>(
      'GET',
      `?limit=3&cursor=${first.body.nextCursor}`,
    );

    expect([first.body.data.length, second.body.data.length, second.body.nextCursor]).toEqual([3, 2, null]);
    expect(new Set([...first.body.data, ...second.body.data].map(({ id }) => id)).size).toBe(5);
  });

  it('names the place of an id that comes twice', async () => {
    const { status, body } = await put([
      { id: 'a', name: 'A' },
      { id: 'b', name: 'B' },
      { id: 'a', name: 'A' },
    ]);

    expect([status, body.errors]).toEqual([422, [{ path: 'packages.2.id', message: 'is the same as packages.0.id' }]]);
    expect(await list()).toEqual([]);
  });

  it("offers to the account's own integrations only", async () => {
    const own = await connectAts(desk, 'greenhouse', apiKey);
    const foreign = await connectAts(desk, 'greenhouse');

    const refused = await put([{ id: 'a', name: 'A', integrationIds: [own.integrationId, foreign.integrationId] }]);
    const created = await call<Problem>('POST', '', { id: 'a', name: 'A', integrationIds: ['int_x'] });

    expect([refused.status, refused.body.errors.map(({ path }) => path)]).toEqual([
      422,
      ['packages.0.integrationIds.1'],
    ]);
    expect([created.status, created.body.errors.map(({ path }) => path)]).toEqual([422, ['integrationIds.0']]);
    expect((await put([{ id: 'a', name: 'A', integrationIds: [own.integrationId] }])).status).toBe(200);
    expect((await own.call('GET', 'list_tests')).json).toEqual([{ partner_test_id: 'a', partner_test_name: 'A' }]);
  });

  it('grows, changes and shrinks one by one', async () => {
    const created = await call<Package>('POST', '', { id: 'a/b ü', name: 'A', passScore: 5 });
    const again = await call<Problem>('POST', '', { id: 'a/b ü', name: 'A' });
    const path = `/${encodeURIComponent('a/b ü')}`;
    const changed = await call<Package>('PATCH', path, { name: 'B', passScore: null, type: 'T' });
    const archived = await call('DELETE', path);
    const read = await call<Package>('GET', path);
    const revived = await call<Package>('POST', '', { id: 'a/b ü', name: 'C' });

    expect([created.status, created.body.status]).toEqual([201, 'ACTIVE']);
    expect([again.status, again.body.code]).toEqual([409, 'conflict']);
    expect(changed.body).toMatchObject({ name: 'B', passScore: null, type: 'T', status: 'ACTIVE' });
    expect([archived.status, read.body.status]).toEqual([204, 'ARCHIVED']);
    expect([revived.status, revived.body]).toEqual([
      201,
      expect.objectContaining({ name: 'C', type: null, status: 'ACTIVE' }),
    ]);
  });

  it("finds nothing of another account's", async () => {
    await put([{ id: 'a', name: 'A' }]);
    const other = await desk.anotherAccount();

    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { name: 'x' }],
      ['DELETE', undefined],
    ] as const) {
      expect((await desk.call(method, `${PATH}/a`, { apiKey: other.apiKey, body })).status).toBe(404);
    }
    expect(await list()).toMatchObject([{ name: 'A', status: 'ACTIVE' }]);
  });

  it.each<[string, unknown]>([
    ['id', { name: 'x' }],
    ['id', { id: '', name: 'x' }],
    ['id', { id: 'x'.repeat(256), name: 'x' }],
    ['id', { id: '..', name: 'x' }],
    ['name', { id: 'x' }],
    ['name', { id: 'x', name: 7 }],
    ['status', { id: 'x', name: 'x', status: 'OFF' }],
    ['maxScore', { id: 'x', name: 'x', maxScore: '10' }],
    ['durationMinutes', { id: 'x', name: 'x', durationMinutes: 1.5 }],
    ['durationMinutes', { id: 'x', name: 'x', durationMinutes: -1 }],
    ['integrationIds', { id: 'x', name: 'x', integrationIds: 'int_x' }],
    ['integrationIds', { id: 'x', name: 'x', integrationIds: [7] }],
    ['metaData', { id: 'x', name: 'x', metaData: 'x' }],
    ['colour', { id: 'x', name: 'x', colour: 'red' }],
    ['description', { id: 'x', name: 'x', description: '\u0000' }],
  ])('refuses by the name of the field: %s', async (path, body) => {
    const created = await call<Problem>('POST', '', body);
    const whole = await put([body]);

    expect([created.status, created.body.errors.map((error) => error.path)]).toEqual([422, [path]]);
    expect([whole.status, whole.body.errors[0]?.path]).toEqual([422, expect.stringMatching(`^packages\\.0\\.${path}`)]);
  });
});
