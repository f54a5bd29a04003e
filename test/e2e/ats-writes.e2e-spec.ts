import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type OpenJob, openWritesDesk, type Row, type Written, type WritesDesk } from './writes-desk.js';

describe('writing to an ATS', () => {
  let desk: WritesDesk;
  let open: OpenJob;

  beforeAll(async () => {
    desk = await openWritesDesk();
    open = await desk.job();
  });
  afterAll(() => desk?.close());
  beforeEach(() => void desk.written());

  const done = async (method: string, path: string, body?: unknown): Promise<Written> => {
    const reply = await desk.call(method, path, body);
    expect([path, reply.status < 300, reply.body]).toEqual([path, true, reply.body]);
    return reply.body;
  };
  const candidate = async (more: object = {}): Promise<{ id: string; remoteId: string }> =>
    (await done('POST', 'candidates', { firstName: 'Imani', lastName: 'Okafor', ...more })).record!;
  const applicant = async () => {
    const { remoteId, id } = await candidate({ application: { jobId: desk.id('jobs', open.job) } });
    const [application] = (await desk.harvest.all(`applications?candidate_ids=${remoteId}`)) as Row[];
    return { candidate: id, application: desk.id('applications', application!.id), remoteId: String(application!.id) };
  };
  const stage = (at: number) => desk.id('job-stages', open.stages[at]!);
  const reason = async () => {
    const [row] = await desk.harvest.all('rejection_reasons?include_defaults=true');
    return desk.id('reject-reasons', row!.id as number);
  };
  const events = (type: string) =>
    desk.hub.database.query<{ payload: Buffer }>('SELECT payload FROM events WHERE type = $1 ORDER BY id', [type]);

  it('creates a candidate with an application, shows it as the reads do, and tells of it', async () => {
    const body = {
      firstName: 'Imani',
      lastName: 'Okafor',
      emails: [{ value: 'imani.okafor@example.org', type: 'PERSONAL' }],
      socialLinks: ['https://www.linkedin.com/in/imani-okafor-example'],
      tags: ['Assessed'],
      application: { jobId: desk.id('jobs', open.job), stageId: stage(1) },
    };

    const { status, body: reply } = await desk.call('POST', 'candidates', body);

    expect([status, reply.warnings]).toEqual([201, []]);
    expect(reply.effects.length).toBeGreaterThan(0);
    expect(reply.record).toMatchObject({
      id: reply.recordId,
      remoteId: reply.remoteId,
      provider: 'greenhouse',
      firstName: 'Imani',
      tags: ['Assessed'],
      emails: [{ value: 'imani.okafor@example.org', type: { value: 'PERSONAL', raw: 'personal' } }],
    });
    const read = await desk.call<object>('GET', `candidates/${reply.recordId}`);
    expect(reply.record).toEqual(read.body);
    const applications = await desk.call<{ data: Written['record'][] }>(
      'GET',
      `applications?candidateId=${reply.recordId}`,
    );
    expect(applications.body.data).toEqual([
      expect.objectContaining({ stageId: stage(1), jobId: desk.id('jobs', open.job) }),
    ]);
    expect(reply.changed).toEqual([
      { model: 'candidates', id: reply.recordId, remoteId: reply.remoteId },
      { model: 'applications', id: applications.body.data[0]!.id, remoteId: applications.body.data[0]!.remoteId },
    ]);
    const told = (await events('record.new')).map(({ payload }) => payload.toString('utf8'));
    expect(told.filter((one) => one.includes(reply.recordId!)).length).toBeGreaterThan(0);
    expect(desk.written()).toEqual(['POST api/v3/candidates']);
  });

  it('changes a candidate, and only what is given', async () => {
    const { id, remoteId } = await candidate({ company: 'Northwind' });

    const { record } = await done('PATCH', `candidates/${id}`, { title: 'Staff engineer', isPrivate: true });

    expect(record).toMatchObject({ id, title: 'Staff engineer', company: 'Northwind', isPrivate: true });
    expect(await desk.row('candidates', remoteId)).toMatchObject({ title: 'Staff engineer', private: true });
  });

  it('creates a prospect with a pool', async () => {
    const [pool] = (await desk.harvest.all('prospect_pools')) as Row[];
    const prospect = { prospectPoolId: desk.id('prospect-pools', pool!.id) };

    const { status, body } = await desk.call('POST', 'prospects', { firstName: 'Sora', lastName: 'Kim', prospect });

    expect([status, body.record?.lastName]).toEqual([201, 'Kim']);
    const { body: list } = await desk.call<{ data: object[] }>('GET', `applications?candidateId=${body.recordId}`);
    expect(list.data).toEqual([expect.objectContaining({ isProspect: true, ...prospect })]);
  });

  it('lets a candidate apply', async () => {
    const { id } = await candidate();
    const { status, body } = await desk.call('POST', 'applications', {
      candidateId: id,
      jobId: desk.id('jobs', open.job),
    });

    expect([status, body.record]).toEqual([201, expect.objectContaining({ candidateId: id, stageId: stage(0) })]);
  });

  it('writes notes, as notes and as the record of an e-mail', async () => {
    const { id } = await candidate();
    const [user] = (await desk.harvest.all('users')) as Row[];
    const onBehalfOf = desk.id('users', user!.id);
    const note = await desk.call('POST', `candidates/${id}/notes`, {
      body: '81 of 100',
      visibility: 'ADMIN_ONLY',
      onBehalfOf,
    });
    const email = await desk.call('POST', `candidates/${id}/notes`, {
      ...{ type: 'EMAIL', visibility: 'PUBLIC', subject: 'Hello', body: 'x' },
      email: { from: ['recruiting@globex.example'], to: ['imani.okafor@example.org'] },
    });

    expect([note.status, email.status]).toEqual([201, 201]);
    expect(note.body.record).toMatchObject({
      candidateId: id,
      authorId: onBehalfOf,
      body: '81 of 100',
      visibility: { value: 'ADMIN_ONLY' },
    });
    expect(email.body.record).toMatchObject({ type: { value: 'EMAIL' }, subject: 'Hello' });
  });

  it('attaches a file by its content, and by its address', async () => {
    const { candidate: id, application } = await applicant();
    const file = { filename: 'report.pdf', type: 'OTHER', visibility: 'PRIVATE', contentType: 'application/pdf' };
    const content = await desk.call('POST', `candidates/${id}/attachments`, { ...file, content: 'JVBERi0xLjQK' });
    const url = 'https://files.example.org/report.pdf';
    const address = await desk.call('POST', `candidates/${id}/attachments`, {
      ...file,
      url,
      applicationId: application,
    });

    expect([content.status, address.status]).toEqual([201, 201]);
    expect(content.body.record).toMatchObject({
      candidateId: id,
      applicationId: application,
      file: { filename: 'report.pdf' },
    });
  });

  it('adds educations and employments, and removes them', async () => {
    const { id } = await candidate();
    const [option] = (await desk.harvest.all('custom_field_options?custom_field_key=degree')) as Row[];
    const education = { institution: 'example university ', degree: option!.name, startDate: '2014-09-01' };
    const employment = { company: 'Northwind', title: 'Engineer', startDate: '2017-07-01' };

    const learnt = await done('POST', `candidates/${id}/educations`, education);
    const worked = await done('POST', `candidates/${id}/employments`, employment);

    const { remoteId } = learnt;
    expect(learnt.record).toMatchObject({
      id,
      educations: [{ remoteId, institution: 'Example University', degree: option!.name, field: null }],
    });
    expect(worked.record).toMatchObject({ employments: [{ remoteId: worked.remoteId, company: 'Northwind' }] });

    await done('DELETE', `candidates/${id}/educations/${learnt.remoteId}`);
    const { record } = await done('DELETE', `candidates/${id}/employments/${worked.remoteId}`);

    expect(record).toMatchObject({ id, educations: [], employments: [] });
  });

  it('says what can be chosen when a school, degree or discipline is unknown, and takes ids', async () => {
    const { id } = await candidate();
    const [option] = (await desk.harvest.all('custom_field_options?custom_field_key=discipline')) as Row[];

    const refused = await desk.call('POST', `candidates/${id}/educations`, { field: 'Alchemy' });
    const taken = await done('POST', `candidates/${id}/educations`, { field: String(option!.id) });

    expect(refused.status).toBe(422);
    expect(refused.body.errors).toMatchObject([{ path: 'field' }]);
    expect(refused.body.errors[0]!.message).toContain(
      'Choose one of: Business; Computer Science; Mathematics; Physics; Psychology.',
    );
    expect(taken.record).toMatchObject({ educations: [{ field: option!.name }] });
  });

  it('puts tags on and takes them off; a second time there is nothing to do', async () => {
    const { id } = await candidate();
    const path = `candidates/${id}/tags/${encodeURIComponent('Assessed & found good')}`;

    expect((await done('PUT', path)).record).toMatchObject({ tags: ['Assessed & found good'] });
    desk.written();
    expect(await done('PUT', path)).toMatchObject({ record: { id }, warnings: [expect.stringMatching(/already/)] });
    expect(desk.written()).toEqual([]);
    expect((await done('DELETE', path)).record).toMatchObject({ tags: [] });
  });

  it('moves an application, and the transition is seen as ours', async () => {
    const { application } = await applicant();

    const { record } = await done('POST', `applications/${application}/move`, {
      fromStageId: stage(0),
      toStageId: stage(1),
    });

    expect(record).toMatchObject({ id: application, stageId: stage(1) });
    const rows = await desk.hub.database.query('SELECT seen_via FROM transitions WHERE application_id = $1', [
      application,
    ]);
    expect(rows).toEqual([{ seen_via: 'HUB_WRITE' }]);
  });

  it('does not move what is elsewhere', async () => {
    const { application, remoteId } = await applicant();
    desk.written();

    const body = { fromStageId: stage(1), toStageId: stage(2) };
    const reply = await desk.call('POST', `applications/${application}/move`, body);

    expect([reply.status, reply.body.code]).toEqual([409, 'conflict']);
    expect(reply.body.detail).toMatch(/is in the stage/);
    expect(desk.written()).toEqual([]);
    expect(await desk.row('applications', remoteId)).toMatchObject({ job_interview_stage_id: Number(open.stages[0]) });
  });

  it('does not reject without a reason, and does with one; takes it back; hires', async () => {
    const { application } = await applicant();
    const path = `applications/${application}`;
    const refused = await desk.call('POST', `${path}/reject`, { notes: 'x' });

    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ path: 'rejectReasonId', message: 'is required by Greenhouse' }],
    ]);
    const rejected = await done('POST', `${path}/reject`, { rejectReasonId: await reason(), notes: 'x' });
    expect(rejected.record).toMatchObject({ status: { value: 'REJECTED' }, rejectReasonId: await reason() });
    const late = await desk.call('POST', `${path}/move`, { toStageId: stage(2) });
    expect([late.status, late.body.detail]).toEqual([409, expect.stringMatching(/must be active/)]);

    expect((await done('POST', `${path}/unreject`)).record).toMatchObject({ status: { value: 'ACTIVE' } });

    const [opening] = await desk.harvest.all(`openings?job_ids=${open.job}&open=true`);
    const hire = { startDate: '2026-12-01', openingRemoteId: String(opening!.id) };
    expect((await done('POST', `${path}/hire`, hire)).record).toMatchObject({ status: { value: 'HIRED' } });
  });

  it('gives the ATS’s own reasons when it refuses', async () => {
    const { application } = await applicant();
    const body = { rejectReasonId: await reason(), email: { templateRemoteId: '1' } };

    const reply = await desk.call('POST', `applications/${application}/reject`, body);

    expect([reply.status, reply.body.code]).toEqual([422, 'provider_rejected']);
    expect(reply.body.errors).toEqual([{ path: '', message: 'Email template not found' }]);
  });
});
