import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import greenhouse from '../../connectors/greenhouse/index.js';
import { aGreenhouseOrder } from '../factories/greenhouse-order.js';
import {
  type AssessmentView,
  modifications,
  type Problem,
  readAssessment,
  refusedReport,
  report,
} from '../support/assessment.js';
import type { FeatureApp } from '../support/feature-app.js';
import { type ConnectedAts, connectAts, startOrderDesk } from '../support/order-desk.js';

const PATH = '/v1/ats/assessments';
const DONE = { status: 'COMPLETED', score: 80, profileUrl: 'https://vendor.example/r/1' };

describe('assessments', () => {
  let desk: FeatureApp;
  let ats: ConnectedAts;

  beforeAll(async () => {
    desk = await startOrderDesk([greenhouse]);
    ats = await connectAts(desk, 'greenhouse');
    const packages = [
      { id: 'backend-l2', name: 'Backend Engineer, level 2' },
      { id: 'other', name: 'Other' },
    ];
    await desk.call('PUT', `${PATH}/packages`, { body: { packages } });
  });
  afterAll(() => desk.close());

  const order = async (changes = {}, candidate = {}, from = ats): Promise<string> => {
    const reply = await from.call('POST', 'send_test', { body: aGreenhouseOrder(changes, candidate) });
    return (reply.json as { partner_interview_id: string }).partner_interview_id;
  };

  describe('reading one', () => {
    it('shows the record with its results, what the ATS knows, and what happened', async () => {
      const id = await order();

      const { status, body } = await desk.call<Record<string, unknown>>('GET', `${PATH}/${id}`);

      expect(status).toBe(200);
      expect(body).toMatchObject({
        id,
        applicationId: '4190334003',
        status: 'NOT_SPECIFIED',
        outcome: 'NONE',
        assessmentPackage: { id: 'backend-l2', name: 'Backend Engineer, level 2' },
        originData: { partner_test_id: 'backend-l2' },
        integrationId: ats.integrationId,
        result: null,
        results: [],
        writeback: { state: 'NONE', attempts: 0, lastError: null, lastAt: null },
        timeline: [{ type: 'ORDERED', data: { packageId: 'backend-l2' } }],
        resume: { status: 'PENDING', url: expect.stringMatching(/^http.*\/v1\/files\/fil_\w{22}$/) },
      });
    });

    it('has no résumé where the order had none', async () => {
      const id = await order({}, { resume_url: null });

      expect((await readAssessment(desk, id)).resume).toBeNull();
    });

    it('is refused without a key, and finds nothing with another account’s', async () => {
      const id = await order();
      const { apiKey } = await desk.anotherAccount();

      for (const [method, path, body] of [
        ['GET', `${PATH}/${id}`, undefined],
        ['PATCH', `${PATH}/${id}`, DONE],
        ['POST', `${PATH}/${id}/reset`, undefined],
      ] as const) {
        expect((await desk.call(method, path, { apiKey: null, body })).status).toBe(401);
        expect((await desk.call(method, path, { apiKey, body })).status).toBe(404);
      }
      expect((await desk.call<{ data: unknown[] }>('GET', PATH, { apiKey })).body.data).toEqual([]);
      expect((await readAssessment(desk, id)).status).toBe('NOT_SPECIFIED');
    });

    it('finds nothing under another integration than the one named', async () => {
      const id = await order();
      const other = await connectAts(desk, 'greenhouse');

      const as = async (integrationId: string) =>
        (await desk.call('GET', `${PATH}/${id}`, { headers: { 'x-integration-id': integrationId } })).status;

      expect([await as(ats.integrationId), await as(other.integrationId), await as('x')]).toEqual([200, 404, 404]);
      const headers = { 'x-integration-id': other.integrationId };
      expect((await desk.call('PATCH', `${PATH}/${id}`, { body: DONE, headers })).status).toBe(404);
    });

    it.each(['nope', 'ats_ass_0000000000000000000000', 'int_0000000000000000000000'])('finds no %s', async (id) => {
      expect((await desk.call<Problem>('GET', `${PATH}/${id}`)).body.code).toBe('not_found');
      expect((await refusedReport(desk, id, DONE)).status).toBe(404);
      expect((await desk.call('POST', `${PATH}/${id}/reset`)).status).toBe(404);
    });
  });

  describe('a report', () => {
    it('moves the assessment on and tells subscribers what changed', async () => {
      const id = await order();

      await report(desk, id, { status: 'STARTED', startedAt: '2026-11-21T10:14:00+01:00' });
      const done = await report(desk, id, {
        ...DONE,
        maxScore: 100,
        outcome: 'PASS',
        summary: 'Strong',
        traits: [{ name: 'Speed', score: 3 }],
        metaData: { attempt: 'a-1' },
        completedAt: '2026-11-21T10:02:00Z',
      });

      expect(done).toMatchObject({
        status: 'COMPLETED',
        outcome: 'PASS',
        startedAt: '2026-11-21T09:14:00.000Z',
        result: {
          version: 1,
          status: 'COMPLETED',
          score: 80,
          maxScore: 100,
          outcome: 'PASS',
          profileUrl: 'https://vendor.example/r/1',
          summary: 'Strong',
          traits: [{ name: 'Speed', score: 3, maxScore: null, comment: null, visible: true }],
          metaData: { attempt: 'a-1' },
          startedAt: '2026-11-21T09:14:00.000Z',
          completedAt: '2026-11-21T10:02:00.000Z',
        },
        writeback: { state: 'QUEUED', attempts: 0 },
      });
      expect(done.timeline.map(({ type }) => type)).toEqual(['ORDERED', 'STATUS', 'STATUS', 'RESULT']);
      const [first, second] = await modifications(desk, id);
      expect(first).toMatchObject({
        eventType: 'record.modified',
        recordId: id,
        eventData: {
          candidateAssessment: { id, status: 'STARTED' },
          changes: {
            status: { from: 'NOT_SPECIFIED', to: 'STARTED' },
            startedAt: { from: null, to: '2026-11-21T09:14:00.000Z' },
          },
        },
      });
      expect(Object.keys((second?.eventData as { changes: object }).changes)).toEqual([
        'status',
        'score',
        'maxScore',
        'outcome',
        'profileUrl',
        'summary',
        'traits',
        'metaData',
        'completedAt',
      ]);
    });

    it('given again changes nothing, raises nothing and queues nothing', async () => {
      const id = await order();
      const body = {
        ...DONE,
        traits: [{ name: 'A', score: -0 }],
        metaData: { b: 1, a: -0 },
        completedAt: '2026-01-01T00:00:00.5Z',
      };
      const first = await report(desk, id, body);
      const again = await report(desk, id, {
        ...body,
        metaData: { a: 0, b: 1 },
        traits: [{ name: 'A', score: 0, maxScore: null, visible: true }],
        completedAt: '2026-01-01T01:00:00.500+01:00',
      });
      const nothing = await report(desk, id, {});

      expect([again, nothing]).toEqual([first, first]);
      expect(await modifications(desk, id)).toHaveLength(1);
    });

    it('with other content makes a version; earlier ones stay readable and the ATS is told anew', async () => {
      const id = await order();
      await report(desk, id, DONE);

      const second = await report(desk, id, { score: 90 });

      expect(second.result).toMatchObject({ version: 2, score: 90, profileUrl: DONE.profileUrl });
      expect(second.results.map(({ version, score }) => [version, score])).toEqual([
        [1, 80],
        [2, 90],
      ]);
      expect(await modifications(desk, id)).toHaveLength(2);
      const work = await desk.database.query(
        'SELECT FROM delivery_work w JOIN events e ON e.id = w.event_id WHERE e.subject_id = $1 AND e.type = $2',
        [id, 'assessment.callback'],
      );
      expect(work).toHaveLength(2);
    });

    it('takes a value back with null', async () => {
      const id = await order();
      await report(desk, id, { ...DONE, summary: 'x', traits: [{ name: 'A' }], outcome: 'PASS' });

      const { result } = await report(desk, id, { summary: null, traits: null, outcome: null, score: null });

      expect(result).toMatchObject({ version: 2, score: null, summary: null, traits: [], outcome: 'NONE' });
    });

    it.each([
      ['STARTED', 'PENDING'],
      ['COMPLETED', 'IN_PROGRESS'],
      ['COMPLETED', 'EXPIRED'],
      ['EXPIRED', 'COMPLETED'],
      ['CANCELLED', 'REJECTED'],
      ['PENDING', 'NOT_SPECIFIED'],
    ])('cannot lead from %s to %s, and the refusal names both', async (from, to) => {
      const id = await order();
      await report(desk, id, { ...DONE, status: from });

      const { status, body } = await refusedReport(desk, id, { ...DONE, status: to });

      expect([status, body.code]).toEqual([409, 'state_conflict']);
      expect(body.detail).toContain(from);
      expect(body.detail).toContain(to);
    });

    it('of a closed assessment can only say the same', async () => {
      const id = await order();
      await report(desk, id, { status: 'EXPIRED', summary: 'late' });
      await report(desk, id, { status: 'EXPIRED' });

      expect((await refusedReport(desk, id, { summary: 'later' })).status).toBe(409);
      expect((await readAssessment(desk, id)).writeback.state).toBe('NONE');
    });

    it.each([
      [null],
      ['http://vendor.example/r'],
      ['https://localhost/r'],
      ['https://10.1.2.3/r'],
      ['https://[::1]/r'],
      ['https://intranet/r'],
      ['https://u:p@vendor.example/r'],
    ])('COMPLETED with the profileUrl %p is refused', async (profileUrl) => {
      const id = await order();

      const { status, body } = await refusedReport(desk, id, { status: 'COMPLETED', profileUrl });

      expect([status, body.errors.map(({ path }) => path)]).toEqual([422, ['profileUrl']]);
      expect((await readAssessment(desk, id)).status).toBe('NOT_SPECIFIED');
    });

    it.each<[string, unknown]>([
      ['status', { status: 'DONE' }],
      ['status', { status: null }],
      ['score', { score: '80' }],
      ['score', { score: 1e300 }],
      ['outcome', { outcome: 'GOOD' }],
      ['profileUrl', { profileUrl: 'not a url' }],
      ['profileUrl', { profileUrl: `https://vendor.example/${'x'.repeat(2048)}` }],
      ['summary', { summary: 'x'.repeat(10_001) }],
      ['summary', { summary: 'a\u0000b' }],
      ['traits', { traits: Array.from({ length: 101 }, () => ({ name: 'x' })) }],
      ['traits.0.name', { traits: [{}] }],
      ['traits.0.visible', { traits: [{ name: 'x', visible: 'yes' }] }],
      ['traits.0.extra', { traits: [{ name: 'x', extra: 1 }] }],
      ['metaData', { metaData: [] }],
      ['metaData', { metaData: { x: 'y'.repeat(70_000) } }],
      ['startedAt', { startedAt: 'yesterday' }],
      ['completedAt', { completedAt: '2026-02-30T00:00:00Z' }],
      ['startedAt', { startedAt: '0000-01-01T00:00:00Z' }],
      ['grade', { grade: 1 }],
    ])('is refused by the name of the field: %s', async (path, body) => {
      const id = await order();

      const refused = await refusedReport(desk, id, body);

      expect([refused.status, refused.body.errors.map((error) => error.path)]).toEqual([422, [path]]);
    });

    it('makes consecutive versions of many that come at once', async () => {
      const id = await order();
      await report(desk, id, DONE);

      await Promise.all(Array.from({ length: 20 }, (_, score) => report(desk, id, { score })));

      const { results, updatedAt } = await readAssessment(desk, id);
      expect(results.map(({ version }) => version)).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
      expect(new Date(updatedAt).getTime()).toBeGreaterThan(0);
      expect(await modifications(desk, id)).toHaveLength(21);
    });
  });

  describe('a reset', () => {
    it('leads back to PENDING; versions stay readable and go on counting', async () => {
      const id = await order();
      await report(desk, id, { ...DONE, startedAt: '2026-11-21T09:00:00Z' });

      const { status, body } = await desk.call<AssessmentView>('POST', `${PATH}/${id}/reset`);
      const again = await report(desk, id, { ...DONE, score: 1 });

      expect([status, body.status, body.result]).toEqual([200, 'PENDING', null]);
      expect(body).toMatchObject({ startedAt: null, outcome: 'NONE', writeback: { state: 'NONE' } });
      expect(body.results).toHaveLength(1);
      expect(body.timeline.at(-1)).toMatchObject({ type: 'RESET', data: { from: 'COMPLETED', to: 'PENDING' } });
      expect(again.result).toMatchObject({ version: 2, score: 1 });
      expect((await modifications(desk, id))[1]).toMatchObject({
        eventData: { changes: { status: { from: 'COMPLETED', to: 'PENDING' }, score: { from: 80, to: null } } },
      });
    });

    it('opens a closed assessment', async () => {
      const id = await order();
      await report(desk, id, { status: 'CANCELLED' });

      await desk.call('POST', `${PATH}/${id}/reset`);

      expect((await report(desk, id, DONE)).status).toBe('COMPLETED');
    });

    it('of what is pending changes nothing', async () => {
      const id = await order();
      await desk.call('POST', `${PATH}/${id}/reset`);
      await desk.call('POST', `${PATH}/${id}/reset`);

      expect(await modifications(desk, id)).toHaveLength(1);
    });
  });

  describe('the list', () => {
    it('goes page by page from the newest to the oldest, each once', async () => {
      const { apiKey, id } = await desk.anotherAccount();
      const own = await connectAts(desk, 'greenhouse', apiKey);
      await desk.call('POST', `${PATH}/packages`, { apiKey, body: { id: 'backend-l2', name: 'B' } });
      const ids: string[] = [];
      for (let n = 0; n < 7; n++) ids.push(await order({}, {}, own));
      expect(id).toMatch(/^acc_/);

      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const { body } = await desk.call<{ data: { id: string }[]; nextCursor: string | null }>(
          'GET',
          `${PATH}?limit=3${query}`,
          { apiKey },
        );
        seen.push(...body.data.map((entry) => entry.id));
        cursor = body.nextCursor;
      }

      expect(seen.toSorted()).toEqual(ids.toSorted());
      expect(seen).toEqual(seen.toSorted().reverse());
    });

    it('can be narrowed by everything the contract names', async () => {
      const customer = await connectAts(desk, 'greenhouse');
      const before = new Date(Date.now() - 1000).toISOString();
      const profile = (application: string) => ({
        greenhouse_profile_url: `https://app.greenhouse.io/people/1?application_id=${application}`,
      });
      const plain = await order({}, profile('1111'), customer);
      const done = await order({ partner_test_id: 'other' }, profile('2222'), customer);
      await report(desk, done, { ...DONE, outcome: 'FAIL' });
      const find = async (query: string) => {
        const path = `${PATH}?integrationId=${customer.integrationId}&${query}`;
        const { status, body } = await desk.call<{ data: { id: string }[] }>('GET', path);
        expect(status).toBe(200);
        return body.data.map(({ id }) => id);
      };
      const later = new Date(Date.now() + 60_000).toISOString();

      expect(await find('')).toEqual([done, plain]);
      expect(await find('status=COMPLETED')).toEqual([done]);
      expect(await find('outcome=NONE')).toEqual([plain]);
      expect(await find('packageId=other')).toEqual([done]);
      expect(await find('applicationId=1111')).toEqual([plain]);
      expect(await find(`createdAfter=${before}&updatedAfter=${before}`)).toEqual([done, plain]);
      expect(await find(`createdAfter=${later}`)).toEqual([]);
      expect(await find(`updatedAfter=${later}`)).toEqual([]);
    });

    it.each([
      'status=DONE',
      'createdAfter=now',
      'limit=0',
      'limit=251',
      'cursor=x',
      'colour=red',
      'status=COMPLETED&status=PENDING',
    ])('refuses ?%s', async (query) => {
      expect([400, 422]).toContain((await desk.call('GET', `${PATH}?${query}`)).status);
    });
  });
});
