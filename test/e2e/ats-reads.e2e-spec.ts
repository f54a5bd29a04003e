import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import greenhouse from '../../connectors/greenhouse/index.js';
import { type Harvest, startHarvest } from '../support/harvest-client.js';
import { openReadsDesk, type ReadsDesk, type View } from './reads-desk.js';

/** What a product shows of its customers' Greenhouse, by the calls it shows it from. */
describe('a customer’s Greenhouse, read through the hub', () => {
  let harvest: Harvest;
  let desk: ReadsDesk;
  let id: string;

  beforeAll(async () => {
    [harvest, desk] = await Promise.all([startHarvest({ candidates: 60 }), openReadsDesk(greenhouse)]);
    id = await desk.integration();
    for (const resource of greenhouse.api!.versions.v3!.resources) {
      const query = new URLSearchParams({ ...(resource.list.query as Record<string, string>), per_page: '500' });
      await desk.fill(id, resource, await harvest.all(`${resource.list.path}?${query}`));
    }
  });
  afterAll(async () => {
    await desk?.close();
    await harvest?.standIn.stop();
  });

  const all = async (model: string, query = ''): Promise<View[]> => {
    const { status, body } = await desk.list(id, model, `limit=250&${query}`);
    expect([model, status]).toEqual([model, 200]);
    expect(body.data.length).toBeGreaterThan(0);
    return body.data;
  };

  it('gives every model, each record with all the fields the document promises', async () => {
    for (const { model } of greenhouse.api!.versions.v3!.resources.flatMap((one) =>
      one.kind === 'records' && one.model !== 'eeoc' ? [one] : [],
    )) {
      const [record] = await all(model);
      expect([model, Object.keys(record!)]).toEqual([
        model,
        expect.arrayContaining([
          'id',
          'integrationId',
          'provider',
          'remoteId',
          'changedAt',
          'customFields',
          'mappedFields',
        ]),
      ]);
    }
  });

  it('gives a job’s id, name and status, with its first department and office', async () => {
    const row = (await harvest.all('jobs?per_page=500')).find(
      ({ department_id, office_ids }) => department_id && office_ids,
    )!;
    const { body } = await desk.get(id, 'jobs', String(row.id), 'expand=departments,offices');

    const { departments, offices } = body.expanded as { departments: View[]; offices: View[] };
    expect(body).toMatchObject({ remoteId: String(row.id), title: row.name, status: { raw: row.status } });
    expect(departments[0]).toMatchObject({ remoteId: String(row.department_id), name: expect.any(String) });
    expect(offices[0]).toMatchObject({ remoteId: String((row.office_ids as number[])[0]), name: expect.any(String) });
    expect([departments[0]!.id, offices[0]!.id]).toEqual([
      (body.departmentIds as string[])[0],
      (body.officeIds as string[])[0],
    ]);
  });

  it('gives the content of a job’s posting as HTML and as clean text, and its source on request', async () => {
    const row = (await harvest.all('job_posts?per_page=500')).find(({ job_id }) => job_id)!;
    const { body } = await desk.get(id, 'job-postings', String(row.id), 'include=remoteData&expand=job');

    expect(body.contentHtml).toBe(row.content);
    expect(body.contentHtml).toMatch(/<\w+/);
    expect(body.contentText).not.toMatch(/<\w+|&\w+;/);
    expect(String(body.contentText).length).toBeGreaterThan(20);
    expect(body.remoteData).toEqual(row);
    expect((body.expanded as { job: View }).job.remoteId).toBe(String(row.job_id));
    expect((await all('job-postings', `jobId=${String(body.jobId)}`)).map((posting) => posting.id)).toContain(body.id);
  });

  it('gives the stages of a job with id, name and order', async () => {
    const [job] = await all('jobs');
    const stages = await all('job-stages', `jobId=${job!.id}`);

    const orders = stages.map(({ order }) => order as number);
    expect(stages.every(({ id: stage, name }) => stage.startsWith('stge_') && typeof name === 'string')).toBe(true);
    expect(new Set(orders).size).toBe(orders.length);
    expect(Math.min(...orders)).toBe(0);
  });

  it('gives the stage an application is in, and finds the applications of a stage', async () => {
    const application = (await all('applications', 'status=ACTIVE&isProspect=false&expand=stage,candidate,job'))[0]!;
    const { stage, candidate, job } = application.expanded as Record<string, View>;

    expect(stage).toMatchObject({ id: application.stageId, name: application.stageName });
    expect([candidate!.id, job!.id]).toEqual([application.candidateId, application.jobId]);
    const inStage = await all('applications', `stageId=${String(application.stageId)}`);
    expect(inStage.map((one) => one.id)).toContain(application.id);
    expect(new Set(inStage.map(({ stageId }) => stageId))).toEqual(new Set([application.stageId]));
    const ofCandidate = await all('applications', `candidateId=${candidate!.id}`);
    expect(ofCandidate.map((one) => one.candidateId)).toEqual(ofCandidate.map(() => candidate!.id));
  });

  it('gives names, the first e-mail address, and the LinkedIn link among the social media addresses', async () => {
    const rows = await harvest.all('candidates?per_page=500');
    const isLinkedIn = ({ value }: { value: string }) => /linkedin/i.test(value);
    const row = rows.find(({ social_media_addresses: found }) => (found as { value: string }[]).some(isLinkedIn))!;
    const { body } = await desk.get(id, 'candidates', String(row.id));

    const [email] = row.email_addresses as { value: string }[];
    expect(body).toMatchObject({ firstName: row.first_name, lastName: row.last_name });
    expect((body.emails as { value: string }[])[0]!.value).toBe(email!.value);
    const linkedIn = (body.links as { url: string; type: string }[]).filter(({ type }) => type === 'LINKEDIN');
    expect(linkedIn[0]!.url).toMatch(/linkedin\.com/i);
    const found = await all('candidates', `email=${encodeURIComponent(email!.value.toUpperCase())}`);
    expect(found.map(({ remoteId }) => remoteId)).toContain(String(row.id));
  });

  it('gives the résumé under a link of the hub’s own and its original name, never the ATS’s link', async () => {
    const row = (await harvest.all('attachments?per_page=500')).find(({ type }) => type === 'resume')!;
    const before = (await desk.get(id, 'attachments', String(row.id))).body;
    const file = before.file as { id: string };
    await desk.hub.database.query(
      `UPDATE files SET state = 'STORED', content_type = 'application/pdf', size_bytes = 4711 WHERE id = $1`,
      [file.id],
    );
    const after = (await desk.get(id, 'attachments', String(row.id))).body;

    const shared = {
      id: file.id,
      filename: row.filename,
      url: expect.stringMatching(`/v1/files/${file.id}$`),
      error: null,
    };
    expect(before.file).toEqual({ ...shared, contentType: null, sizeBytes: null, status: 'PENDING' });
    expect(after.file).toEqual({ ...shared, contentType: 'application/pdf', sizeBytes: 4711, status: 'STORED' });
    const shown = JSON.stringify((await all('attachments', `candidateId=${String(before.candidateId)}`))[0]);
    expect(shown).not.toContain(new URL(String(row.url)).host);
  });
});
