import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Action, Connector } from '#libs/connector-kit';
import { candidates, postings } from '#libs/records/testing';
import { openReadsDesk, type ReadsDesk } from './reads-desk.js';

const update: Action<'candidates.update'> = {
  permission: 'candidates',
  takes: ['candidateRemoteId'],
  needs: [],
  places: [
    { model: 'candidates', at: "$.fields['{key}']", input: 'candidate.customFields' },
    { model: 'candidates', at: "$.answers[?@.of == '{key}'].text", input: 'candidate.customFields' },
  ],
  onBehalfOf: 'unused',
  effects: [],
  run: () => Promise.reject(new Error('not here')),
};

const fakeAts: Connector = {
  slug: 'fake-ats',
  name: 'Fake ATS',
  docs: 'https://developers.fake-ats.example',
  api: {
    regions: { main: { api: 'https://api.fake-ats.example' } },
    connect: [],
    versions: {
      v1: {
        host: 'api',
        basePath: 'v1',
        rateLimit: { requests: 10, perSeconds: 1 },
        check: { method: 'GET', path: 'me' },
        permissions: { candidates: { label: 'Candidates', access: 'read', scopes: [] } },
        resources: [candidates, postings],
        actions: { 'candidates.update': update },
      },
    },
  },
};

interface Mapping {
  id: string;
  scope: string;
  key: string;
  path: string;
  provider: string | null;
  integrationId: string | null;
  readable: boolean;
  writable: boolean;
  writtenBy: string[];
}

describe('field mappings', () => {
  let desk: ReadsDesk;
  let id: string;
  beforeAll(async () => {
    desk = await openReadsDesk(fakeAts);
  });
  afterAll(() => desk?.close());
  beforeEach(async () => {
    await desk.hub.database.query('DELETE FROM field_mappings');
    id = await desk.integration();
    await desk.fill(id, 'candidates', [{ id: 1, first_name: 'Imani', pay: { wanted: 62_000 }, tags: ['a', 'b'] }]);
  });

  const put = (body: object, apiKey = desk.hub.apiKey) =>
    desk.hub.call<Mapping & { errors: { path: string; message: string }[] }>('PUT', '/v1/field-mappings', {
      body: { scope: 'ACCOUNT', model: 'candidates', key: 'pay', path: '$.pay.wanted', ...body },
      apiKey,
    });
  const listed = async (query = '', apiKey = desk.hub.apiKey) =>
    (
      await desk.hub.call<{ data: Mapping[]; nextCursor: string | null }>('GET', `/v1/field-mappings?${query}`, {
        apiKey,
      })
    ).body;
  const mapped = async (integrationId = id) =>
    (await desk.list(integrationId, 'candidates')).body.data[0]!.mappedFields;

  it('are refused without a key, and are nobody else’s', async () => {
    const { body } = await put({});
    const { apiKey } = await desk.hub.anotherAccount();
    const status = async (method: string, path: string, key: string | null) =>
      (await desk.hub.call(method, path, { apiKey: key, ...(method === 'PUT' ? { body: {} } : {}) })).status;

    expect(await status('PUT', '/v1/field-mappings', null)).toBe(401);
    expect(await status('GET', '/v1/field-mappings', null)).toBe(401);
    expect(await status('DELETE', `/v1/field-mappings/${body.id}`, null)).toBe(401);
    expect((await listed('', apiKey)).data).toEqual([]);
    expect(await status('DELETE', `/v1/field-mappings/${body.id}`, apiKey)).toBe(404);
    expect(await put({ scope: 'INTEGRATION', integrationId: id }, apiKey)).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'integrationId' }] },
    });
  });

  it('give values on lists and single records, null where there is nothing', async () => {
    await put({});
    await put({ key: 'tags', path: '$.tags[*]' });
    await put({ key: 'none', path: '$.nothing' });
    await put({ model: 'job-postings', key: 'title', path: '$.title' });

    const values = { pay: 62_000, tags: ['a', 'b'], none: null };
    expect(await mapped()).toEqual(values);
    expect((await desk.get(id, 'candidates', '1')).body.mappedFields).toEqual(values);
  });

  it('of a narrower scope win, and are replaced and removed one by one', async () => {
    const other = await desk.integration();
    await desk.fill(other, 'candidates', [{ id: 1, first_name: 'Other', pay: { wanted: 1 } }]);
    await put({ path: '$.id' });
    expect(await mapped()).toEqual({ pay: 1 });
    await put({ scope: 'PROVIDER', provider: 'fake-ats', path: '$.first_name' });
    expect(await mapped()).toEqual({ pay: 'Imani' });
    const narrow = (await put({ scope: 'INTEGRATION', integrationId: id })).body;
    expect([await mapped(), await mapped(other)]).toEqual([{ pay: 62_000 }, { pay: 'Other' }]);

    const again = (await put({ scope: 'INTEGRATION', integrationId: id, path: '$.tags[0]' })).body;
    expect([again.id, await mapped()]).toEqual([narrow.id, { pay: 'a' }]);
    const gone = await desk.hub.call('DELETE', `/v1/field-mappings/${narrow.id}`);
    expect([gone.status, await mapped()]).toEqual([204, { pay: 'Imani' }]);
    expect((await desk.hub.call('DELETE', `/v1/field-mappings/${narrow.id}`)).status).toBe(404);
  });

  it('are listed by page and by what they are for', async () => {
    for (const key of ['a', 'b', 'c']) await put({ key });
    await put({ scope: 'INTEGRATION', integrationId: id });

    const first = await listed('limit=3');
    const rest = await listed(`limit=3&cursor=${first.nextCursor}`);

    expect(first.data.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    expect(rest).toMatchObject({ data: [{ key: 'pay', scope: 'INTEGRATION', integrationId: id }], nextCursor: null });
    expect((await listed(`integrationId=${id}`)).data).toHaveLength(1);
    expect((await listed('model=jobs')).data).toEqual([]);
  });

  it.each([
    [{ path: '$.a[' }, 'path', /at character 5/],
    [{ path: '$[?match(@.a, "(a+)+")]' }, 'path', /at character 4/],
    [{ path: '' }, 'path', /at character 1/],
    [{ path: `$.${'a'.repeat(499)}` }, 'path', /500/],
    [{ path: 7 }, 'path', /string/],
    [{ key: '__proto__' }, 'key', /letter/],
    [{ key: 'a b' }, 'key', /letter/],
    [{ key: 'x'.repeat(65) }, 'key', /64/],
    [{ model: 'people' }, 'model', /one of/],
    [{ scope: 'WORLD' }, 'scope', /one of/],
    [{ direction: 'SIDEWAYS' }, 'direction', /one of/],
    [{ direction: 'WRITE', path: '$.fields[*]' }, 'path', /cannot be written to: it names all elements/],
    [{ direction: 'BOTH', path: '$.fields..pay' }, 'path', /cannot be written to: it looks at every depth/],
    [{ direction: 'BOTH', path: "$.answers[?@.of != 'pay'].text" }, 'path', /cannot be written to: it has a filter/],
    [{ direction: 'BOTH', path: '$.answers[0].text' }, 'path', /cannot be written to: it counts/],
    [{ direction: 'BOTH', path: '$' }, 'path', /cannot be written to: it is the whole row/],
    [{ direction: 'BOTH' }, 'path', /any|Fake ATS takes \$\.fields\['\{key\}'\], \$\.answers/],
    [{ direction: 'WRITE', model: 'jobs', path: '$.fields.pay' }, 'path', /jobs of Fake ATS have no place/],
    [{ direction: 'BOTH', path: '$.fields[' }, 'path', /no JSONPath/],
    [{ scope: 'PROVIDER' }, 'provider', /connector/],
    [{ scope: 'PROVIDER', provider: 'nobody' }, 'provider', /connector/],
    [{ provider: 'fake-ats' }, 'provider', /PROVIDER/],
    [{ scope: 'INTEGRATION' }, 'integrationId', /integration/],
    [{ scope: 'INTEGRATION', integrationId: 'int_0000000000000000000000' }, 'integrationId', /integration/],
    [{ nonsense: 1 }, 'nonsense', /known/],
  ])('refuse %j', async (body, path, message) => {
    const reply = await put(body);

    expect([reply.status, reply.body.errors[0]]).toEqual([422, { path, message: expect.stringMatching(message) }]);
  });

  it('say which way they go, and what writes them', async () => {
    const views = async (body: object) => {
      const { readable, writable, writtenBy } = (await put(body)).body;
      return [readable, writable, writtenBy];
    };

    expect(await views({ path: '$.fields.pay' })).toEqual([true, false, []]);
    expect(await views({ path: '$.fields.pay', direction: 'WRITE' })).toEqual([false, true, ['candidates.update']]);
    expect(await views({ path: "$.answers[?@.of == 'pay'].text", direction: 'BOTH' })).toEqual([
      ...[true, true],
      ['candidates.update'],
    ]);
    await put({ key: 'read', scope: 'INTEGRATION', integrationId: id });
    const rows = (await listed()).data.map(({ key, readable, writable }) => [key, readable, writable]);
    expect(rows).toEqual([
      ['pay', true, true],
      ['read', true, false],
    ]);
  });

  it('of one key go each way once', async () => {
    const ways = async () =>
      (await desk.hub.database.query('SELECT direction, path FROM field_mappings ORDER BY direction')).map((row) =>
        Object.values(row).join(' '),
      );
    await put({ path: '$.pay.wanted' });
    await put({ path: '$.fields.pay', direction: 'WRITE' });
    expect(await ways()).toEqual(['READ $.pay.wanted', 'WRITE $.fields.pay']);
    expect(await mapped()).toEqual({ pay: 62_000 });

    await put({ path: '$.fields.all', direction: 'BOTH' });
    expect(await ways()).toEqual(['BOTH $.fields.all']);
    await put({ path: '$.id' });
    expect([await ways(), await mapped()]).toEqual([['READ $.id'], { pay: 1 }]);
  });

  it('for writing alone are not shown', async () => {
    await put({ path: '$.fields.pay', direction: 'WRITE' });

    expect(await mapped()).toEqual({});
  });

  it('are at most twenty for a model and scope', async () => {
    for (let n = 0; n < 20; n++) expect((await put({ key: `k${n}` })).status).toBe(200);

    expect([(await put({ key: 'more' })).status, (await put({ key: 'k3', path: '$.id' })).status]).toEqual([409, 200]);
  });

  it('that would take too long are null, and the others are given', async () => {
    const wide = Array.from({ length: 5_000 }, (_, n) => ({ n, inner: { n } }));
    await desk.fill(id, 'candidates', [{ id: 1, first_name: 'Imani', pay: { wanted: 5 }, wide }]);
    await put({ key: 'slow', path: '$..[?@..[?@..n]]' });
    await put({});

    expect(await mapped()).toEqual({ slow: null, pay: 5 });
  });
});
