import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId, recordId } from '#libs/model';
import { type OpenJob, openWritesDesk, type Problem, type Row, type WritesDesk } from './writes-desk.js';

describe('a write to an ATS', () => {
  let desk: WritesDesk;
  let open: OpenJob;
  let id: string;
  let keys = 0;

  beforeAll(async () => {
    desk = await openWritesDesk();
    open = await desk.job();
    id = (await desk.call('POST', 'candidates', PERSON)).body.recordId!;
  });
  afterAll(() => desk?.close());
  beforeEach(() => void desk.written());
  afterEach(() => fetch(`${desk.harvest.standIn.url}/faults`, { method: 'DELETE' }));

  const PERSON = { firstName: 'Imani', lastName: 'Okafor' };
  const note = { body: '81 of 100', visibility: 'PRIVATE' };
  const keyed = () => ({ headers: { 'idempotency-key': `write-${++keys}` } });
  const problem = (method: string, path: string, body?: unknown) => desk.call<Problem>(method, path, body);

  describe('under an Idempotency-Key', () => {
    it('is sent once, and the same call again gets the first reply', async () => {
      const key = keyed();

      const first = await desk.call('POST', 'candidates', PERSON, key);
      const second = await desk.call('POST', 'candidates', PERSON, key);

      expect([first.status, second.status, second.headers.get('idempotent-replayed')]).toEqual([201, 201, 'true']);
      expect(second.body).toEqual(first.body);
      expect(desk.written()).toEqual(['POST api/v3/candidates']);
    });

    it.each(['reset', 'unavailable', 'failing'])('is not sent again when its answer was lost: %s', async (fault) => {
      const key = keyed();
      await desk.harvest.standIn.fault(fault, { path: 'notes', count: 1 });

      const first = await desk.call('POST', `candidates/${id}/notes`, note, key);
      const second = await desk.call('POST', `candidates/${id}/notes`, note, key);

      expect([first.status, first.body.code]).toEqual([409, 'outcome_unknown']);
      expect(first.body.detail).toMatch(/look there before you send it again/);
      expect([second.status, second.body.code]).toEqual([409, 'outcome_unknown']);
      expect(desk.written()).toEqual(['POST api/v3/notes']);
    });

    it('is not sent again when the hub was cut off in the middle of it', async () => {
      const key = keyed();
      await desk.call('POST', `candidates/${id}/notes`, note, key);
      await desk.hub.database.query(
        `UPDATE idempotency_keys SET state = 'RUNNING', created_at = now() - interval '2 minutes' WHERE key = $1`,
        [key.headers['idempotency-key']],
      );
      desk.written();

      const again = await desk.call('POST', `candidates/${id}/notes`, note, key);

      expect([again.status, again.body.code]).toEqual([409, 'outcome_unknown']);
      expect(desk.written()).toEqual([]);
    });
  });

  it('that only changes what is there is repeated by itself', async () => {
    await desk.harvest.standIn.fault('unavailable', { path: 'candidates/', count: 1 });

    const { status } = await desk.call('PATCH', `candidates/${id}`, { title: 'Engineer' });

    expect(status).toBe(200);
    expect(desk.written()).toHaveLength(2);
  });

  it('stands although what it changed cannot be read again', async () => {
    await desk.harvest.standIn.fault('failing', { path: 'candidate_employments', count: 9 });

    const { status, body } = await desk.call('PATCH', `candidates/${id}`, { title: 'Staff engineer' });

    expect([status, body.record, body.recordId]).toEqual([200, null, id]);
    expect(body.warnings).toEqual([expect.stringMatching(/^It is done, but candidates \d+ could not be read again/)]);
  });

  it('waits for what the ATS makes a moment after its answer', async () => {
    await desk.harvest.standIn.fault('truncated_creation', { path: 'candidates', count: 1, ms: 400 });

    const { status, body } = await desk.call('POST', 'candidates', { ...PERSON, lastName: 'Late' });

    expect([status, body.record?.lastName, body.warnings]).toEqual([201, 'Late', []]);
  });

  describe('that is only tried', () => {
    const calls = (): [string, string, unknown][] => [
      ['POST', 'candidates', { ...PERSON, application: { jobId: desk.id('jobs', open.job) } }],
      ['PATCH', `candidates/${id}`, { title: 'Engineer' }],
      ['POST', 'prospects', PERSON],
      ['POST', 'applications', { candidateId: id, jobId: desk.id('jobs', open.job) }],
      ['POST', `candidates/${id}/notes`, note],
      ['POST', `candidates/${id}/employments`, { company: 'A', title: 'B', startDate: '2017-07-01' }],
      ['PUT', `candidates/${id}/tags/new`, undefined],
    ];

    it('shows what would be sent, and sends nothing that writes', async () => {
      for (const [method, path, body] of calls()) {
        const reply = await desk.call(method, `${path}?dryRun=true`, body);

        expect([path, reply.status, reply.body.dryRun]).toEqual([path, 200, true]);
        expect(reply.body.wouldSend).toMatchObject({
          method: expect.stringMatching(/POST|PATCH/),
          body: expect.anything(),
        });
        expect(reply.body).not.toHaveProperty('record');
      }
      expect(desk.written()).toEqual([]);
    });

    it('names the ATS’s ids and fields', async () => {
      const reply = await desk.call('POST', `candidates/${id}/notes?dryRun=true`, note);

      expect(reply.body.wouldSend).toMatchObject({
        method: 'POST',
        path: 'notes',
        body: { note_type: 'NOTE', visibility: 'private', body: '81 of 100' },
      });
      expect(reply.body.effects.length).toBeGreaterThan(0);
    });

    it('is checked like one that is done', async () => {
      const { status, body } = await problem('POST', `candidates/${id}/notes?dryRun=true`, {
        body: 'x',
        visibility: 'ALL',
      });

      expect([status, body.errors[0]?.path]).toEqual([422, 'visibility']);
    });

    it('has nothing to send where there is nothing to do', async () => {
      await desk.call('PUT', `candidates/${id}/tags/there`);
      const { status, body } = await desk.call('PUT', `candidates/${id}/tags/there?dryRun=true`);

      expect([status, body.wouldSend, body.warnings.length]).toEqual([200, null, 1]);
    });
  });

  describe('is refused before anything is sent', () => {
    it('for fields the ATS does not take', async () => {
      const [user] = (await desk.harvest.all('users')) as Row[];
      const recruiterId = desk.id('users', user!.id);

      const { status, body } = await problem('POST', 'candidates', { ...PERSON, recruiterId });

      expect([status, body.code]).toEqual([422, 'unsupported']);
      expect(body.errors).toEqual([{ path: 'recruiterId', message: 'is nothing Greenhouse takes here' }]);
    });

    it('for fields it cannot do without, and words it does not know', async () => {
      const emails = [
        { value: 'a@b.example', type: 'WORK' },
        { value: 'c@d.example', type: 'HOME' },
      ];
      const { status, body } = await problem('POST', 'candidates', { lastName: 'Okafor', emails });

      expect([status, body.code]).toEqual([422, 'invalid_input']);
      expect(body.errors).toEqual([
        { path: 'firstName', message: 'is required by Greenhouse' },
        { path: 'emails.1.type', message: 'must be one of PERSONAL, WORK, OTHER' },
      ]);
    });

    it('for ids that are nobody’s, of another integration, or of something else', async () => {
      const other = await desk.connect();
      await desk.fill(other);
      const { job } = open;
      const theirs = recordId(other, 'jobs', job);
      const ids = [theirs, newId('request').replace('req_', 'job_'), id, 'nonsense', '__proto__'];

      for (const jobId of ids) {
        const { status, body } = await problem('POST', 'applications', { candidateId: id, jobId });
        expect([jobId, status, body.errors.map(({ path }) => path)]).toEqual([jobId, 422, ['jobId']]);
      }
      const stages = await problem('POST', 'candidates', { ...PERSON, application: { jobId: theirs, stageId: id } });
      expect(stages.body.errors.map(({ path }) => path)).toEqual(['application.jobId', 'application.stageId']);
      const elsewhere = { headers: { 'x-integration-id': other } };
      const theirCandidate = await desk.call('PATCH', `candidates/${id}`, { title: 'x' }, elsewhere);
      expect([theirCandidate.status, theirCandidate.body.code]).toEqual([404, 'not_found']);
      expect(desk.written()).toEqual([]);
    });

    it('where the connector finds it makes no sense', async () => {
      const empty = await problem('PATCH', `candidates/${id}`, {});
      const noJob = await problem('POST', 'candidates', { ...PERSON, application: {} });
      const subject = await problem('POST', `candidates/${id}/notes`, { ...note, type: 'EMAIL' });

      expect([empty.status, empty.body.errors[0]?.path]).toEqual([422, '']);
      expect([noJob.status, noJob.body.errors[0]?.path]).toEqual([422, 'application.jobId']);
      expect([subject.status, subject.body.errors[0]?.path]).toEqual([422, 'subject']);
      expect(desk.written()).toEqual([]);
    });

    it('without the permission that is known to be missing, by the ATS’s own name of it', async () => {
      const limited = await desk.connect();
      await desk.fill(limited);
      await desk.hub.database.query(`UPDATE connections SET findings = $2 WHERE integration_id = $1`, [
        limited,
        JSON.stringify([{ permission: 'notes.write', state: 'MISSING' }]),
      ]);
      const [row] = (await desk.harvest.all('candidates')) as Row[];
      const theirs = recordId(limited, 'candidates', String(row!.id));
      const headers = { 'x-integration-id': limited };

      const { status, body } = await desk.call('POST', `candidates/${theirs}/notes`, note, { headers });
      const meta = await desk.call<{ permission: object }>('GET', 'meta/notes.create', undefined, { headers });

      expect([status, body.code, body.detail]).toEqual([
        403,
        'permission_missing',
        expect.stringMatching(/Notes: create/),
      ]);
      expect(meta.body.permission).toEqual({ permission: 'notes.write', label: 'Notes: create', state: 'MISSING' });
      expect(desk.written()).toEqual([]);
    });

    it('when the ATS turns out not to permit it, by the name of the permission', async () => {
      const post = (path: string, body: object, method = 'POST') =>
        fetch(`${desk.harvest.standIn.url}/${path}`, {
          method,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const scopes = ['harvest:candidates:list', 'harvest:users:list'];
      const client = (await (await post('clients', { kind: 'custom', scopes })).json()) as {
        id: string;
        secret: string;
      };
      const body = { provider: 'greenhouse', originOrgId: 'half', originOrgName: 'Half' };
      const half = (await desk.hub.call<{ id: string }>('POST', '/v1/integrations', { body })).body.id;
      const credentials = { clientId: client.id, clientSecret: client.secret };
      await desk.hub.call('POST', `/v1/integrations/${half}/connect`, {
        body: { method: 'client-credentials', credentials },
      });
      await desk.fill(half);
      const [row] = (await desk.harvest.all('candidates')) as Row[];
      const theirs = recordId(half, 'candidates', String(row!.id));

      const reply = await desk.call('POST', `candidates/${theirs}/notes`, note, {
        headers: { 'x-integration-id': half },
      });

      expect([reply.body.code, reply.body.detail]).toEqual([
        expect.stringMatching(/^(?:provider_forbidden|permission_missing)$/),
        expect.stringMatching(/Notes: create/),
      ]);
    });
  });

  // The last one: nothing more is sent to this ATS for a while.
  it('may be sent again when the ATS only had no room for it', async () => {
    const { headers } = keyed();
    await desk.harvest.standIn.fault('rate_limited', { path: 'notes', count: 1, ms: 20_000 });

    const { status, body } = await desk.call('POST', `candidates/${id}/notes`, note, { headers });

    expect([status, body.code]).toEqual([429, 'provider_rate_limited']);
    const sql = 'SELECT state FROM idempotency_keys WHERE key = $1';
    expect(await desk.hub.database.query(sql, [headers['idempotency-key']])).toEqual([]);
  });
});
