import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Action,
  type ActionContext,
  type ApiReply,
  type ApiRequest,
  type ApiVersion,
  type Listing,
  type Query,
  type Resource,
} from '#libs/connector-kit';
import type { ActionInputs, ActionName, ActionOutcome } from '#libs/model';
import greenhouse from './index.js';
import { type Answer, type Harvest, startHarvest } from '../../test/support/harvest-client.js';

const v3 = greenhouse.api!.versions.v3 as ApiVersion;
const nameOf = (resource: Resource) => (resource.kind === 'records' ? resource.model : resource.name);
const MOST_PAGES = 20;

describe('Harvest v3, described and standing in for itself', () => {
  let harvest: Harvest;

  beforeAll(async () => {
    harvest = await startHarvest({ candidates: 60 });
  });
  afterAll(() => harvest.standIn.stop());

  const toReply = ({ status, headers, body }: Answer): ApiReply => ({
    status,
    headers: Object.fromEntries(headers),
    body: body as unknown,
  });

  async function exchange({ method, path, query = {}, json }: ApiRequest): Promise<ApiReply> {
    const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    const address = search.size === 0 ? path : `${path}?${search}`;
    if (method === 'GET') return toReply(await harvest.get(address));
    if (method === 'POST') return toReply(await harvest.post(address, json));
    return toReply(await (method === 'PATCH' ? harvest.patch(address, json) : harvest.remove(address)));
  }

  /** As the engine does it: what is not good ends the call. */
  async function send(request: ApiRequest): Promise<ApiReply> {
    const reply = await exchange(request);
    const failure = v3.failure!(reply);
    if (failure) throw new Error(`${request.method} ${request.path}: ${failure.kind} ${failure.reasons.join(' ')}`);
    return reply;
  }

  async function read({ path, query, pages }: Listing, more: Query = {}): Promise<unknown[]> {
    const rows: unknown[] = [];
    let reply = await send({ method: 'GET', path, query: { ...pages.first, ...query, ...more } });
    for (let page = 0; page < MOST_PAGES; page++) {
      rows.push(...(pages.rows(reply.body) ?? []));
      const next = pages.next(reply, { query: null, rows: rows.length });
      if (next === null || !('url' in next)) break;
      reply = toReply(await harvest.get(next.url));
    }
    return rows;
  }

  const idsOf = (rows: unknown[]) => rows.map((row) => String((row as { id: unknown }).id));

  it.each(v3.resources.map((resource) => ({ resource, name: nameOf(resource) })))(
    'agree on $name: every row is read, all, by id and since a moment',
    async ({ resource }) => {
      const rows = await read(resource.list);
      const some = idsOf(rows).slice(0, 3);

      expect(rows).not.toEqual([]);
      expect(rows.filter((row) => !resource.wire.safeParse(row).success)).toEqual([]);
      expect(idsOf(await read(resource.list, resource.list.byIds!.query(some))).toSorted()).toEqual(some.toSorted());
      if (resource.list.since)
        expect(await read(resource.list, resource.list.since('2999-01-01T00:00:00.000Z'))).toEqual([]);
      for (const filter of Object.values(resource.list.byParents ?? {})) {
        expect(Array.isArray(await read(resource.list, filter.query(['4999999999003'])))).toBe(true);
      }
    },
  );

  it.each(Object.entries(v3.permissions).filter(([key]) => key !== 'webhooks.write'))(
    'agree that the permission %s is granted',
    async (_key, { probe }) => {
      const { status } = await exchange(probe!);

      expect(probe!.grantedWhen).toContain(status);
    },
  );

  describe('writing', () => {
    const context: ActionContext = { send, onBehalfOf: null };
    const run = <N extends ActionName>(name: N, input: ActionInputs[N]): Promise<ActionOutcome> =>
      (v3.actions[name] as unknown as Action<N>).run(input, context);
    const rowOf = async (path: string, id: string) =>
      (await read({ path, pages: v3.resources[0]!.list.pages }, { ids: id }))[0];
    const one = async (path: string, query: Query = {}) =>
      (await read({ path, pages: v3.resources[0]!.list.pages }, query)) as Record<string, unknown>[];

    let candidate: string;
    let application: string;
    let job: string;
    let stages: string[];

    beforeAll(async () => {
      const all = await one('job_interview_stages');
      const open = (await one('jobs', { status: 'open' })).map(({ id }) => String(id));
      job = open.find((id) => all.filter((stage) => String(stage.job_id) === id && stage.active === true).length > 2)!;
      stages = all
        .filter((stage) => String(stage.job_id) === job && stage.active === true)
        .toSorted((a, b) => Number(a.sort_order) - Number(b.sort_order))
        .map(({ id }) => String(id));
      const made = await run('candidates.create', {
        candidate: {
          firstName: 'Imani',
          lastName: 'Okafor',
          emails: [{ value: 'imani.okafor@example.org', type: 'PERSONAL' }],
          socialLinks: ['https://www.linkedin.com/in/imani-okafor-example'],
        },
        application: { jobRemoteId: job },
      });
      candidate = made.remoteId!;
      application = made.changed.find(({ model }) => model === 'applications')!.remoteIds[0]!;
    });

    it('agrees on a candidate, and on changing it', async () => {
      await run('candidates.update', {
        candidateRemoteId: candidate,
        candidate: { title: 'Engineer', isPrivate: true },
      });

      expect(await rowOf('candidates', candidate)).toMatchObject({
        first_name: 'Imani',
        title: 'Engineer',
        private: true,
      });
    });

    it('agrees on notes and files', async () => {
      const note = { candidateRemoteId: candidate, type: 'NOTE', visibility: 'ADMIN_ONLY', body: '81/100' } as const;
      const file = { filename: 'report.pdf', contentType: 'application/pdf', content: 'JVBERi0xLjQK' };
      const { remoteId: noteId } = await run('notes.create', note);
      const attachment = { candidateRemoteId: candidate, type: 'OTHER', visibility: 'PRIVATE', file } as const;
      const { remoteId: fileId } = await run('attachments.create', attachment);

      expect(await rowOf('notes', noteId!)).toMatchObject({ body: '81/100', visibility: 'admin_only_visible' });
      expect(await rowOf('attachments', fileId!)).toMatchObject({ filename: 'report.pdf', type: 'other' });
    });

    it('agrees on an e-mail kept as a note', async () => {
      const email = { from: ['rec@customer.example'], to: ['imani.okafor@example.org'], cc: [] };
      const note = {
        candidateRemoteId: candidate,
        type: 'EMAIL',
        visibility: 'PUBLIC',
        subject: 'Hello',
        body: 'x',
        email,
      } as const;

      expect((await run('notes.create', note)).remoteId).toMatch(/^\d+$/);
    });

    it('agrees on employments, educations and tags, there and away', async () => {
      const employment = {
        candidateRemoteId: candidate,
        company: 'Northwind',
        title: 'Engineer',
        startDate: '2017-07-01',
      };
      const { remoteId: employmentId } = await run('employments.create', employment);
      await run('employments.remove', { candidateRemoteId: candidate, employmentRemoteId: employmentId! });
      const { remoteId: educationId } = await run('educations.create', {
        candidateRemoteId: candidate,
        startDate: '2014-09-01',
      });
      await run('educations.remove', { candidateRemoteId: candidate, educationRemoteId: educationId! });
      await run('tags.add', { candidateRemoteId: candidate, name: 'Assessed by us' });

      expect(await rowOf('candidates', candidate)).toMatchObject({ tags: ['Assessed by us'] });

      await run('tags.remove', { candidateRemoteId: candidate, name: 'assessed by US' });

      expect(await rowOf('candidates', candidate)).toMatchObject({ tags: [] });
      expect(await rowOf('candidate_employments', employmentId!)).toBeUndefined();
    });

    it('agrees on moves, rejection and its end, and a hire', async () => {
      const id = { applicationRemoteId: application };
      await run('applications.move', { ...id, toStageRemoteId: stages[1]! });

      expect(await rowOf('applications', application)).toMatchObject({ job_interview_stage_id: Number(stages[1]) });
      await expect(
        run('applications.move', { ...id, fromStageRemoteId: stages[0]!, toStageRemoteId: stages[2]! }),
      ).rejects.toThrow(/is in the stage/);

      const [reason] = await one('rejection_reasons', { include_defaults: true });
      await run('applications.reject', { ...id, rejectReasonRemoteId: String(reason!.id) });

      expect(await rowOf('applications', application)).toMatchObject({ status: 'rejected' });
      await expect(run('applications.move', { ...id, toStageRemoteId: stages[2]! })).rejects.toThrow(/must be active/);

      await run('applications.unreject', id);

      expect(await rowOf('applications', application)).toMatchObject({ status: 'in_process' });

      const openings = await one('openings', { job_ids: job, open: true });
      await run('applications.hire', { ...id, startDate: '2026-05-01', openingRemoteId: String(openings[0]!.id) });

      expect(await rowOf('applications', application)).toMatchObject({ status: 'hired' });
    });

    it('agrees on prospects and further applications', async () => {
      const [pool] = await one('prospect_pools');
      const person = { firstName: 'Sora', lastName: 'Kim' };
      const prospect = await run('prospects.create', {
        candidate: person,
        prospect: { prospectPoolRemoteId: String(pool!.id) },
      });
      const { remoteId } = await run('applications.create', {
        candidateRemoteId: prospect.remoteId!,
        application: { jobRemoteId: job, stageRemoteId: stages[1]! },
      });

      expect(await rowOf('applications', remoteId!)).toMatchObject({
        prospect: false,
        job_interview_stage_id: Number(stages[1]),
      });
    });

    it('agrees that there is no such candidate', async () => {
      const note = { candidateRemoteId: '4999999999003', type: 'NOTE', visibility: 'PUBLIC', body: 'x' } as const;

      await expect(run('notes.create', note)).rejects.toThrow('Greenhouse has no such candidate.');
    });
  });
});
