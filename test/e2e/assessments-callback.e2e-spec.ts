import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AtsCallbackKind } from '#libs/assessments';
import type { Settled } from '#libs/delivery';
import { callbackEndpointId } from '#libs/model';
import greenhouse from '../../connectors/greenhouse/index.js';
import { aGreenhouseOrder } from '../factories/greenhouse-order.js';
import { readAssessment, report } from '../support/assessment.js';
import { deliverDue } from '../support/deliver.js';
import type { FeatureApp } from '../support/feature-app.js';
import { basic, type ConnectedAts, connectAts, startOrderDesk } from '../support/order-desk.js';
import { startTarget, type Target } from '../support/target.js';

const DONE = { status: 'COMPLETED', score: 80, profileUrl: 'https://vendor.example/r/1' };

describe('telling the ATS of a result', () => {
  let desk: FeatureApp;
  let target: Target;
  let ats: ConnectedAts;
  let kind: AtsCallbackKind;

  beforeAll(async () => {
    target = await startTarget();
    desk = await startOrderDesk([greenhouse], { PORT: String(target.port) });
    kind = desk.get(AtsCallbackKind);
    await desk.call('POST', '/v1/ats/assessments/packages', { body: { id: 'backend-l2', name: 'B' } });
  });
  beforeEach(async () => {
    // A customer of its own for each test: what it leaves behind is nobody's due work.
    ats = await connectAts(desk, 'greenhouse');
    target.calls.length = 0;
    target.answer = (_, response) => void response.end();
  });
  afterAll(async () => {
    await desk.close();
    await target.close();
  });

  let tests = 0;
  const order = async (url = target.url(`take_home_tests/${(tests += 1)}`)): Promise<string> => {
    const reply = await ats.call('POST', 'send_test', { body: aGreenhouseOrder({ url }) });
    return (reply.json as { partner_interview_id: string }).partner_interview_id;
  };
  const completed = async (url?: string): Promise<string> => {
    const id = await order(url);
    await report(desk, id, DONE);
    return id;
  };
  const deliver = (): Promise<Settled[]> => deliverDue(desk, kind, callbackEndpointId(ats.integrationId));
  const answering = (status: number, headers = {}) => {
    target.answer = (_, response) => void response.writeHead(status, headers).end('reason');
  };
  const writeback = async (id: string) => (await readAssessment(desk, id)).writeback;
  const integration = async () =>
    (await desk.call<{ status: string; statusReason: string | null }>('GET', `/v1/integrations/${ats.integrationId}`))
      .body;

  it('is a PATCH without a body, with the key the ATS uses', async () => {
    const id = await completed(target.url('take_home_tests/77'));

    await deliver();

    expect(target.calls).toMatchObject([
      {
        method: 'PATCH',
        path: '/sandbox/take_home_tests/77',
        body: '',
        headers: { authorization: basic(ats.secretKey) },
      },
    ]);
    expect(await writeback(id)).toMatchObject({ state: 'NOTIFIED', attempts: 1, lastError: null });
    expect((await readAssessment(desk, id)).timeline.at(-1)).toMatchObject({
      type: 'WRITEBACK',
      data: { state: 'NOTIFIED' },
    });
  });

  it('rings the endpoint once the result is stored', async () => {
    await completed();

    expect(desk.rung).toContain(callbackEndpointId(ats.integrationId));
  });

  it('ends as FETCHED when the ATS reads the status, also while it has not answered yet', async () => {
    const late = await completed();
    await deliver();
    await ats.call('GET', `test_status?partner_interview_id=${late}`);
    const early = await completed();
    target.answer = async (_, response) => {
      await ats.call('GET', `test_status?partner_interview_id=${early}`);
      response.end();
    };
    await deliver();

    expect((await writeback(late)).state).toBe('FETCHED');
    expect(await writeback(early)).toMatchObject({ state: 'FETCHED', attempts: 1 });
    expect((await readAssessment(desk, early)).timeline.map(({ type }) => type).slice(-1)).toEqual(['FETCHED']);
  });

  it.each([
    [500, 'http_500'],
    [503, 'http_503'],
    [429, 'http_429'],
    [302, 'http_302'],
  ])('is tried again after %i', async (status, lastError) => {
    const id = await completed();
    answering(status);

    const [settled] = await deliver();

    expect(settled?.outcome).toBe('retry');
    expect(await writeback(id)).toMatchObject({ state: 'QUEUED', attempts: 1, lastError });
    answering(200);
    await deliver();
    expect(await writeback(id)).toMatchObject({ state: 'NOTIFIED', attempts: 2, lastError: null });
  });

  it('waits as long as the ATS asks for', async () => {
    await completed();
    answering(429, { 'retry-after': '7' });

    const [settled] = await deliver();

    expect(settled).toMatchObject({ outcome: 'wait', reply: { retryAfterMs: 7000 } });
  });

  it('is tried again when there was no answer', async () => {
    const id = await completed();
    target.answer = (_, response) => void response.destroy();

    const [settled] = await deliver();

    expect(settled?.outcome).toBe('retry');
    expect((await writeback(id)).state).toBe('QUEUED');
  });

  it.each([404, 410, 400, 422])('is given up after %i, and only this one', async (status) => {
    const gone = await completed();
    answering(status);
    await deliver();
    const other = await completed();
    answering(204);
    await deliver();

    expect(await writeback(gone)).toMatchObject({ state: 'FAILED', attempts: 1, lastError: `http_${status}` });
    expect((await writeback(other)).state).toBe('NOTIFIED');
  });

  it.each([401, 403])(
    'that is refused with %i is tried again, and an issue on the integration until it works',
    async (status) => {
      const id = await completed();
      answering(status);
      await deliver();
      const refused = await integration();
      answering(200);
      await deliver();

      expect(refused).toMatchObject({ status: 'ISSUE', statusReason: 'callback_unauthorized' });
      expect(await integration()).toMatchObject({ status: 'ACTIVE', statusReason: null });
      expect((await writeback(id)).state).toBe('NOTIFIED');
    },
  );

  it.each([
    'https://evil.example/take_home_tests/1',
    'http://app.greenhouse.io/take_home_tests/1',
    'https://app.greenhouse.io.evil.example/x',
    'http://127.0.0.1:1/sandbox/x',
  ])('never goes to %s, and says so', async (url) => {
    const id = await completed(url);

    const [settled] = await deliver();

    expect(settled).toMatchObject({ outcome: 'final', reply: { error: 'callback_host_not_allowed' } });
    expect(await writeback(id)).toMatchObject({ state: 'FAILED', lastError: 'callback_host_not_allowed' });
    expect(target.calls).toEqual([]);
  });

  it('goes out once an operator has allowed the host', async () => {
    const held = await completed('https://app.eu.greenhouse.io/take_home_tests/1');
    await deliver();
    desk.rung.length = 0;
    const body = { settings: { allowedCallbackHosts: ['app.eu.greenhouse.io'] } };
    const { status } = await desk.call('PATCH', `/v1/integrations/${ats.integrationId}`, { body });

    expect(status).toBe(200);
    expect(await writeback(held)).toMatchObject({ state: 'QUEUED', attempts: 0, lastError: null });
    expect(desk.rung).toContain(callbackEndpointId(ats.integrationId));
    const due = await desk.database.query<{ payload: Buffer }>(
      'SELECT e.payload FROM delivery_work w JOIN events e ON e.id = w.event_id WHERE w.endpoint_id = $1',
      [callbackEndpointId(ats.integrationId)],
    );
    expect(due).toHaveLength(1);
  });

  it('goes out when the host is allowed once more, after it was refused in the moment of allowing', async () => {
    const body = { settings: { allowedCallbackHosts: ['app.eu.greenhouse.io'] } };
    const held = await completed('https://app.eu.greenhouse.io/take_home_tests/1');
    await deliver();
    await desk.call('PATCH', `/v1/integrations/${ats.integrationId}`, { body });
    await desk.database.query(
      `UPDATE assessments SET writeback_state = 'FAILED', writeback_error = 'callback_host_not_allowed' WHERE id = $1`,
      [held],
    );

    await desk.call('PATCH', `/v1/integrations/${ats.integrationId}`, { body });

    expect(await writeback(held)).toMatchObject({ state: 'QUEUED', lastError: null });
  });

  it('uses the old key after a rotation until the ATS uses the new one', async () => {
    await ats.call('GET', 'list_tests');
    const { body } = await desk.call<{ secretKey: string }>(
      'POST',
      `/v1/ats/assessments/secrets/${ats.secretId}/rotate`,
      {
        body: { overlapSeconds: 3600 },
      },
    );
    await completed();
    const later = await order();
    await deliver();
    await ats.call('GET', 'list_tests', { authorization: basic(body.secretKey) });
    await report(desk, later, DONE);
    await deliver();

    expect(target.calls.map(({ headers }) => headers.authorization)).toEqual([
      basic(ats.secretKey),
      basic(body.secretKey),
    ]);
  });

  it('cannot go out after a revocation', async () => {
    const id = await completed();
    await desk.call('DELETE', `/v1/ats/assessments/secrets/${ats.secretId}`);

    await deliver();

    expect(await writeback(id)).toMatchObject({ state: 'FAILED', lastError: 'no_live_key' });
    expect(target.calls).toEqual([]);
  });

  it('goes out after a revocation once the ATS uses a new key', async () => {
    const id = await completed(target.url('take_home_tests/9'));
    const elsewhere = await completed('https://evil.example/take_home_tests/1');
    await desk.call('DELETE', `/v1/ats/assessments/secrets/${ats.secretId}`);
    await deliver();
    const { integrationId } = ats;
    const { body } = await desk.call<{ secretKey: string }>('POST', '/v1/ats/assessments/secrets', {
      body: { provider: 'greenhouse', integrationId },
    });
    expect(await writeback(id)).toMatchObject({ state: 'FAILED', lastError: 'no_live_key' });
    desk.rung.length = 0;

    const authorization = basic(body.secretKey);
    await Promise.all([1, 2, 3].map(() => ats.call('GET', 'list_tests', { authorization })));

    expect(await writeback(id)).toMatchObject({ state: 'QUEUED', attempts: 0, lastError: null });
    expect(desk.rung).toEqual([callbackEndpointId(integrationId)]);
    await deliver();
    await ats.call('GET', 'list_tests', { authorization });
    expect(target.calls.map((call) => [call.path, call.headers.authorization])).toEqual([
      ['/sandbox/take_home_tests/9', authorization],
    ]);
    expect((await writeback(id)).state).toBe('NOTIFIED');
    expect(await writeback(elsewhere)).toMatchObject({ state: 'FAILED', lastError: 'callback_host_not_allowed' });
  });

  it('speaks of the newest version only', async () => {
    const id = await completed();
    await report(desk, id, { score: 90 });

    const settled = await deliver();

    expect(settled.map(({ reply }) => reply.error ?? reply.status)).toEqual(['superseded', 200]);
    expect(target.calls).toHaveLength(1);
    expect(await writeback(id)).toMatchObject({ state: 'NOTIFIED', attempts: 1 });
  });

  it('is left out when the result was taken back meanwhile', async () => {
    const id = await completed();
    await desk.call('POST', `/v1/ats/assessments/${id}/reset`);

    await deliver();

    expect(target.calls).toEqual([]);
    expect((await writeback(id)).state).toBe('NONE');
  });

  it('comes with closed ones only where the integration is set to', async () => {
    const silent = await order();
    await report(desk, silent, { status: 'EXPIRED' });
    await desk.call('PATCH', `/v1/integrations/${ats.integrationId}`, { body: { settings: { reportClosed: true } } });
    const told = await order();
    await report(desk, told, { status: 'CANCELLED' });

    await deliver();

    expect((await writeback(silent)).state).toBe('NONE');
    expect((await writeback(told)).state).toBe('NOTIFIED');
    expect(target.calls).toHaveLength(1);
  });
});
