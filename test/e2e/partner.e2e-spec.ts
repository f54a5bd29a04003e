import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { strictForm } from '#libs/events';
import greenhouse from '../../connectors/greenhouse/index.js';
import { aGreenhouseOrder } from '../factories/greenhouse-order.js';
import type { FeatureApp } from '../support/feature-app.js';
import { type ConnectedAts, connectAts, startOrderDesk } from '../support/order-desk.js';

interface Placed {
  partner_interview_id: string;
}

describe('the partner endpoints', () => {
  let desk: FeatureApp;
  let ats: ConnectedAts;
  let endpointId: string;

  beforeAll(async () => {
    desk = await startOrderDesk([greenhouse]);
    ats = await connectAts(desk, 'greenhouse');
    const packages = [
      { id: 'backend-l2', name: 'Backend Engineer, level 2', type: 'CODING_CHALLENGE', metaData: { track: 'b' } },
      { id: 'plain', name: 'Plain' },
      { id: 'draft', name: 'Draft', status: 'DRAFT' },
      { id: 'others', name: 'For others', integrationIds: [] },
    ];
    expect((await desk.call('PUT', '/v1/ats/assessments/packages', { body: { packages } })).status).toBe(200);
    endpointId = await subscribe(desk);
  });
  afterAll(() => desk.close());

  const order = async (body: unknown = aGreenhouseOrder()): Promise<string> => {
    const reply = await ats.call('POST', 'send_test', { body });
    expect([reply.status, reply.text]).toEqual([200, expect.stringContaining('partner_interview_id')]);
    return (reply.json as Placed).partner_interview_id;
  };

  describe('send_test', () => {
    it('stores the order and its event before it answers, in the form of the contract', async () => {
      const body = aGreenhouseOrder();
      const id = await order(body);

      const [event] = await desk.database.query<{ id: string; payload: Buffer }>(
        `SELECT id, payload FROM events WHERE subject_id = $1 AND NOT internal`,
        [id],
      );
      const at = Number(event!.id.slice(4, 17));
      expect(event!.payload.toString()).toBe(
        JSON.stringify({
          eventType: 'record.new',
          eventData: {
            candidateAssessment: {
              applicationId: '4190334003',
              assessmentPackage: {
                description: null,
                id: 'backend-l2',
                metaData: { track: 'b' },
                name: 'Backend Engineer, level 2',
                type: 'CODING_CHALLENGE',
              },
              callbackUrl: body.url,
              candidate: {
                emails: [{ email: 'imani.okafor@example.org', type: 'PERSONAL' }],
                firstName: 'Imani',
                id: '4071882003',
                lastName: 'Okafor',
                links: [body.candidate.resume_url, body.candidate.greenhouse_profile_url],
                location: null,
                phones: [{ phoneNumber: '+44 20 7946 0123', type: 'NOT_SPECIFIED' }],
              },
              id,
              jobId: null,
              metaData: null,
              originData: body,
              status: 'NOT_SPECIFIED',
            },
          },
          eventId: event!.id,
          recordId: id,
          syncType: 'real_time',
          syncDataType: 'ats_assessments',
          syncJobId: 'real_time',
          syncRunId: `real_time_${at}`,
          triggeredAt: at,
        }),
      );
      const work = await desk.database.query('SELECT endpoint_id FROM delivery_work WHERE event_id = $1', [event!.id]);
      expect(work).toEqual([{ endpoint_id: endpointId }]);
      expect(desk.rung).toContain(endpointId);
    });

    it('keeps the body of the ATS to the last figure', async () => {
      const text = JSON.stringify(aGreenhouseOrder()).replace('{', '{ "big": 90071992547409931234, "price": 1.50, ');
      const reply = await ats.call('POST', 'send_test', { body: text });
      const id = (reply.json as Placed).partner_interview_id;

      const [event] = await desk.database.query<{ payload: Buffer }>(
        'SELECT payload FROM events WHERE subject_id = $1 AND NOT internal',
        [id],
      );
      const read = await fetch(`${desk.url}/v1/ats/assessments/${id}`, {
        headers: { authorization: `Bearer ${desk.apiKey}` },
      });
      expect(event!.payload.toString()).toContain(`"originData":${text},"status"`);
      expect(await read.text()).toContain('"originData":{"big":90071992547409931234,"price":1.50,');
    });

    it('makes one record and one event of fifty copies that arrive at the same instant', async () => {
      const body = aGreenhouseOrder();
      const before = await counts(desk);

      const replies = await Promise.all(Array.from({ length: 50 }, () => ats.call('POST', 'send_test', { body })));

      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
      const after = await counts(desk);
      expect(after).toEqual({
        records: before.records + 1,
        events: before.events + 1,
        work: before.work + 1,
        files: before.files + 1,
      });
    });

    it('knows the same order by address, test and e-mail, in whatever case', async () => {
      const body = aGreenhouseOrder();
      const first = await order(body);

      const again = await order({ ...body, candidate: { ...body.candidate, email: 'IMANI.OKAFOR@EXAMPLE.ORG' } });
      const other = await order({ ...body, partner_test_id: 'plain' });

      expect(again).toBe(first);
      expect(other).not.toBe(first);
    });

    it.each([
      ['without a preferred name', {}, { preferred_name: undefined }],
      ['with null where there is nothing', {}, { preferred_name: null, phone_number: null, resume_url: null }],
      ['without a résumé', {}, { resume_url: undefined }],
      ['with ids beyond 2^64', {}, { greenhouse_profile_url: 'https://app.greenhouse.io/people/99999999999999999999' }],
      ['with a name in another script', {}, { first_name: 'อรุณ', last_name: '山田' }],
      ['with fields nobody knows', { brand_new: { a: [1] } }, { pronouns: 'they' }],
      ['to a host that is not allowed', { url: 'https://evil.example/take_home_tests/1' }, {}],
    ])('takes an order %s', async (_, changes, candidate) => {
      await order(aGreenhouseOrder(changes, candidate));
    });

    it('takes an order for an archived test, which stages keep', async () => {
      await desk.call('POST', '/v1/ats/assessments/packages', { body: { id: 'old', name: 'Old' } });
      await desk.call('DELETE', '/v1/ats/assessments/packages/old');

      await order(aGreenhouseOrder({ partner_test_id: 'old' }));
    });

    it.each(['draft', 'others', 'unknown', ''])('refuses the test %p with text', async (partner_test_id) => {
      const reply = await ats.call('POST', 'send_test', { body: aGreenhouseOrder({ partner_test_id }) });

      expect([reply.status, reply.text]).toEqual([422, expect.stringMatching(/test/)]);
    });

    it('raises an event that has a form for endpoints that want bare nulls', async () => {
      const { body } = await desk.call<{ id: string }>('POST', '/v1/ats/assessments/packages', {
        body: { id: 'strict', name: 'Strict', type: 'X' },
      });
      const id = await order(aGreenhouseOrder({ partner_test_id: body.id }));

      const [event] = await desk.database.query<{ payload: Buffer }>(
        'SELECT payload FROM events WHERE subject_id = $1 AND NOT internal',
        [id],
      );
      const payload = event!.payload.toString();
      expect(payload).toContain('"name":"Strict"');
      expect(strictForm(payload)).toContain(
        '"assessmentPackage":{"description":null,"id":"strict","metaData":null,"name":null,"type":null}',
      );
    });

    it('speaks of the package as it is at that moment', async () => {
      const path = '/v1/ats/assessments/packages/moving';
      await desk.call('POST', '/v1/ats/assessments/packages', { body: { id: 'moving', name: 'First' } });
      const first = await order(aGreenhouseOrder({ partner_test_id: 'moving' }));
      await desk.call('PATCH', path, { body: { name: 'Second' } });
      const second = await order(aGreenhouseOrder({ partner_test_id: 'moving' }));
      await desk.call('PATCH', path, { body: { status: 'DRAFT' } });
      const third = await ats.call('POST', 'send_test', { body: aGreenhouseOrder({ partner_test_id: 'moving' }) });

      const names = await desk.database.query(
        `SELECT package->>'name' AS name FROM assessments WHERE id IN ($1, $2) ORDER BY created_at`,
        [first, second],
      );
      expect([names, third.status]).toEqual([[{ name: 'First' }, { name: 'Second' }], 422]);
    });

    it('makes the partition of a day that has none', async () => {
      const [{ part }] = (await desk.database.query(
        `SELECT 'events_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD') AS part`,
      )) as [{ part: string }];
      await asOwner(desk, `DROP TABLE ${part}`);

      await order();
    });
  });

  describe('list_tests', () => {
    it('offers the active tests of this integration, by name', async () => {
      const reply = await ats.call('GET', 'list_tests');

      const ids = (reply.json as { partner_test_id: string; partner_test_name: string }[]).map(
        (test) => test.partner_test_id,
      );
      expect(ids).toEqual(expect.arrayContaining(['backend-l2', 'plain']));
      expect(ids).not.toEqual(expect.arrayContaining(['draft']));
      expect(ids).not.toEqual(expect.arrayContaining(['others']));
    });

    it('is an empty list for a vendor without tests', async () => {
      const { apiKey } = await desk.anotherAccount();
      const other = await connectAts(desk, 'greenhouse', apiKey);

      expect(await other.call('GET', 'list_tests')).toMatchObject({ status: 200, json: [] });
    });
  });

  describe('test_status', () => {
    const statusOf = async (id: string) =>
      (await ats.call('GET', `test_status?partner_interview_id=${id}`)).json as Record<string, unknown>;

    it('follows the assessment from waiting to complete', async () => {
      const id = await order();
      const waiting = await statusOf(id);
      await report(desk, id, { status: 'STARTED' });
      const started = await statusOf(id);
      await report(desk, id, {
        status: 'COMPLETED',
        score: 81.5,
        profileUrl: 'https://vendor.example/r/1',
        summary: 'Good',
      });
      const complete = await statusOf(id);

      expect(waiting).toEqual({
        partner_status: 'waiting',
        partner_profile_url: null,
        partner_score: null,
        metadata: {},
      });
      expect(started).toMatchObject({ partner_status: 'incomplete', partner_profile_url: null });
      expect(complete).toEqual({
        partner_status: 'complete',
        partner_profile_url: 'https://vendor.example/r/1',
        partner_score: 81.5,
        metadata: { Summary: 'Good' },
      });
    });

    it('notes that the ATS has fetched the result, once per version', async () => {
      const id = await order();
      await report(desk, id, { status: 'COMPLETED', score: 1, profileUrl: 'https://vendor.example/r/1' });
      const queued = await read(desk, id);
      await statusOf(id);
      await statusOf(id);
      const fetched = await read(desk, id);
      await report(desk, id, { score: 2 });
      const again = await read(desk, id);

      expect(queued.writeback.state).toBe('QUEUED');
      expect(fetched.writeback.state).toBe('FETCHED');
      expect(fetched.timeline.filter(({ type }) => type === 'FETCHED')).toHaveLength(1);
      expect(again.writeback).toMatchObject({ state: 'QUEUED', attempts: 0 });
    });

    it.each([
      ['', 404],
      ['?partner_interview_id=', 404],
      ['?partner_interview_id=nope', 404],
      ['?partner_interview_id=ats_ass_0000000000000000000000', 404],
      ['?partner_interview_id=%00', 422],
      ['?partner_interview_id=%ff', 422],
      ['?partner_interview_id=a&partner_interview_id=b', 422],
    ])('answers %p with %i and text', async (query, status) => {
      const reply = await ats.call('GET', `test_status${query}`);

      expect([reply.status, reply.text]).toEqual([status, expect.stringMatching(/\w/)]);
    });

    it("answers 404 to another integration's id", async () => {
      const id = await order();
      const other = await connectAts(desk, 'greenhouse');

      expect((await other.call('GET', `test_status?partner_interview_id=${id}`)).status).toBe(404);
    });

    it('tells closed tests as complete only where the integration is set to', async () => {
      const id = await order();
      await report(desk, id, { status: 'EXPIRED', summary: 'Never opened' });
      const before = await statusOf(id);
      await desk.call('PATCH', `/v1/integrations/${ats.integrationId}`, { body: { settings: { reportClosed: true } } });
      const after = await statusOf(id);
      await desk.call('PATCH', `/v1/integrations/${ats.integrationId}`, {
        body: { settings: { reportClosed: false } },
      });

      expect(before).toMatchObject({ partner_status: 'incomplete', partner_profile_url: null });
      expect(after).toMatchObject({
        partner_status: 'complete',
        partner_score: null,
        metadata: { Reason: expect.stringContaining('Expired'), Summary: 'Never opened' },
      });
      expect(after.partner_profile_url).toMatch(/^https:/);
    });
  });

  describe('response_error', () => {
    it.each(['response_error', 'response_errors', 'request_errors'])('is kept when it comes as %s', async (path) => {
      const id = await order();
      const body = { api_call: 'test_status', errors: ['partner_score must be a number'], partner_interview_id: id };

      const reply = await ats.call('POST', path, { body: { ...body, candidate_email: 'x@example.org' } });

      expect(reply).toMatchObject({ status: 200, json: { status: 200 } });
      const { timeline } = await read(desk, id);
      expect(timeline.at(-1)).toMatchObject({
        type: 'RESPONSE_ERROR',
        data: { call: 'test_status', errors: ['partner_score must be a number'] },
      });
    });

    it("does not reach another integration's assessment", async () => {
      const id = await order();
      const other = await connectAts(desk, 'greenhouse');

      await other.call('POST', 'response_error', { body: { api_call: 'x', errors: ['y'], partner_interview_id: id } });

      expect((await read(desk, id)).timeline.map(({ type }) => type)).toEqual(['ORDERED']);
    });

    it('is kept in whatever shape, and refused only when it is no object', async () => {
      expect((await ats.call('POST', 'response_error', { body: { errors: 'x' } })).status).toBe(200);
      expect(
        (await ats.call('POST', 'response_error', { body: { partner_interview_id: 'ats_ass_x', errors: [{}] } }))
          .status,
      ).toBe(200);
      expect((await ats.call('POST', 'response_error', { body: [] })).status).toBe(422);
    });
  });
});

async function counts(desk: FeatureApp): Promise<{ records: number; events: number; work: number; files: number }> {
  const [row] = await desk.database.query<{ records: number; events: number; work: number; files: number }>(
    `SELECT (SELECT count(*)::int FROM assessments) AS records,
      (SELECT count(*)::int FROM events WHERE NOT internal) AS events,
      (SELECT count(*)::int FROM delivery_work w JOIN events e ON e.id = w.event_id WHERE NOT e.internal) AS work,
      (SELECT count(*)::int FROM files) AS files`,
  );
  return row!;
}

async function subscribe(desk: FeatureApp): Promise<string> {
  const id = `whe_${String(Math.random()).slice(2).padEnd(22, '0').slice(0, 22)}`;
  await desk.database.query(
    `INSERT INTO webhook_endpoints (id, account_id, kind, url, slot) VALUES ($1, $2, 'WEBHOOK', 'https://v.example', 0)`,
    [id, desk.accountId],
  );
  return id;
}

async function asOwner(desk: FeatureApp, statement: string): Promise<void> {
  const client = await desk.database.pool.connect();
  try {
    await client.query('SET ROLE NONE');
    await client.query(statement);
  } finally {
    client.release(true);
  }
}

interface Detail {
  status: string;
  writeback: { state: string; attempts: number };
  timeline: { type: string; data: Record<string, unknown> }[];
}

async function read(desk: FeatureApp, id: string): Promise<Detail> {
  return (await desk.call<Detail>('GET', `/v1/ats/assessments/${id}`)).body;
}

async function report(desk: FeatureApp, id: string, body: Record<string, unknown>): Promise<void> {
  const reply = await desk.call('PATCH', `/v1/ats/assessments/${id}`, { body });
  expect([reply.status, reply.body]).toEqual([200, expect.anything()]);
}
