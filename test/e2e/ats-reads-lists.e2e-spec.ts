import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type Connector, defineResource, onePage } from '#libs/connector-kit';
import { enumValue, type ModelName, recordId } from '#libs/model';
import { candidates, educations, postings } from '#libs/records/testing';
import { openReadsDesk, type ReadsDesk, type View } from './reads-desk.js';

const list = { path: 'any', pages: onePage() };
const blank = { remoteUrl: null, remoteCreatedAt: null, remoteUpdatedAt: null, customFields: [] };

const applications = defineResource({
  model: 'applications',
  permission: 'applications',
  list,
  covers: ['candidateRemoteId', 'status', 'stageRemoteId', 'isProspect'],
  wire: z.object({
    id: z.number(),
    of: z.number(),
    is: z.string(),
    at: z.string(),
    prospect: z.boolean().default(false),
  }),
  map: ({ id, of, is, at, prospect }) =>
    ({
      ...blank,
      remoteId: String(id),
      candidateRemoteId: String(of),
      jobRemoteId: null,
      status: enumValue(is, { active: 'ACTIVE', hired: 'HIRED' } as const),
      stageRemoteId: at,
      isProspect: prospect,
    }) as never,
});

const eeoc = defineResource({
  model: 'eeoc',
  permission: 'eeoc',
  list,
  covers: ['candidateRemoteId', 'gender'],
  wire: z.object({ id: z.number(), of: z.number() }),
  map: ({ id, of }) => ({ ...blank, remoteId: String(id), candidateRemoteId: String(of) }) as never,
});

const read = (label: string) => ({ label, access: 'read' as const, scopes: [] });
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
        permissions: {
          candidates: read('Candidates'),
          jobs: read('Jobs'),
          applications: read('Applications'),
          eeoc: read('EEOC'),
        },
        resources: [candidates, educations, postings, applications, eeoc],
        actions: {},
      },
    },
  },
};

const remoteIds = (views: readonly View[]) => views.map(({ remoteId }) => remoteId);

describe('lists of records', () => {
  let desk: ReadsDesk;
  let id: string;
  beforeAll(async () => {
    desk = await openReadsDesk(fakeAts);
  });
  afterAll(() => desk?.close());
  beforeEach(async () => {
    id = await desk.integration();
  });

  const people = (...ids: number[]) => ids.map((n) => ({ id: n, first_name: `P${n}`, emails: [`p${n}@example.org`] }));
  const idOf = (model: ModelName, remoteId: number) => recordId(id, model, String(remoteId));
  const refusal = async (model: string, query: string) => {
    const { status, body } = await desk.list(id, model, query);
    const problem = body as unknown as { code: string; errors: { path: string }[] };
    return [status, problem.code, problem.errors[0]?.path ?? null];
  };

  it('are refused without a key or its scope, and find nothing under another account’s integration', async () => {
    const { apiKey: stranger } = await desk.hub.anotherAccount();
    const headers = { 'x-integration-id': id };
    const body = { scopes: ['ats:read'], name: 'plain' };
    const reader = (await desk.hub.call<{ apiKey: string }>('POST', '/v1/api-keys', { body })).body.apiKey;
    const other = (
      await desk.hub.call<{ apiKey: string }>('POST', '/v1/api-keys', { body: { scopes: ['events:read'], name: 'x' } })
    ).body.apiKey;
    const status = async (path: string, apiKey: string | null) =>
      (await desk.hub.call('GET', path, { apiKey, headers })).status;

    for (const path of ['/v1/ats/candidates', `/v1/ats/candidates/${idOf('candidates', 1)}`]) {
      expect([await status(path, null), await status(path, other), await status(path, stranger)]).toEqual([
        401, 403, 404,
      ]);
    }
    expect([await status('/v1/ats/candidates', reader), await status('/v1/ats/eeoc', reader)]).toEqual([200, 403]);
  });

  it('want an integration that was connected once, and an ATS that has the model', async () => {
    const unconnected = await desk.integration({ isConnected: false });
    const missing = await desk.hub.call('GET', '/v1/ats/candidates');
    await desk.fill(id, 'candidates', people(1));
    await desk.hub.database.query(`UPDATE connections SET state = 'DISCONNECTED' WHERE integration_id = $1`, [id]);

    expect(missing).toMatchObject({ status: 422, body: { errors: [{ path: 'x-integration-id' }] } });
    expect(await desk.list(unconnected, 'candidates')).toMatchObject({
      status: 409,
      body: { code: 'integration_not_connected' },
    });
    expect(await refusal('offers', '')).toEqual([501, 'capability_unsupported', null]);
    expect(remoteIds((await desk.list(id, 'candidates')).body.data)).toEqual(['1']);
    expect((await desk.hub.call('GET', '/v1/ats/people', { headers: { 'x-integration-id': id } })).status).toBe(404);
  });

  it('show sensitive records only where they are switched on', async () => {
    await desk.fill(id, 'eeoc', [{ id: 1, of: 2 }]);
    expect(await refusal('eeoc', '')).toEqual([501, 'capability_unsupported', null]);

    await desk.hub.database.query(
      `INSERT INTO sync_settings (integration_id, account_id, job_id, models) VALUES ($1, $2, 'sjb_x', '{eeoc}')`,
      [id, desk.hub.accountId],
    );

    expect((await desk.list(id, 'eeoc')).body.data).toMatchObject([
      { remoteId: '1', candidateId: idOf('candidates', 2) },
    ]);
  });

  it('know nothing of another integration of the same account', async () => {
    const other = await desk.integration();
    await desk.fill(other, 'candidates', people(1));
    const path = `/v1/ats/candidates/${recordId(other, 'candidates', '1')}`;

    expect((await desk.hub.call('GET', path, { headers: { 'x-integration-id': id } })).status).toBe(404);
    expect((await desk.hub.call('GET', path, { headers: { 'x-knit-integration-id': other } })).status).toBe(200);
    expect((await desk.list(id, 'candidates')).body.data).toEqual([]);
    expect((await desk.get(id, 'candidates', '1')).status).toBe(404);
    const asOtherModel = `/v1/ats/applications/${recordId(other, 'candidates', '1')}`;
    expect((await desk.hub.call('GET', asOtherModel, { headers: { 'x-integration-id': other } })).status).toBe(404);
  });

  it('are paged without a gap and without a repetition, whatever is added meanwhile', async () => {
    await desk.fill(id, 'candidates', people(1, 2, 3, 4, 5));
    const first = (await desk.list(id, 'candidates', 'limit=2')).body;
    await desk.fill(id, 'candidates', people(6));
    const second = (await desk.list(id, 'candidates', `limit=2&cursor=${first.nextCursor}`)).body;
    const third = (await desk.list(id, 'candidates', `limit=2&cursor=${second.nextCursor}`)).body;

    expect([first, second, third].map(({ data }) => remoteIds(data))).toEqual([
      ['1', '2'],
      ['3', '4'],
      ['5', '6'],
    ]);
    expect(third.nextCursor).toBeNull();
  });

  it('refuse the cursors of other lists, and what is none', async () => {
    await desk.fill(id, 'candidates', people(1, 2));
    await desk.fill(
      id,
      'applications',
      [1, 2].map((n) => ({ id: n, of: 1, is: 'active', at: '5' })),
    );
    const { nextCursor } = (await desk.list(id, 'candidates', 'limit=1')).body;
    const byChange = 'updatedAfter=2020-01-01T00:00:00Z';
    const changes = (await desk.list(id, 'candidates', `limit=1&${byChange}`)).body.nextCursor;
    const made = (...parts: string[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

    const bad = [400, 'bad_cursor', 'cursor'];
    expect(await refusal('applications', `cursor=${nextCursor}`)).toEqual(bad);
    expect(await refusal('candidates', `cursor=${nextCursor}&${byChange}`)).toEqual(bad);
    expect(await refusal('candidates', `cursor=${changes}`)).toEqual(bad);
    expect(await refusal('candidates', `cursor=${made('candidates', '1; DROP TABLE records')}`)).toEqual(bad);
    expect(await refusal('candidates', `cursor=${made('candidates', '9'.repeat(30))}`)).toEqual(bad);
    expect(
      await refusal('candidates', `${byChange}&cursor=${made('candidates', '2026-02-31T00:00:00.000', '1')}`),
    ).toEqual(bad);
    expect(
      await refusal('candidates', `${byChange}&cursor=${made('candidates', '9999-99-99T99:99:99.999Z', '1')}`),
    ).toEqual(bad);
  });

  it('give what changed, in its order, deletions too when asked for', async () => {
    await desk.fill(id, 'candidates', people(1, 2, 3));
    const since = (await desk.get(id, 'candidates', '1')).body.changedAt as string;
    await desk.fill(id, 'candidates', [{ ...people(2)[0], first_name: 'Changed' }]);
    await desk.remove(id, 'candidates', '1');

    const changed = async (more = '') =>
      remoteIds((await desk.list(id, 'candidates', `updatedAfter=${since}${more}`)).body.data);
    expect(await changed()).toEqual(['2']);
    expect(await changed('&includeDeleted=true')).toEqual(['2', '1']);
    const first = (await desk.list(id, 'candidates', `updatedAfter=${since}&includeDeleted=true&limit=1`)).body;
    expect(await changed(`&includeDeleted=true&cursor=${first.nextCursor}`)).toEqual(['1']);
    expect(remoteIds((await desk.list(id, 'candidates')).body.data)).toEqual(['2', '3']);
  });

  it('are narrowed by all the filters at once', async () => {
    await desk.fill(id, 'candidates', people(1, 2));
    await desk.fill(id, 'applications', [
      { id: 1, of: 1, is: 'active', at: '5' },
      { id: 2, of: 1, is: 'hired', at: '6' },
      { id: 3, of: 2, is: 'active', at: '5', prospect: true },
      { id: 4, of: 2, is: 'strange', at: '7' },
    ]);
    const found = async (query: string) => remoteIds((await desk.list(id, 'applications', query)).body.data);

    expect(await found(`candidateId=${idOf('candidates', 1)}`)).toEqual(['1', '2']);
    expect(await found(`candidateId=${idOf('candidates', 1)}&status=ACTIVE`)).toEqual(['1']);
    expect(await found('status=OTHER')).toEqual(['4']);
    expect(await found('status=ACTIVE&isProspect=true')).toEqual(['3']);
    expect(await found('isProspect=false')).toEqual(['1', '2', '4']);
    expect(await found('remoteIds=4,1,99')).toEqual(['1', '4']);
    expect(await found(`ids=${idOf('applications', 2)},${idOf('applications', 3)}&remoteIds=3,4`)).toEqual(['3']);
    expect(await found(`stageId=${idOf('job-stages', 5)}`)).toEqual([]);
    expect(await found('ids=')).toEqual([]);
    expect(await found(`updatedAfter=2020-01-01T00:00:00%2B02:00&candidateId=${idOf('candidates', 2)}`)).toEqual([
      '3',
      '4',
    ]);
    expect(remoteIds((await desk.list(id, 'candidates', 'email=P2@EXAMPLE.org')).body.data)).toEqual(['2']);
  });

  it('refuse a filter these records do not have by its name, unless it is to be ignored', async () => {
    await desk.fill(id, 'candidates', people(1));

    expect(await refusal('candidates', 'jobId=x')).toEqual([422, 'invalid_input', 'jobId']);
    expect(await refusal('candidates', 'nonsense=x')).toEqual([422, 'invalid_input', 'nonsense']);
    expect(
      (await desk.list(id, 'candidates', 'jobId=x&status=y&ignoreUnsupportedFilters=true')).body.data,
    ).toHaveLength(1);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=251', 'limit'],
    ['limit=x', 'limit'],
    ['status=NOBODY', 'status'],
    ['updatedAfter=yesterday', 'updatedAfter'],
    ['remoteCreatedAfter=2026-02-31T00:00:00Z', 'remoteCreatedAfter'],
    ['includeDeleted=maybe', 'includeDeleted'],
    ['isProspect=1', 'isProspect'],
    [`candidateId=${'x'.repeat(300)}`, 'candidateId'],
    [`ids=${Array.from({ length: 101 }, (_, n) => n).join(',')}`, 'ids'],
    [`remoteIds=${Array.from({ length: 101 }, (_, n) => n).join(',')}`, 'remoteIds'],
    [`ids=${'x'.repeat(8001)}`, 'ids'],
    ['expand=jobs', 'expand'],
    ['expand=__proto__', 'expand'],
    ['include=everything', 'include'],
  ])('refuse %.40s by name', async (query, path) => {
    expect(await refusal('applications', query)).toEqual([422, 'invalid_input', path]);
  });

  it('never fail on hostile queries', async () => {
    await desk.fill(id, 'candidates', people(1));
    for (const value of [
      '%00',
      '%ff',
      '%ED%A0%80',
      "';--",
      '%F0%9F%98%80',
      'x'.repeat(4000),
      '%25',
      '{}',
      '-1',
      '1e400',
    ]) {
      for (const name of [
        'ids',
        'remoteIds',
        'email',
        'updatedAfter',
        'cursor',
        'expand',
        'include',
        'limit',
        'stageId',
      ]) {
        const { status } = await desk.list(id, 'candidates', `${name}=${value}&ignoreUnsupportedFilters=true`);
        expect([name, value, status < 500]).toEqual([name, value, true]);
      }
      expect(
        (await desk.hub.call('GET', `/v1/ats/candidates/${value}`, { headers: { 'x-integration-id': id } })).status,
      ).toBeLessThan(500);
    }
    for (const header of ['x', 'int_0000000000000000000000', 'x'.repeat(300), '%00']) {
      expect([404, 422]).toContain(
        (await desk.hub.call('GET', '/v1/ats/candidates', { headers: { 'x-integration-id': header } })).status,
      );
    }
  });

  it('end a page early when hardly anything passes a filter, and go on from there', async () => {
    await desk.fill(id, 'applications', [{ id: 1, of: 1, is: 'active', at: '5' }]);
    await desk.hub.database.query(
      `INSERT INTO records (account_id, integration_id, model, remote_id, id, hash, data, first_seen_at, changed_at, deleted_at)
       SELECT account_id, integration_id, model, 'gone-' || n, 'gone-' || id || n, hash, data, now(), now(), now()
       FROM records, generate_series(1, 20500) n WHERE integration_id = $1`,
      [id],
    );
    await desk.fill(id, 'applications', [{ id: 2, of: 1, is: 'active', at: '5' }]);

    const first = (await desk.list(id, 'applications')).body;
    const second = (await desk.list(id, 'applications', `cursor=${first.nextCursor}`)).body;

    expect([remoteIds(first.data), remoteIds(second.data), second.nextCursor]).toEqual([['1'], ['2'], null]);
  });

  it('show the records that others name, one lookup for all, null for those the hub does not have', async () => {
    await desk.fill(id, 'candidates', people(1));
    await desk.fill(
      id,
      'applications',
      [1, 2].map((of) => ({ id: of, of, is: 'active', at: '5' })),
    );

    const { data } = (await desk.list(id, 'applications', 'expand=candidate,stage')).body;

    expect(data.map(({ expanded }) => expanded)).toEqual([
      { candidate: expect.objectContaining({ remoteId: '1', firstName: 'P1' }), stage: null },
      { candidate: null, stage: null },
    ]);
    expect((await desk.get(id, 'applications', '1', 'expand=candidate')).body.expanded).toMatchObject({
      candidate: { remoteId: '1' },
    });
  });

  it('tell what is supported, permitted and fetched, field by field', async () => {
    await desk.fill(id, 'candidates', people(1));
    const found = [
      { permission: 'candidates', state: 'GRANTED' },
      { permission: 'jobs', state: 'MISSING' },
    ];
    await desk.hub.database.query('UPDATE connections SET findings = $2 WHERE integration_id = $1', [
      id,
      JSON.stringify(found),
    ]);

    const coverage = async (model: string) => (await desk.list(id, model, 'include=coverage')).body.coverage;

    expect(await coverage('candidates')).toMatchObject({
      firstName: 'SUPPORTED',
      recruiterId: 'SUPPORTED',
      educations: 'SUPPORTED',
      company: 'UNSUPPORTED',
    });
    expect(await coverage('job-postings')).toMatchObject({ contentText: 'NOT_PERMITTED', language: 'UNSUPPORTED' });
    expect(await coverage('applications')).toMatchObject({ status: 'NOT_FETCHED' });
    expect((await desk.get(id, 'candidates', '1', 'include=coverage')).body.coverage).toMatchObject({
      title: 'UNSUPPORTED',
    });
  });

  it('end a page before it is too large with the ATS’s own rows, and lose none', async () => {
    const large = people(1, 2, 3, 4, 5, 6).map((row) => ({ ...row, unheard_of: 'ä'.repeat(950_000) }));
    await desk.fill(id, 'candidates', large);
    const pages: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const next = cursor && `&cursor=${cursor}`;
      const { body } = await desk.list(id, 'candidates', `include=remoteData&limit=100${next}`);
      expect(body.data.every(({ remoteData }) => (remoteData as { unheard_of: string }).unheard_of !== '')).toBe(true);
      pages.push(remoteIds(body.data));
      cursor = body.nextCursor;
    }

    expect(pages).toEqual([
      ['1', '2', '3', '4'],
      ['5', '6'],
    ]);
    expect((await desk.list(id, 'candidates', 'limit=100')).body.data).toHaveLength(6);
  });

  it('give the ATS’s own row on request, and where a merged record lives on', async () => {
    await desk.fill(id, 'candidates', [{ ...people(1)[0], unheard_of: ['x'] }, ...people(2)]);
    expect((await desk.list(id, 'candidates', 'include=remoteData')).body.data[0]!.remoteData).toMatchObject({
      unheard_of: ['x'],
    });
    expect((await desk.get(id, 'candidates', '1')).body).not.toHaveProperty('remoteData');

    await desk.merge(id, 'candidates', '1', '2');

    expect((await desk.get(id, 'candidates', '1')).body).toMatchObject({
      deletedAt: expect.any(String),
      mergedInto: { id: idOf('candidates', 2), remoteId: '2' },
    });
  });
});
