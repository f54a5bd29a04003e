import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { type GreenhouseDesk, openGreenhouseDesk } from './greenhouse-desk.js';

interface Mirrored {
  id: string;
  remoteId: string;
  deletedAt: string | null;
}

interface Candidate extends Mirrored {
  educations: { remoteId: string; institution: string | null; degree: string | null; field: string | null }[];
}

interface Attachment extends Mirrored {
  type: { value: string };
  file: { id: string; status: string };
}

describe('what the mirror of Greenhouse has', () => {
  let desk: GreenhouseDesk;
  let token: string;
  beforeAll(async () => {
    desk = await openGreenhouseDesk();
    token = await desk.token();
  });
  afterAll(() => desk?.close());
  beforeEach(() => desk.calm());

  const harvest = async (path: string) =>
    (await desk.standIn<Record<string, unknown>[]>('GET', `api/v3/${path}`, undefined, token)).body;

  describe('of a whole connection', () => {
    let id: string;
    beforeAll(async () => {
      id = await desk.connect();
      expect(await desk.settled(id)).toMatchObject({ status: 'SUCCEEDED' });
    });

    it('are schools, degrees and disciplines by their names', async () => {
      const names = new Map(
        (await harvest('custom_field_options?per_page=500')).map((row) => [String(row.id), row.name]),
      );
      const rows = new Map((await harvest('candidate_educations?per_page=500')).map((row) => [String(row.id), row]));
      const candidates = await desk.records<Candidate>(id, '/v1/ats/candidates');
      const shown = candidates.flatMap(({ educations }) => educations);

      expect(shown.length).toBeGreaterThan(10);
      expect(shown.filter(({ institution }) => institution !== null).length).toBeGreaterThan(5);
      const nameIn = (remoteId: string, field: string) =>
        names.get(String(rows.get(remoteId)?.[`${field}_custom_field_option_id`])) ?? null;
      expect(shown).toMatchObject(
        shown.map(({ remoteId }) => ({
          institution: nameIn(remoteId, 'school_name'),
          degree: nameIn(remoteId, 'degree'),
          field: nameIn(remoteId, 'discipline'),
        })),
      );
    });

    it('goes with the candidate it belongs to, at once and with events', async () => {
      await desk.call('POST', '/v1/webhooks/endpoints', {
        body: { url: 'https://vendor.example/hooks', category: 'ATS' },
      });
      const [attachment] = await desk.records<Attachment & { candidateRemoteId: string }>(id, '/v1/ats/attachments');
      const person = attachment!.candidateRemoteId;
      const { status } = await desk.standIn('DELETE', `api/v3/candidates/${person}`, undefined, token);
      expect(status).toBe(200);

      await desk.sync(id, { mode: 'FULL', models: ['candidates'] });

      const all = await desk.records<Attachment>(id, '/v1/ats/attachments?includeDeleted=true');
      expect(all.find((one) => one.id === attachment!.id)?.deletedAt).toEqual(expect.any(String));
      const told = await desk.query<{ model: string }>(
        `SELECT convert_from(payload, 'UTF8')::json ->> 'syncDataType' AS model FROM events
         WHERE integration_id = $1 AND type = 'record.deleted'`,
        [id],
      );
      expect(told.map(({ model }) => model)).toEqual(
        expect.arrayContaining(['ats_candidates', 'ats_applications', 'ats_attachments']),
      );
    });
  });

  it('is whole without what a narrow connection never asked for', async () => {
    const scopes = ['candidates', 'users'].map((name) => `harvest:${name}:list`);
    const client = await desk.client('custom', scopes);
    const id = await desk.connect({ client, permissions: ['candidates.read', 'users.read'] });

    const initial = await desk.settled(id);
    const delta = await desk.sync(id);

    expect([initial, delta]).toMatchObject([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
    const states = Object.fromEntries(delta.resources.map(({ resource, state }) => [resource, state]));
    expect(states).toMatchObject({
      users: 'DONE',
      candidates: 'DONE',
      candidate_educations: 'NOT_ASKED_FOR',
      jobs: 'NOT_ASKED_FOR',
    });
    const { body } = await desk.call<{ coverage: Record<string, string> }>(
      'GET',
      '/v1/ats/candidates?include=coverage&limit=1',
      { integrationId: id },
    );
    expect(body.coverage).toMatchObject({ firstName: 'SUPPORTED', educations: 'NOT_ASKED_FOR' });
  });

  it('is not whole without what it asked for and did not get', async () => {
    const client = await desk.client('custom', ['harvest:candidates:list', 'harvest:users:list']);
    const id = await desk.connect({ client, permissions: ['candidates.read', 'users.read', 'jobs.read'] });

    expect(await desk.settled(id)).toMatchObject({ status: 'PARTIAL' });
  });

  describe('behind a link that is dead before the file is fetched', () => {
    const resumes = async (id: string) => {
      await desk.settled(id);
      const pending = () => desk.query(`SELECT FROM files WHERE integration_id = $1 AND state = 'PENDING'`, [id]);
      await until(async () => (await pending()).length === 0, { what: 'every file', withinMs: 60_000 });
      const all = await desk.records<Attachment>(id, '/v1/ats/attachments');
      return all.filter(({ type }) => type.value === 'RESUME');
    };

    it('is fetched by another link', async () => {
      await desk.fault('dead_link', { path: 'files/', count: 3 });

      const found = await resumes(await desk.connect());

      expect(await desk.left('dead_link')).toBe(0);
      expect(found.length).toBeGreaterThan(5);
      expect(new Set(found.map(({ file }) => file.status))).toEqual(new Set(['STORED']));
    });

    it('is given up after the fourth', async () => {
      const [resume] = await harvest('attachments?type=resume&per_page=1');
      await desk.fault('dead_link', { path: `files/${String(resume!.id)}/`, count: 100 });

      const id = await desk.connect();
      const found = await resumes(id);

      expect(found.filter(({ file }) => file.status === 'FAILED').map(({ remoteId }) => remoteId)).toEqual([
        String(resume!.id),
      ]);
      expect(await desk.left('dead_link')).toBe(96);
      expect(await desk.query('SELECT error FROM files WHERE integration_id = $1 AND error IS NOT NULL', [id])).toEqual(
        [{ error: 'http_403' }],
      );
    });
  });
});
