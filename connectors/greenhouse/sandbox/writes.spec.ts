import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Harvest, startHarvest } from '../../../test/support/harvest-client.js';

const IMANI = 4_071_882_003;
const IMANIS = 4_190_334_003;

describe('a write of Harvest v3', () => {
  let harvest: Harvest;
  const one = async (path: string) => (await harvest.get(path)).body[0];
  const application = (id: number) => one(`applications?ids=${id}`);
  const candidate = (id: number) => one(`candidates?ids=${id}`);
  const errors = (reply: { status: number; body: { errors?: unknown } }) => [reply.status, reply.body.errors];
  /** A new candidate with an application, so that tests do not meet. */
  const anApplication = async () => {
    const { id } = await one('jobs?status=open&per_page=1');
    const { body } = await harvest.post('candidates', {
      first_name: 'Ada',
      last_name: 'L',
      application: { job_id: id },
    });
    return body.application as Record<string, number>;
  };

  beforeAll(async () => {
    harvest = await startHarvest({ candidates: 60, asPartner: true });
  });
  afterAll(() => harvest.standIn.stop());

  it.each([
    ['POST', 'candidates', { first_name: 'A', last_name: 'B', surname: 'B' }, ['Invalid body params: surname']],
    ['POST', 'candidates', { last_name: 'B' }, [{ first_name: expect.any(String) }]],
    ['POST', 'candidates', { first_name: 'A', last_name: 'B', email_addresses: ['a@b.c'] }, [expect.anything()]],
    [
      'POST',
      'candidates',
      { first_name: 'A', last_name: 'B', application: { job_id: 1 } },
      ['Job not found or not open'],
    ],
    ['POST', 'applications', { candidate_id: IMANI }, [{ job_id: expect.any(String) }]],
    ['POST', 'applications', { candidate_id: 1, job_id: 4_011_500_003 }, ['Candidate not found']],
    ['POST', 'applications', { candidate_id: IMANI, prospect: true, job_id: 1 }, ['Invalid body params: job_id']],
    ['POST', `applications/${IMANIS}/reject`, {}, [{ rejection_reason_id: expect.any(String) }]],
    ['POST', `applications/${IMANIS}/move`, { to_stage_id: 1 }, [{ from_stage_id: expect.any(String) }]],
    ['POST', `applications/${IMANIS}/unreject`, {}, ["Application must be 'rejected', is currently 'active'"]],
    ['PATCH', `candidates/${IMANI}`, { private: true }, ['Invalid body params: private']],
    ['PATCH', `applications/${IMANIS}`, { status: 'hired' }, ['Invalid body params: status']],
    ['POST', 'candidate_tags', {}, [{ name: expect.any(String) }]],
    ['POST', 'applied_candidate_tags', { candidate_id: IMANI, candidate_tag_id: 'hub' }, [expect.anything()]],
    [
      'POST',
      'candidate_employments',
      { candidate_id: IMANI, company_name: 'X', title: 'Y' },
      [{ start_date: expect.any(String) }],
    ],
    ['POST', 'webhooks', {}, expect.arrayContaining([{ secret_key: expect.any(String) }])],
    ['POST', 'departments', { name: 'Engineering' }, [{ name: 'has already been taken' }]],
  ])('%s %s is refused with %j', async (method, path, body, expected) => {
    const reply = await (method === 'POST' ? harvest.post(path, body) : harvest.patch(path, body));

    expect(errors(reply)).toEqual([422, expected]);
  });

  it('looks for the record before it looks at the body', async () => {
    for (const path of ['applications/0/move', 'applications/0/reject', 'applications/0/hire']) {
      expect(await harvest.post(path, { nonsense: 1 })).toMatchObject({
        status: 404,
        body: { message: 'Resource not found', errors: 'Application not found' },
      });
    }
    expect((await harvest.patch('users/0', {})).body.errors).toBe('User not found');
  });

  it('needs JSON', async () => {
    const reply = await fetch(`${harvest.standIn.url}/api/v3/notes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${harvest.token}`, 'content-type': 'application/json' },
      body: '{"candidate_id":',
    });

    expect(reply.status).toBe(400);
  });

  it('makes a candidate with an application in the first stage of its job', async () => {
    const { id } = await one('jobs?status=open&per_page=1');
    const fields = {
      first_name: 'Grace',
      last_name: 'Hopper',
      email_addresses: [{ value: 'g@h.example', type: 'work' }],
    };

    const { status, body } = await harvest.post('candidates', {
      ...fields,
      ...{ is_private: true, tags: ['navy', 'assessed'], custom_fields: [{ name_key: 'desired_salary', value: '1' }] },
      application: { job_id: id, source_id: 4_000_077_003 },
    });

    expect(status).toBe(201);
    expect(body.candidate).toMatchObject({ ...fields, private: true, tags: ['navy', 'assessed'] });
    expect(body.candidate.custom_fields.desired_salary.value).toBe('1');
    expect(await candidate(body.candidate.id)).toEqual(body.candidate);
    const stored = await application(body.application.id);
    expect(stored).toEqual(body.application);
    const stages = await harvest.all(`job_interview_stages?job_ids=${id}`);
    expect(stages.find(({ sort_order }) => sort_order === 0)!.id).toBe(stored.job_interview_stage_id);
    expect((await harvest.all(`applied_candidate_tags?candidate_ids=${body.candidate.id}`)).length).toBe(2);
    expect((await harvest.get('candidates?per_page=1')).body[0].id).toBe(body.candidate.id);
  });

  it('makes a prospect with a pool', async () => {
    const prospect = {
      prospect: true,
      job_ids: [4_011_500_003],
      prospect_pool_id: 4_000_031_003,
      prospect_pool_stage_id: 4_000_232_003,
    };
    const { body } = await harvest.post('candidates', { first_name: 'Sora', last_name: 'Kim', application: prospect });

    expect(body.application).toMatchObject({ prospect: true, job_id: null, prospective_job_ids: [4_011_500_003] });
    expect(await one(`prospect_details?application_ids=${body.application.id}`)).toMatchObject({
      pool_id: 4_000_031_003,
    });
    const wrong = { ...prospect, prospect_pool_id: 4_000_032_003 };
    expect((await harvest.post('candidates', { first_name: 'S', last_name: 'K', application: wrong })).status).toBe(
      422,
    );
    const converted = await harvest.post(`applications/${body.application.id}/convert_to_candidate`, {
      job_id: 4_011_500_003,
    });
    expect(converted).toMatchObject({ status: 200, body: { prospect: false, status: 'in_process' } });
    expect(await application(body.application.id)).toMatchObject({ status: 'converted' });
  });

  it('replaces lists as a whole and leaves alone what is not named', async () => {
    const before = await candidate(IMANI);

    const { status, body } = await harvest.patch(`candidates/${IMANI}`, {
      email_addresses: [{ value: 'new@example.org', type: 'personal' }],
      tags: ['only this'],
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      email_addresses: [{ value: 'new@example.org', type: 'personal' }],
      tags: ['only this'],
    });
    expect(body.phone_numbers).toEqual(before.phone_numbers);
    expect(body.updated_at > before.updated_at).toBe(true);
    expect(await harvest.all(`applied_candidate_tags?candidate_ids=${IMANI}`)).toHaveLength(1);
    expect(await harvest.all('candidates?email=imani.okafor@example.org')).toEqual([]);
    expect((await one('candidates?email=new@example.org')).id).toBe(IMANI);
    const since = encodeURI(`candidates?updated_at=gte|${body.updated_at}`);
    expect((await harvest.all(since)).map(({ id }) => id)).toEqual([IMANI]);
  });

  it('moves an application that is where the caller believes it to be', async () => {
    const { id, stage_id, job_interview_stage_id: from } = await anApplication();
    const move = (body: object) => harvest.post(`applications/${id}/move`, body);

    expect(errors(await move({ from_stage_id: stage_id }))).toEqual([
      422,
      ['The specified stage does not exist in the job.'],
    ]);
    expect((await move({ from_stage_id: from })).status).toBe(204);
    const moved = await application(id!);
    expect(moved.job_interview_stage_id).not.toBe(from);
    expect(errors(await move({ from_stage_id: from }))).toEqual([
      422,
      ['The application is not in the specified stage.'],
    ]);
    expect(errors(await move({ from_stage_id: moved.job_interview_stage_id, to_stage_id: stage_id }))).toEqual([
      422,
      ['The specified stage does not exist in the job.'],
    ]);
    const history = await harvest.all(`application_stages?application_ids=${id}`);
    expect(history.map(({ current, exited_at }) => [current, exited_at === null])).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(moved.stage_id).toBe(history[0]!.id);
  });

  it('moves once when asked twice at the same instant', async () => {
    const { id, job_interview_stage_id: from_stage_id } = await anApplication();

    const replies = await Promise.all([1, 2, 3].map(() => harvest.post(`applications/${id}/move`, { from_stage_id })));

    expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 422, 422]);
  });

  it('moves to the first stage of another job', async () => {
    const { id, job_interview_stage_id: from_stage_id, job_id } = await anApplication();
    const other = (await harvest.all('jobs?status=open')).find((job) => job.id !== job_id)!;

    expect((await harvest.post(`applications/${id}/move`, { from_stage_id, to_job_id: other.id })).status).toBe(204);
    expect(await application(id!)).toMatchObject({ job_id: other.id, stage_name: 'Application Review' });
  });

  it('rejects for a reason, takes it back, and moves nobody who is rejected', async () => {
    const { id, job_interview_stage_id } = await anApplication();
    const reject = (body: object) => harvest.post(`applications/${id}/reject`, body);

    expect((await reject({ rejection_reason_id: 1 })).status).toBe(422);
    expect((await reject({ rejection_reason_id: 4_000_021_003, notes: 'Below the bar' })).status).toBe(204);
    expect(await application(id!)).toMatchObject({ status: 'rejected', rejected_at: expect.any(String) });
    const detail = await one(`rejection_details?application_ids=${id}`);
    expect(await one(`notes?application_ids=${id}`)).toMatchObject({
      id: detail.rejection_note_id,
      body: 'Below the bar',
    });
    expect(errors(await harvest.post(`applications/${id}/move`, { from_stage_id: job_interview_stage_id }))).toEqual([
      422,
      ["Application must be 'active', is currently 'rejected'"],
    ]);
    expect((await harvest.patch(`rejection_details/${detail.id}`, { rejection_reason_id: 4_000_022_003 })).status).toBe(
      200,
    );
    expect((await harvest.post(`applications/${id}/unreject`, {})).status).toBe(204);
    expect(await application(id!)).toMatchObject({ status: 'in_process', rejected_at: null, job_interview_stage_id });
    expect(await harvest.all(`rejection_details?application_ids=${id}`)).toEqual([]);
  });

  it('hires into the opening that is named, when there are two', async () => {
    const { body } = await harvest.post('candidates', {
      first_name: 'H',
      last_name: 'I',
      application: { job_id: 4_011_501_003 },
    });
    const { id } = body.application;
    const [opening] = await harvest.all('openings?job_ids=4011501003&open=true');

    expect((await harvest.post(`applications/${id}/hire`, {})).status).toBe(422);
    expect((await harvest.post(`applications/${id}/hire`, { start_date: '2027-01-04' })).status).toBe(422);
    const hire = { opening_id: opening!.id, start_date: '2027-01-04T09:00:00Z' };
    expect((await harvest.post(`applications/${id}/hire`, hire)).status).toBe(204);
    expect(await application(id)).toMatchObject({ status: 'hired', job_interview_stage_id: null });
    expect(await one(`openings?ids=${opening!.id}`)).toMatchObject({ open: false, application_id: id });
    expect(await one(`offers?application_ids=${id}`)).toMatchObject({ status: 'Accepted', starts_on: '2027-01-04' });
  });

  it('deletes an application with its parts, and a candidate with all', async () => {
    const { id, candidate_id } = await anApplication();

    expect(await harvest.remove(`applications/${id}`)).toMatchObject({
      status: 200,
      body: { id, message: `Application ${id} deleted successfully` },
    });
    expect(await harvest.all(`application_stages?application_ids=${id}`)).toEqual([]);
    expect((await harvest.remove(`candidates/${candidate_id}`)).status).toBe(200);
    expect(await candidate(candidate_id!)).toBeUndefined();
    expect((await harvest.remove(`candidates/${candidate_id}`)).status).toBe(404);
  });

  it('merges two candidates into the one of the path', async () => {
    const [first, second] = [await anApplication(), await anApplication()];

    const { status } = await harvest.post(`candidates/${first.candidate_id}/merge`, {
      secondary_candidate_id: second.candidate_id,
    });

    expect(status).toBe(200);
    expect(await candidate(second.candidate_id!)).toBeUndefined();
    expect((await application(second.id!)).candidate_id).toBe(first.candidate_id);
  });

  it('keeps all of it when it is started again', async () => {
    const { id } = await anApplication();
    const other = await startHarvest({ candidates: 60, store: harvest.standIn.store });

    expect(await other.all('applications')).toEqual(await harvest.all('applications'));
    expect((await other.get(`applications?ids=${id}`)).body).toHaveLength(1);
    await other.standIn.stop();
  });
});
