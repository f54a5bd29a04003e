import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Action,
  type ActionContext,
  type ApiReply,
  type ApiRequest,
  type ApiVersion,
  type Listing,
  type Query,
  basicAuthorization,
  resourceOf,
} from '#libs/connector-kit';
import type { ActionInputs, ActionName, ActionOutcome } from '#libs/model';
import { type StandIn, startStandIn } from '../../test/support/stand-in.js';
import greenhouse from './index.js';

const v1 = greenhouse.api!.versions.v1 as ApiVersion;
const USER = '4000510003';
type Row = Record<string, unknown> & { id: number };

describe('Harvest v1, described and standing in for itself', () => {
  let standIn: StandIn;
  let key: string;

  beforeAll(async () => {
    standIn = await startStandIn('greenhouse', { candidates: 60 });
    key = ((await (await fetch(`${standIn.url}/keys`)).json()) as { key: string }).key;
  });
  afterAll(() => standIn.stop());

  async function call(request: ApiRequest, { as = key, user = null as string | null } = {}): Promise<ApiReply> {
    const { method, path, query = {}, json } = request;
    const url = new URL(path.startsWith('http') ? path : `${standIn.url}/api/v1/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const reply = await fetch(url, {
      method,
      headers: {
        authorization: basicAuthorization(as),
        ...(user !== null && v1.onBehalfOf!(user)),
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      body: json === undefined ? null : JSON.stringify(json),
    });
    const text = await reply.text();
    return {
      status: reply.status,
      headers: Object.fromEntries(reply.headers),
      body: text === '' ? null : (JSON.parse(text) as unknown),
    };
  }

  /** As the engine does it: what is not good ends the call. */
  async function send(request: ApiRequest): Promise<ApiReply> {
    const reply = await call(request, { user: USER });
    const failed = v1.failure!(reply);
    if (failed) throw new Error(`${request.method} ${request.path}: ${failed.kind} ${failed.reasons.join(' ')}`);
    return reply;
  }

  async function read({ path, query, pages }: Listing, more: Query = {}): Promise<unknown[]> {
    const rows: unknown[] = [];
    let reply = await send({ method: 'GET', path, query: { ...pages.first, ...query, ...more } });
    for (let page = 0; page < 50; page++) {
      rows.push(...(pages.rows(reply.body) ?? []));
      const next = pages.next(reply, { query: null, rows: rows.length });
      if (next === null || !('url' in next)) break;
      reply = await send({ method: 'GET', path: next.url });
    }
    return rows;
  }

  const one = async (path: string) => (await send({ method: 'GET', path })).body as Row;
  const run = <N extends ActionName>(name: N, input: ActionInputs[N]): Promise<ActionOutcome> =>
    (v1.actions[name] as unknown as Action<N>).run(input, { send, onBehalfOf: USER } satisfies ActionContext);

  it.each(v1.resources.map((resource) => ({ resource, path: resource.list.path })))(
    'agree on $path: every row is read, in pages of any size, and since a moment',
    async ({ resource }) => {
      const { list } = resource;
      const rows = await read(list);

      expect(rows).not.toEqual([]);
      expect(rows.filter((row) => !resource.wire.safeParse(row).success)).toEqual([]);
      expect((await read(list, { per_page: 17 })).length).toBe(rows.length);
      if (list.since) expect(await read(list, list.since('2999-01-01T00:00:00.000Z'))).toEqual([]);
    },
  );

  it('agree on people by their ids, and on the applications of a job', async () => {
    const people = resourceOf(v1, 'candidates')!.list;
    const some = ((await read(people)) as Row[]).slice(0, 3).map(({ id }) => String(id));
    const applications = resourceOf(v1, 'applications')!.list;
    const all = (await read(applications)) as { prospect: boolean; jobs: Row[] }[];
    const job = all.find(({ prospect }) => !prospect)?.jobs[0];
    const ofJob = (await read(applications, applications.byParents!.jobs!.query([String(job!.id)]))) as {
      jobs: Row[];
    }[];

    expect(((await read(people, people.byIds!.query(some))) as Row[]).map(({ id }) => String(id))).toEqual(some);
    expect(new Set(ofJob.map(({ jobs }) => jobs[0]!.id))).toEqual(new Set([job!.id]));
  });

  it.each(Object.entries(v1.permissions).filter(([, { access }]) => access === 'read'))(
    'agree on whether %s is granted',
    async (_name, { probe }) => {
      const reply = await fetch(`${standIn.url}/keys`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"endpoints":[]}',
      });
      const { key: poor } = (await reply.json()) as { key: string };
      const lacking = await call(probe!, { as: poor });

      expect(probe!.grantedWhen).toContain((await call(probe!)).status);
      expect(probe!.grantedWhen).not.toContain(lacking.status);
      expect(v1.failure!(lacking)?.kind).toBe('forbidden');
    },
  );

  it('agree on a wrong key, a missing user, and the limit', async () => {
    const wrong = await call(v1.check, { as: 'somebody-elses-key' });
    const nobody = await call({ method: 'POST', path: 'tags/candidate', json: { name: 'x' } });
    await standIn.tune({ rateLimit: 0 });
    const late = await call(v1.check);
    await standIn.tune({ rateLimit: null });

    expect(v1.failure!(wrong)?.kind).toBe('unauthorized');
    expect(v1.failure!(nobody)).toMatchObject({ kind: 'rejected', reasons: [expect.stringContaining('On-Behalf-Of')] });
    expect(v1.failure!(late)?.kind).toBe('rate_limited');
    expect(Number(late.headers['retry-after'])).toBeLessThanOrEqual(10);
  });

  describe('writing', () => {
    let candidate: string;
    let application: string;
    let job: string;
    let stages: string[];

    beforeAll(async () => {
      const all = (await read(resourceOf(v1, 'job-stages')!.list)) as Row[];
      const [open] = (await read(resourceOf(v1, 'jobs')!.list, { status: 'open' })) as Row[];
      job = String(open!.id);
      stages = all
        .filter((stage) => String(stage.job_id) === job)
        .toSorted((a, b) => Number(a.priority) - Number(b.priority))
        .map(({ id }) => String(id));
    });

    beforeEach(async () => {
      const made = await run('candidates.create', {
        candidate: {
          firstName: 'Imani',
          lastName: 'Okafor',
          emails: [{ value: 'imani.okafor@example.org', type: 'PERSONAL' }],
          customFields: [{ key: 'desired_salary', value: '72k' }],
        },
        application: { jobRemoteId: job },
      });
      candidate = made.remoteId!;
      application = made.changed.find(({ model }) => model === 'applications')!.remoteIds[0]!;
    });

    const of = () => ({ candidateRemoteId: candidate });

    it('agrees on a candidate, and on changing it', async () => {
      await run('candidates.update', { ...of(), candidate: { title: 'Engineer', isPrivate: true } });

      expect(await one(`candidates/${candidate}`)).toMatchObject({
        first_name: 'Imani',
        title: 'Engineer',
        is_private: true,
        application_ids: [Number(application)],
        custom_fields: { desired_salary: '72k' },
      });
    });

    it('agrees on emptying a custom field', async () => {
      await run('candidates.update', {
        ...of(),
        candidate: { customFields: [{ key: 'desired_salary', value: null }] },
      });

      expect(await one(`candidates/${candidate}`)).toMatchObject({ custom_fields: { desired_salary: null } });
    });

    it('agrees on notes, e-mails and files', async () => {
      const file = { filename: 'report.pdf', contentType: 'application/pdf', content: 'JVBERi0xLjQK' };
      const email = { from: ['rec@customer.example'], to: ['imani.okafor@example.org'], cc: [] };
      const note = await run('notes.create', { ...of(), type: 'NOTE', visibility: 'ADMIN_ONLY', body: '81/100' });
      const kept = await run('notes.create', {
        ...of(),
        type: 'EMAIL',
        visibility: 'PUBLIC',
        subject: 'Hello',
        body: 'x',
        email,
      });
      await run('attachments.create', { ...of(), type: 'RESUME', visibility: 'PUBLIC', file });
      await run('attachments.create', {
        ...of(),
        applicationRemoteId: application,
        type: 'OTHER',
        visibility: 'PRIVATE',
        file,
      });

      expect([note.remoteId, kept.remoteId]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)]);
      expect(
        ((await one(`applications/${application}`)).attachments as Row[]).map(({ type }) => type).toSorted(),
      ).toEqual(['other', 'resume']);
    });

    it('agrees on employments, educations and tags, there and away', async () => {
      const job_ = { ...of(), company: 'Northwind', title: 'Engineer', startDate: '2017-07-01' };
      const { remoteId: employment } = await run('employments.create', job_);
      const school = { ...of(), institution: 'example university', startDate: '2014-09-01' };
      const { remoteId: education } = await run('educations.create', school);
      await run('tags.add', { ...of(), name: 'Assessed by v1' });

      expect(await one(`candidates/${candidate}`)).toMatchObject({
        tags: ['Assessed by v1'],
        employments: [{ id: Number(employment), company_name: 'Northwind' }],
        educations: [{ id: Number(education), school_name: 'Example University' }],
      });

      await run('employments.remove', { ...of(), employmentRemoteId: employment! });
      await run('educations.remove', { ...of(), educationRemoteId: education! });
      await run('tags.remove', { ...of(), name: 'assessed by V1' });

      expect(await one(`candidates/${candidate}`)).toMatchObject({ tags: [], employments: [], educations: [] });
    });

    it('agrees on moves, rejection and its end, and a hire', async () => {
      const id = { applicationRemoteId: application };
      await run('applications.move', { ...id, toStageRemoteId: stages[1]! });

      expect(await one(`applications/${application}`)).toMatchObject({ current_stage: { id: Number(stages[1]) } });

      await run('applications.reject', id);

      expect(await one(`applications/${application}`)).toMatchObject({ status: 'rejected', rejection_reason: {} });
      await expect(run('applications.move', { ...id, toStageRemoteId: stages[2]! })).rejects.toThrow(/must be active/);

      await run('applications.unreject', id);
      const { openings } = (await one(`jobs/${job}`)) as unknown as { openings: Row[] };
      const opening = openings.find(({ status }) => status === 'open')!;
      await run('applications.hire', { ...id, startDate: '2026-05-01', openingRemoteId: String(opening.id) });

      expect(await one(`applications/${application}`)).toMatchObject({ status: 'hired', current_stage: null });
    });

    it('agrees on another job', async () => {
      const jobs = (await read(resourceOf(v1, 'jobs')!.list, { status: 'open' })) as Row[];
      const other = jobs.map(({ id }) => String(id)).find((id) => id !== job)!;
      await run('applications.move', { applicationRemoteId: application, toJobRemoteId: other });

      expect(await one(`applications/${application}`)).toMatchObject({ jobs: [{ id: Number(other) }] });
    });

    it('agrees on prospects in a pool, and on further applications', async () => {
      const [pool] = (await read(resourceOf(v1, 'prospect-pools')!.list)) as Row[];
      const prospect = await run('prospects.create', {
        candidate: { firstName: 'Sora', lastName: 'Kim' },
        prospect: { prospectPoolRemoteId: String(pool!.id) },
      });
      const prospectId = prospect.changed.find(({ model }) => model === 'applications')!.remoteIds[0]!;
      const { remoteId } = await run('applications.create', {
        candidateRemoteId: prospect.remoteId!,
        application: { jobRemoteId: job, stageRemoteId: stages[1]! },
      });

      expect(prospect.warnings).toEqual([]);
      expect(await one(`applications/${prospectId}`)).toMatchObject({
        prospect_detail: { prospect_pool: { id: pool!.id } },
      });
      expect(await one(`applications/${remoteId}`)).toMatchObject({ current_stage: { id: Number(stages[1]) } });
    });

    it('agrees that there is no such candidate', async () => {
      const note = { candidateRemoteId: '4999999999003', type: 'NOTE', visibility: 'PUBLIC', body: 'x' } as const;

      await expect(run('notes.create', note)).rejects.toThrow(/not_found/);
    });
  });
});
