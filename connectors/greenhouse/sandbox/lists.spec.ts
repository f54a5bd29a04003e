import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RESOURCES } from './v3/resources.js';
import { type Harvest, nextOf, startHarvest } from '../../../test/support/harvest-client.js';

const CANDIDATES = 60;
const LONG_AGO = '2001-01-01T00:00:00Z';
const FAR_AHEAD = '2099-01-01T00:00:00Z';

describe('a list of Harvest v3', () => {
  let harvest: Harvest;
  const get = (path: string) => harvest.get(path);
  const errorsOf = async (path: string) => {
    const { status, body } = await get(path);
    return { status, errors: body.errors as unknown };
  };

  beforeAll(async () => {
    harvest = await startHarvest({ candidates: CANDIDATES, asPartner: true });
  });
  afterAll(() => harvest.standIn.stop());

  it.each(Object.keys(RESOURCES))(
    'of %s is a bare array with ids beyond 32 bits, newest first, each once',
    async (name) => {
      const rows = await harvest.all(`${name}?per_page=7`);

      const ids = rows.map(({ id }) => id as number);
      expect(ids.every((id) => id > 4_000_000_000)).toBe(true);
      expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => b - a));
      expect(rows.every((row) => String(row.created_at) <= String(row.updated_at))).toBe(true);
      expect(rows.flatMap((row) => Object.keys(row)).filter((key) => key.startsWith('_'))).toEqual([]);
    },
  );

  it('says the same twice', async () => {
    const [once, again] = await Promise.all([harvest.all('applications'), harvest.all('applications?per_page=11')]);

    expect(again).toEqual(once);
    expect(once).toHaveLength(12 + 24 * 3);
  });

  it('agrees with the others about what belongs together', async () => {
    const [candidates, applications, stages, history, jobs, reasons] = await Promise.all(
      ['candidates', 'applications', 'job_interview_stages', 'application_stages', 'jobs', 'rejection_details'].map(
        harvest.all,
      ),
    );
    const idsOf = (rows: Record<string, unknown>[] | undefined) => new Set(rows?.map(({ id }) => id));
    const [people, plan, past, posts] = [candidates, stages, history, jobs].map(idsOf);

    for (const one of applications!) {
      expect(people!.has(one.candidate_id)).toBe(true);
      if (one.prospect) expect(one).toMatchObject({ job_id: null, job_interview_stage_id: null, stage_id: null });
      else expect({ job: posts!.has(one.job_id), stage: past!.has(one.stage_id) }).toEqual({ job: true, stage: true });
      if (one.status === 'in_process' && !one.prospect) expect(plan!.has(one.job_interview_stage_id)).toBe(true);
      // Two numbers of two kinds: neither joins to the other's list.
      expect(plan!.has(one.stage_id)).toBe(false);
    }
    const rejected = applications!.filter(({ status }) => status === 'rejected').map(({ id }) => id);
    expect(reasons!.map(({ application_id }) => application_id).toSorted()).toEqual(rejected.toSorted());
  });

  it('is paged by a link whose cursor is all there is to it', async () => {
    const first = await get('candidates?per_page=25&private=false');
    const next = nextOf(first)!;

    expect(first.body).toHaveLength(25);
    expect([...new URL(next).searchParams.keys()]).toEqual(['cursor']);
    expect((await get(next)).body).toHaveLength(25);
    expect(await errorsOf(`${next}&per_page=25`)).toEqual({
      status: 422,
      errors: ['When passing a cursor, do not include other query params.'],
    });
    expect(await errorsOf(`${next}x`)).toMatchObject({ status: 422 });
    expect(await errorsOf(next.replace('/candidates?', '/jobs?'))).toMatchObject({ status: 422 });
  });

  it('has a hundred rows on a page unless told, and no link on the last page', async () => {
    const { body, headers } = await get('application_stages');

    expect(body).toHaveLength(100);
    expect(headers.get('link')).not.toBeNull();
    expect((await get('departments')).headers.get('link')).toBeNull();
  });

  it('goes on where it was when rows come in meanwhile', async () => {
    const first = await get('candidates?per_page=30');
    await harvest.standIn.context.pause(0);
    const before = (await harvest.all('candidates')).length;

    const { body } = await get(nextOf(first)!);

    expect(body[0].id).toBeLessThan(first.body.at(-1).id as number);
    expect(before).toBe(CANDIDATES);
  });

  it.each([
    ['candidates?per_page=600', [{ per_page: '`600` number is greater than: 500' }]],
    ['candidates?per_page=0', [{ per_page: '`0` number is less than: 1' }]],
    ['candidates?per_page=ten', [{ per_page: '`ten` is not an integer' }]],
    ['candidates?page=2', ['Invalid query params: page']],
    ['candidates?updated_after=2026-01-01', ['Invalid query params: updated_after']],
    ['applications?candidate_id=1', ['Invalid query params: candidate_id']],
    ['applications?status=in_process', [expect.objectContaining({ status: expect.stringContaining('"active"') })]],
    ['applications?job_ids=a', [{ job_ids: '`a` is not an integer' }]],
    [`candidates?ids=${Array.from({ length: 51 }, (_, at) => at).join()}`, [{ ids: 'array size is greater than: 50' }]],
    ['scorecards?job_ids=4011500003', ['Invalid query params: job_ids']],
    ['rejection_details?job_ids=4011500003', ['Invalid query params: job_ids']],
    ['jobs?is_template=false', ['Invalid query params: is_template']],
    ['jobs?department_ids=1', ['Invalid query params: department_ids']],
    ['offers?updated_at[gte]=2026-01-01', ['Invalid query params: updated_at[gte]']],
    [
      'candidates?created_at=2026-01-01',
      [expect.objectContaining({ created_at: expect.stringContaining('no operator') })],
    ],
    ['candidates?created_at=since|2026-01-01', [expect.objectContaining({ created_at: expect.any(String) })]],
    ['candidates?created_at=gte|soon', [{ created_at: '`soon` is not a date-time' }]],
    ['candidates?private=yes', [{ private: '`yes` is not a boolean' }]],
    [
      'candidates?created_at=gte|2026-01-01&updated_at=gte|2026-01-01',
      ['created_at and updated_at may not be used together.'],
    ],
    [`candidates?fields=${Array.from({ length: 51 }, (_, at) => `f${at}`).join()}`, [expect.anything()]],
  ])('does not take %s', async (path, errors) => {
    expect(await errorsOf(encodeURI(path))).toEqual({ status: 422, errors });
  });

  it('is asked for active applications and tells of those in process', async () => {
    const rows = await harvest.all('applications?status=active');

    expect(rows.length).toBeGreaterThan(11);
    expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['in_process']));
  });

  it('finds rows by their ids, and by those of what they belong to', async () => {
    const [first, second] = (await get('candidates?per_page=2')).body;

    const byIds = await get(`candidates?ids=${second.id},${first.id},4000000001`);
    const applications = await get(`applications?candidate_ids=${first.id},${second.id}`);
    const attachments = await get(`attachments?candidate_ids=${first.id}`);

    expect(byIds.body.map(({ id }: { id: number }) => id)).toEqual([first.id, second.id]);
    expect(applications.body).toHaveLength(2);
    expect(attachments.body.every((row: { candidate_id: number }) => row.candidate_id === first.id)).toBe(true);
  });

  it('finds a row of the stage history by its own id, and nothing by that of the interview plan', async () => {
    const [one] = (await get('applications?status=active&prospect=false&per_page=1')).body;

    expect((await get(`applications?stage_ids=${one.stage_id}`)).body).toEqual([one]);
    expect((await get(`applications?stage_ids=${one.job_interview_stage_id}`)).body).toEqual([]);
    const { body } = await get(`application_stages?application_ids=${one.id}&current=true`);
    expect(body).toEqual([
      expect.objectContaining({ id: one.stage_id, job_interview_stage_id: one.job_interview_stage_id }),
    ]);
  });

  it('filters by times with pipes and with brackets', async () => {
    const all = await harvest.all('candidates');
    const middle = String(all[30]!.created_at);
    const newer = all.filter(({ created_at }) => String(created_at) >= middle).length;

    const pipe = await harvest.all(encodeURI(`candidates?created_at=gte|${middle}&per_page=9`));
    const between = await harvest.all(
      encodeURI(`candidates?created_at=gte|${middle}|lt|${String(all[10]!.created_at)}`),
    );
    const bracket = await harvest.all(`candidates?created_at[gte]=${middle}`);

    expect([pipe.length, bracket.length]).toEqual([newer, newer]);
    expect(between).toHaveLength(20);
    for (const name of ['candidates', 'applications', 'notes', 'jobs', 'attachments']) {
      const updated = await harvest.all(encodeURI(`${name}?updated_at=gte|${middle}`));
      const rows = await harvest.all(name);
      expect(updated).toEqual(rows.filter(({ updated_at }) => String(updated_at) >= middle));
      expect(await harvest.all(encodeURI(`${name}?updated_at=gte|${FAR_AHEAD}`))).toEqual([]);
      expect(await harvest.all(encodeURI(`${name}?updated_at=gte|${LONG_AGO}`))).toEqual(rows);
      expect(await harvest.all(encodeURI(`${name}?updated_at=lt|${LONG_AGO}`))).toEqual([]);
    }
  });

  it('finds a candidate by e-mail and by tag', async () => {
    const { body } = await get('candidates?email=IMANI.okafor@example.org');
    const tagged = await harvest.all('candidates?tag=assessed');

    expect(body).toEqual([expect.objectContaining({ id: 4_071_882_003, first_name: 'Imani', preferred_name: 'Immy' })]);
    expect(tagged.length).toBeGreaterThan(0);
    expect((await get('candidates?email=nobody@example.org')).body).toEqual([]);
  });

  it('shows only the fields that were asked for', async () => {
    const { body } = await get('candidates?fields=id,first_name&per_page=1');

    expect(Object.keys(body[0])).toEqual(['id', 'first_name']);
  });

  it('keeps some rows for those who ask for them', async () => {
    const count = async (path: string) => (await harvest.all(path)).length;

    expect(await count('rejection_reasons?include_defaults=true')).toBe((await count('rejection_reasons')) + 2);
    expect(await count('users?show_service_accounts=true')).toBe((await count('users')) + 1);
    expect(await harvest.all('users?primary_email=')).toEqual([]);
  });

  it('is all there is: single records and unknown names are not there, and a token is no key of v1', async () => {
    for (const path of ['jobs/4011500003', 'job_stages', 'candidates/4071882003', '', 'nothing']) {
      expect(await harvest.get(path, '')).toMatchObject({ status: 404, body: { message: 'Resource not found' } });
    }
    expect(await harvest.get(`${harvest.standIn.url}/api/v1/candidates`)).toMatchObject({ status: 401 });
  });

  it('has files behind links that die', async () => {
    const [{ url, filename }] = (await get('attachments?candidate_ids=4071882003')).body;

    const file = await fetch(url);
    expect([file.status, file.headers.get('content-type'), filename]).toEqual([200, 'application/pdf', 'resume.pdf']);
    expect((await fetch(url.replace('signature=', 'signature=0'))).status).toBe(403);
    harvest.standIn.clock.aheadMs = 8 * 86_400_000;
    expect((await fetch(url)).status).toBe(403);
    harvest.standIn.clock.aheadMs = 0;
  });
});
