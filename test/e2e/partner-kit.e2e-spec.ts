import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AtsCallbackKind } from '#libs/assessments';
import type { Connector, ResultContext } from '#libs/connector-kit';
import { callbackEndpointId } from '#libs/model';
import { type AssessmentView, readAssessment, report } from '../support/assessment.js';
import { ashby } from '../support/connectors/ashby.js';
import { pushingAts } from '../support/connectors/pushing-ats.js';
import { smartrecruiters } from '../support/connectors/smartrecruiters.js';
import { workable } from '../support/connectors/workable.js';
import { deliverDue } from '../support/deliver.js';
import type { FeatureApp } from '../support/feature-app.js';
import { type AtsReply, type ConnectedAts, connectAts, startOrderDesk } from '../support/order-desk.js';
import { startTarget, type Target } from '../support/target.js';

const PACKAGES = '/v1/ats/assessments/packages';
const DONE = {
  status: 'COMPLETED',
  score: 81.6,
  maxScore: 100,
  outcome: 'PASS',
  profileUrl: 'https://vendor.example/r/1',
};

/** Four ATSs with four dialects, declared with nothing but the kit. */
describe('the connector kit', () => {
  let desk: FeatureApp;
  let target: Target;

  beforeAll(async () => {
    target = await startTarget();
    desk = await startOrderDesk([ashby, workable, smartrecruiters, pushingAts], { PORT: String(target.port) });
    await desk.call('PUT', PACKAGES, {
      body: { packages: [{ id: 'backend', name: 'Backend', description: '90 minutes' }] },
    });
  });
  afterAll(async () => {
    await desk.close();
    await target.close();
  });

  /** The request a connector would make for an assessment as it stands, with the customer's connection. */
  const pushFor = async (connector: Connector, id: string, credentials: Record<string, string>) => {
    const view = (await readAssessment(desk, id)) as AssessmentView & ResultContext['assessment'];
    const result = view.result as ResultContext['result'];
    const { callbackUrl } = view;
    const context = {
      assessment: view,
      result,
      reportClosed: false,
      callbackUrl,
      inboundKey: null,
      credentials,
      changedAtMs: 7,
    };
    const request = connector.assessments!.result.request(context);
    return request && { ...request, body: JSON.parse(request.body ?? 'null') as unknown };
  };

  describe('as Ashby would use it', () => {
    let ats: ConnectedAts;
    beforeEach(async () => {
      ats = await connectAts(desk, 'ashby');
    });
    const start = (application: string, changes = {}): Promise<AtsReply> =>
      ats.call('POST', 'assessment.start', {
        body: {
          assessment_type_id: 'backend',
          candidate: {
            ashby_id: 'c-1',
            first_name: 'Ines',
            last_name: 'Moreau',
            email: 'i@example.com',
            ashby_profile_url: 'https://app.ashbyhq.com/c',
          },
          application: { ashby_id: application, status: 'Active' },
          job: { ashby_id: 'j-1', name: 'Engineer', ashby_job_url: 'https://app.ashbyhq.com/j' },
          ...changes,
        },
      });
    const idOf = (reply: AtsReply) => (reply.json as { results: { assessment_id: string } }).results.assessment_id;

    it('lists by POST, and answers with its envelope', async () => {
      expect((await ats.call('POST', 'assessment.list', { body: {} })).json).toEqual({
        success: true,
        results: [{ assessment_type_id: 'backend', name: 'Backend', description: '90 minutes' }],
      });
      expect((await ats.call('POST', 'customFields.fetch', { body: {} })).json).toEqual({ success: true, fields: [] });
      expect((await ats.call('POST', 'assessment.customField.list', { authorization: null })).status).toBe(401);
    });

    it('is 409 while the candidate is being assessed, and a new order afterwards', async () => {
      const first = await start('a-1');
      const second = await start('a-1');
      await report(desk, idOf(first), DONE);
      const third = await start('a-1');

      expect([first.status, second.status, third.status]).toEqual([200, 409, 200]);
      expect(idOf(third)).not.toBe(idOf(first));
      expect(await readAssessment(desk, idOf(first))).toMatchObject({
        applicationId: 'a-1',
        jobId: 'j-1',
        callbackUrl: null,
      });
    });

    it('refuses with 422 and a message', async () => {
      expect(await start('a-2', { assessment_type_id: 'nope' })).toMatchObject({
        status: 422,
        json: { message: expect.stringContaining('nope') },
      });
      expect(await start('a-2', { job: null })).toMatchObject({
        status: 422,
        json: { message: expect.stringContaining('job') },
      });
    });

    it('cancels an order, once more without harm, and not when it is over', async () => {
      const open = idOf(await start('a-3'));
      const done = idOf(await start('a-4'));
      await report(desk, done, DONE);
      const cancel = (assessment_id: string) => ats.call('POST', 'assessment.cancel', { body: { assessment_id } });

      expect(await cancel(open)).toMatchObject({
        status: 200,
        json: { success: true, results: { assessment_id: open } },
      });
      expect((await cancel(open)).status).toBe(200);
      expect((await cancel(done)).status).toBe(409);
      expect((await cancel('ats_ass_0000000000000000000000')).status).toBe(404);
      const { status, timeline } = await readAssessment(desk, open);
      expect([status, timeline.at(-2)?.data]).toEqual([
        'CANCELLED',
        { from: 'NOT_SPECIFIED', to: 'CANCELLED', by: 'ats' },
      ]);
    });

    it('pushes the result with the key of the customer’s connection', async () => {
      const id = idOf(await start('a-5'));
      await report(desk, id, {
        ...DONE,
        traits: [
          { name: 'Speed', score: 3 },
          { name: 'Hidden', visible: false },
        ],
      });

      expect(await pushFor(ashby, id, { apiKey: 'k' })).toMatchObject({
        method: 'POST',
        url: 'https://api.ashbyhq.com/assessment.update',
        headers: { authorization: `Basic ${Buffer.from('k:').toString('base64')}` },
        body: {
          assessment_id: id,
          timestamp: 7,
          assessment_result: { value: 81.6, type: 'numeric_score' },
          metadata: [{ identifier: 'Speed', value: 3 }],
        },
      });
      const [settled] = await deliverDue(desk, desk.get(AtsCallbackKind), callbackEndpointId(ats.integrationId));
      expect(settled?.reply.error).toBe('no_credentials');
    });
  });

  describe('as Workable would use it', () => {
    let ats: ConnectedAts;
    const bearer = () => ({ authorization: `Bearer ${ats.secretKey}` });
    const order = (email = 'noor@example.com', changes = {}) =>
      ats.call('POST', 'assessments', {
        ...bearer(),
        body: {
          test_id: 'backend',
          job_shortcode: 'PLAT118',
          callback_url: 'https://acme.workable.com/assessments/4471120',
          candidate: { first_name: 'Noor', last_name: 'Haddad', email, phone: '+49 30 0000' },
          ...changes,
        },
      });
    beforeEach(async () => {
      ats = await connectAts(desk, 'workable');
    });

    it('lists, orders with 201, and has its own way to refuse', async () => {
      expect((await ats.call('GET', 'tests', bearer())).json).toEqual({ tests: [{ id: 'backend', name: 'Backend' }] });
      expect(await order()).toMatchObject({
        status: 201,
        json: { assessment_id: expect.stringMatching(/^ats_ass_/) },
      });
      expect(await order()).toMatchObject({ status: 409, json: { status: 409 } });
      expect(await order('x@example.com', { test_id: 7 })).toMatchObject({ status: 422, json: { status: 422 } });
      expect(await order('x@example.com', { candidate: 1 })).toMatchObject({ status: 422, json: { status: 422 } });
      expect(await ats.call('GET', 'tests', { authorization: 'Basic eDo=' })).toMatchObject({
        status: 401,
        json: { status: 401 },
      });
    });

    it('shows the report at an address with the order in its path', async () => {
      const id = ((await order('y@example.com')).json as { assessment_id: string }).assessment_id;
      const link = () => ats.call('GET', `assessments/${id}/shared-link`, bearer());

      expect((await link()).status).toBe(204);
      await report(desk, id, DONE);
      expect((await link()).json).toEqual({ url: DONE.profileUrl, ttl: 30, ttl_units: 'days' });
      expect(await pushFor(workable, id, { token: 't' })).toMatchObject({
        method: 'PUT',
        url: 'https://acme.workable.com/assessments/4471120',
        headers: { authorization: 'Bearer t' },
        body: { status: 'completed', results_url: DONE.profileUrl, assessment: { score: '81.6/100', grade: 'passed' } },
      });
    });
  });

  describe('as SmartRecruiters would use it', () => {
    let ats: ConnectedAts;
    let token: string;
    const getToken = (fields: Record<string, string>) =>
      ats.call('POST', 'oauth/token', {
        authorization: null,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ grant_type: 'client_credentials', ...fields }).toString(),
      });
    const call = (method: string, path: string, body?: unknown) =>
      ats.call(method, path, { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { body }) });
    beforeEach(async () => {
      ats = await connectAts(desk, 'smartrecruiters');
      const reply = await getToken({ client_id: ats.secretId, client_secret: ats.secretKey });
      expect([reply.status, reply.json]).toEqual([200, expect.objectContaining({ expires_in: 3600 })]);
      token = (reply.json as { access_token: string }).access_token;
    });

    it('gives no token for wrong credentials', async () => {
      expect((await getToken({ client_id: ats.secretId, client_secret: 'sr_wrong' })).status).toBe(401);
      expect((await getToken({ client_id: 'sec_wrong', client_secret: ats.secretKey })).status).toBe(401);
      expect((await getToken({ client_id: ats.secretId })).status).toBe(422);
      expect((await call('GET', 'packages/nope')).status).toBe(404);
      expect((await call('GET', 'packages/%ff')).json).toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
    });

    it('writes the pair for a token into the letter, the id staying when the key is rotated', async () => {
      const { body } = await desk.call<{ id: string; secretKey: string; setupEmail: { body: string } }>(
        'POST',
        `/v1/ats/assessments/secrets/${ats.secretId}/rotate`,
        { body: { overlapSeconds: 60 } },
      );

      expect(body.id).toBe(ats.secretId);
      expect(body.setupEmail.body).toBe(`Client id: ${ats.secretId}\nClient secret: ${body.secretKey}\n`);
    });

    it('ends its own connection, and no other', async () => {
      const neighbour = await connectAts(desk, 'smartrecruiters');
      const read = async (path: string) => (await desk.call('GET', path)).body;
      const path = 'integrations/companies/Acme';

      expect((await ats.call('DELETE', path, { authorization: 'Bearer sr_wrong' })).status).toBe(401);
      expect(await call('DELETE', path)).toMatchObject({ status: 204, text: '' });
      expect(await read(`/v1/integrations/${ats.integrationId}`)).toMatchObject({ status: 'DISCONNECTED' });
      expect(await read(`/v1/ats/assessments/secrets?integrationId=${ats.integrationId}`)).toMatchObject({
        data: [{ status: 'REVOKED' }],
      });
      expect((await call('GET', 'packages')).status).toBe(401);
      expect((await getToken({ client_id: ats.secretId, client_secret: ats.secretKey })).status).toBe(401);
      expect(await read(`/v1/integrations/${neighbour.integrationId}`)).toMatchObject({ status: 'ACTIVE' });
    });

    it('has 204 for an empty list, packages one by one, and an open page', async () => {
      const { apiKey } = await desk.anotherAccount();
      const other = await connectAts(desk, 'smartrecruiters', apiKey);

      expect((await other.call('GET', 'packages', { authorization: `Bearer ${other.secretKey}` })).status).toBe(204);
      expect((await call('GET', 'packages')).json).toMatchObject([{ id: 'backend', assessments: [{ id: 'backend' }] }]);
      expect((await call('GET', 'packages/backend')).json).toMatchObject({ id: 'backend', name: 'Backend' });
      expect(await ats.call('GET', 'consent?companyId=Acme', { authorization: null })).toMatchObject({
        status: 200,
        text: 'Connect Acme',
      });
    });

    it('orders with 202 and pushes whole numbers', async () => {
      const body = {
        assessmentPackageId: 'backend',
        companyId: 'Acme',
        resultCallbackURL: `https://api.smartrecruiters.com/assessment-api/v202010/orders/${ats.secretId}/results`,
        candidate: { id: 'c', email: 'noor@example.com', firstName: 'Noor', lastName: 'Haddad' },
        job: { id: 'j' },
        fields: { seniority: 'mid' },
      };

      const placed = await call('POST', 'packages/orders', body);
      const unknown = await call('POST', 'packages/orders', { ...body, assessmentPackageId: 'nope' });

      expect([placed.status, placed.json]).toEqual([202, {}]);
      expect([unknown.status, unknown.json]).toEqual([
        404,
        expect.objectContaining({ errors: [expect.objectContaining({ code: 'UNKNOWN_PACKAGE' })] }),
      ]);
      const { body: page } = await desk.call<{ data: { id: string }[] }>(
        'GET',
        `/v1/ats/assessments?integrationId=${ats.integrationId}`,
      );
      const id = page.data[0]!.id;
      await report(desk, id, DONE);
      expect(await pushFor(smartrecruiters, id, { accessToken: 't' })).toMatchObject({
        method: 'PATCH',
        url: body.resultCallbackURL,
        body: { status: 'COMPLETED', score: { raw: 82, min: 0, max: 100 }, attachments: [{ url: DONE.profileUrl }] },
      });
    });
  });

  describe('as an ATS would that wants everything pushed', () => {
    let ats: ConnectedAts;
    const order = async (body: Record<string, unknown> = {}) => {
      const reply = await ats.call('POST', 'orders', {
        headers: { 'x-partner-key': ats.secretKey },
        body: { test: 'backend', email: 'a@example.com', callback: target.url('results'), ...body },
      });
      return { status: reply.status, id: (reply.json as { id: string }).id };
    };
    const deliver = () => deliverDue(desk, desk.get(AtsCallbackKind), callbackEndpointId(ats.integrationId));
    const answering = (status: number, body: unknown) => {
      target.answer = (_, response) => void response.writeHead(status).end(JSON.stringify(body));
    };
    const bodies = () => target.calls.map(({ body }) => JSON.parse(body) as { status: string; changedAtMs: number });
    beforeEach(async () => {
      ats = await connectAts(desk, 'pushing-ats');
      target.calls.length = 0;
      answering(200, { ok: true });
    });

    it('hears of every change, in growing time, and its reply confirms the result', async () => {
      const { id } = await order();
      await report(desk, id, { status: 'STARTED' });
      await deliver();
      const started = await readAssessment(desk, id);
      await report(desk, id, DONE);
      await deliver();

      expect(bodies().map(({ status }) => status)).toEqual(['STARTED', 'COMPLETED']);
      expect(bodies()[1]!.changedAtMs).toBeGreaterThan(bodies()[0]!.changedAtMs);
      expect(target.calls[0]?.headers['x-partner-key']).toBe(ats.secretKey);
      expect(started.writeback.state).toBe('NONE');
      expect((await readAssessment(desk, id)).writeback).toMatchObject({ state: 'FETCHED', attempts: 1 });
    });

    it('is not sent what has been overtaken', async () => {
      const { id } = await order();
      await report(desk, id, { status: 'STARTED' });
      await report(desk, id, { status: 'IN_PROGRESS' });
      await deliver();

      expect(bodies().map(({ status }) => status)).toEqual(['IN_PROGRESS']);
    });

    it.each([
      [200, { ok: false }, { state: 'FAILED', lastError: 'refused_by_ats' }],
      [200, { say: 'later' }, { state: 'QUEUED', lastError: 'postponed_by_ats' }],
      [409, {}, { state: 'FETCHED', lastError: null }],
      [404, {}, { state: 'FAILED', lastError: 'http_404' }],
    ])('is judged by its connector: %i %j', async (status, reply, writeback) => {
      const { id } = await order();
      await report(desk, id, DONE);
      answering(status, reply);

      await deliver();

      expect((await readAssessment(desk, id)).writeback).toMatchObject(writeback);
    });

    it('cannot be told where it left no address', async () => {
      const { id } = await order({ callback: null });
      await report(desk, id, DONE);

      await deliver();

      expect((await readAssessment(desk, id)).writeback).toMatchObject({
        state: 'FAILED',
        lastError: 'no_callback_address',
      });
    });

    it('makes an order of every call when it says nothing of repeats', async () => {
      expect((await order()).id).not.toBe((await order()).id);
    });

    it('gets the default package of its integration when it names none', async () => {
      expect((await order({ test: '' })).status).toBe(422);
      const body = { settings: { defaultPackageId: 'backend' } };
      await desk.call('PATCH', `/v1/integrations/${ats.integrationId}`, { body });

      const { status, id } = await order({ test: '' });

      expect(status).toBe(200);
      expect(await readAssessment(desk, id)).toMatchObject({
        assessmentPackage: { id: 'backend' },
        metaData: { from: 'form' },
      });
    });
  });
});
