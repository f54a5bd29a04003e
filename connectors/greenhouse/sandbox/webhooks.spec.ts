import { createHmac } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../../../test/support/until.js';
import { type Harvest, startHarvest } from '../../../test/support/harvest-client.js';

const SECRET = 's3cr3t-demo';
const IMANI = 4_071_882_003;

interface Received {
  headers: Record<string, string | undefined>;
  body: string;
  action: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks into what Greenhouse sends
  payload: any;
}

/** Keeps what comes, and answers with the next of `answers`, or 200. */
async function aReceiver() {
  const received: Received[] = [];
  const answers: number[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      received.push({
        headers: request.headers as Received['headers'],
        body,
        ...(JSON.parse(body) as { action: string; payload: unknown }),
      });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const events = (action: string) => received.filter((event) => event.action === action);
  return {
    ...{ received, answers, events },
    url: `http://127.0.0.1:${port}/hooks/1`,
    next: async (action: string, count = 1) => {
      await until(() => events(action).length >= count, { what: `${count} × ${action}` });
      return events(action).at(-1)!;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("Greenhouse's webhooks", () => {
  let harvest: Harvest;
  let receiver: Awaited<ReturnType<typeof aReceiver>>;
  const subscribe = async (event_action_type: string, more: object = {}) => {
    const webhook = { name: 'Hub', endpoint_url: receiver.url, event_action_type, secret_key: SECRET, max_attempts: 7 };
    const { status, body } = await harvest.post('webhooks', { ...webhook, ...more });
    return { status, body };
  };
  const webhook = async (id: number) => (await harvest.get(`webhooks?ids=${id}`)).body[0];
  const anApplication = async () => {
    const [job] = await harvest.all('jobs?status=open');
    const { body } = await harvest.post('candidates', {
      first_name: 'A',
      last_name: '<b>',
      application: { job_id: job!.id },
    });
    return body.application as Record<string, number>;
  };

  beforeAll(async () => {
    harvest = await startHarvest({ asPartner: true });
  });
  beforeEach(async () => {
    receiver = await aReceiver();
    await harvest.standIn.tune({ webhookWaitsSeconds: [0.01, 0.01, 0.01, 0.01, 0.01, 0.01] });
  });
  afterEach(async () => {
    for (const { id } of await harvest.all('webhooks')) await harvest.remove(`webhooks/${String(id)}`);
    receiver.stop();
  });
  afterAll(() => harvest.standIn.stop());

  it('are told neither their secret nor their password', async () => {
    const { status, body } = await subscribe('job_updated', { basic_auth_username: 'u', basic_auth_password: 'p' });

    expect(status).toBe(201);
    const keys = ['id', 'created_at', 'updated_at', 'name', 'endpoint_url', 'event_action_type', 'max_attempts'];
    keys.push('additional_headers', 'error_recipient_email', 'deactivated', 'last_delivered');
    expect(Object.keys(body).toSorted()).toEqual(keys.toSorted());
    expect(JSON.stringify(await harvest.all('webhooks'))).not.toContain(SECRET);
    const { headers } = await receiver.next('ping');
    expect(headers.authorization).toBe(`Basic ${btoa('u:p')}`);
  });

  it.each([
    [{ endpoint_url: 'http://example.org/hook' }],
    [{ endpoint_url: 'ftp://example.org' }],
    [{ event_action_type: 'ping' }],
    [{ event_action_type: 'candidate_moved' }],
    [{ max_attempts: 8 }],
    [{ secret_key: undefined }],
    [{ events: ['job_updated'] }],
  ])('are not made with %j', async (change) => {
    expect((await subscribe('job_updated', change)).status).toBe(422);
  });

  it("are not a customer's to make with a key of its own", async () => {
    const { body } = await harvest.form('token', { grant_type: 'client_credentials' });

    expect((await harvest.post('webhooks', {}, body.access_token)).status).toBe(403);
  });

  it('begin with a ping, and are switched off when it is not answered with 200', async () => {
    receiver.answers.push(200, 202);
    const { body: good } = await subscribe('job_updated');
    const ping = await receiver.next('ping');
    const { body: bad } = await subscribe('job_deleted');
    await receiver.next('ping', 2);

    expect(ping.payload).toMatchObject({ web_hook_id: good.id, endpoint_url: receiver.url, name: 'Hub', active: true });
    expect(ping.headers.signature).toBe(`sha256 ${createHmac('sha256', SECRET).update(ping.body).digest('hex')}`);
    await until(async () => (await webhook(bad.id)).deactivated === true, { what: 'the bad one to be off' });
    expect((await webhook(good.id)).deactivated).toBe(false);
  });

  it('tell of a stage change with the new stage, signed over escaped bytes', async () => {
    await subscribe('candidate_stage_change');
    const { id, job_interview_stage_id: from_stage_id } = await anApplication();

    await harvest.post(`applications/${id}/move`, { from_stage_id });

    const { payload, headers, body } = await receiver.next('candidate_stage_change');
    expect(payload.application).toMatchObject({
      id,
      status: 'active',
      prospect: false,
      current_stage: { name: 'Phone screen' },
    });
    expect(payload.application).not.toHaveProperty('prospect_detail');
    expect(payload.application.jobs[0]).not.toHaveProperty('hiring_team');
    expect(body).toContain('\\u003cb\\u003e');
    expect(headers['greenhouse-event-id']).toMatch(/^[0-9a-f]+$/);
    expect(headers.signature).toBe(`sha256 ${createHmac('sha256', SECRET).update(body).digest('hex')}`);
    expect(receiver.events('application_updated')).toEqual([]);
  });

  it('tell of everything that can happen to an application', async () => {
    const actions = [
      'new_candidate_application',
      'reject_candidate',
      'unreject_candidate',
      'hire_candidate',
      'application_updated',
    ];
    for (const action of [...actions, 'delete_application']) await subscribe(action);
    const { id } = await anApplication();
    const created = await receiver.next('new_candidate_application');
    expect(created.payload.application).toMatchObject({ id, prospect_detail: { prospect_pool: null } });
    expect(created.payload.application.jobs[0].hiring_team.recruiters).toHaveLength(1);

    await harvest.patch(`applications/${id}`, { source_id: 4_000_078_003 });
    await harvest.post(`applications/${id}/reject`, { rejection_reason_id: 4_000_021_003 });
    expect((await receiver.next('reject_candidate')).payload.application).toMatchObject({
      status: 'rejected',
      source: { id: 4_000_078_003, public_name: 'LinkedIn' },
      rejection_reason: { name: 'Test result below bar', type: { name: 'We rejected them' } },
    });
    await harvest.post(`applications/${id}/unreject`, {});
    expect((await receiver.next('unreject_candidate')).payload.application).toMatchObject({
      ...{ status: 'active', rejected_at: null, rejection_reason: null, rejection_details: null },
    });
    const [opening] = await harvest.all(`openings?job_ids=${created.payload.application.jobs[0].id}&open=true`);
    await harvest.post(`applications/${id}/hire`, { opening_id: opening!.id });
    const hired = (await receiver.next('hire_candidate')).payload.application;
    expect(hired).toMatchObject({ id, opening: { opening_id: expect.any(String) }, offer: { version: 1 }, job: {} });
    expect(hired).not.toHaveProperty('status');
    await harvest.remove(`applications/${id}`);
    expect((await receiver.next('delete_application')).payload.application).toMatchObject({ id });
  });

  it('tell of candidates, and of a merge in place of a deletion only where somebody listens to merges', async () => {
    await subscribe('update_candidate');
    await subscribe('delete_candidate');
    const people = await Promise.all([anApplication(), anApplication(), anApplication(), anApplication()]);
    const [a, b, c, d] = people.map(({ candidate_id }) => candidate_id!);

    await harvest.patch(`candidates/${IMANI}`, { title: 'Lead' });
    expect((await receiver.next('update_candidate')).payload.candidate).toMatchObject({ id: IMANI, title: 'Lead' });
    await harvest.post(`candidates/${a}/merge`, { secondary_candidate_id: b });
    expect((await receiver.next('delete_candidate')).payload.person).toMatchObject({ id: b });
    await subscribe('merge_candidate');
    await harvest.post(`candidates/${c}/merge`, { secondary_candidate_id: d });
    expect((await receiver.next('merge_candidate')).payload.person).toMatchObject({ id: d, new_candidate_id: c });
    expect(receiver.events('delete_candidate')).toHaveLength(1);
    await harvest.remove(`candidates/${c}`);
    expect((await receiver.next('delete_candidate', 2)).payload.person).toMatchObject({
      id: c,
      deleted_application_ids: expect.arrayContaining([people[2].id, people[3].id]),
    });
  });

  it('tell of a job post without a wrapper', async () => {
    await subscribe('job_post_updated');

    await harvest.patch('job_posts/4033001003', { job_application_status: 'draft' });

    expect((await receiver.next('job_post_updated')).payload).toMatchObject({
      id: 4_033_001_003,
      job_id: 4_011_500_003,
      live: false,
    });
  });

  it('come again under the same id until they are taken with 200', async () => {
    const { body } = await subscribe('job_updated');
    await receiver.next('ping');
    receiver.answers.push(500, 204, 302);

    await harvest.patch('jobs/4011500003', { notes: 'new' });

    await receiver.next('job_updated', 4);
    const events = receiver.events('job_updated');
    expect(new Set(events.map(({ headers }) => headers['greenhouse-event-id'])).size).toBe(1);
    await until(async () => (await webhook(body.id)).last_delivered !== null, { what: 'last_delivered' });
    expect(receiver.events('job_updated')).toHaveLength(4);
  });

  it('come as often as the webhook says and not again', async () => {
    await subscribe('job_updated', { max_attempts: 2 });
    await subscribe('job_post_updated');
    await receiver.next('ping', 2);
    receiver.answers.push(500, 500, 500);

    await harvest.patch('jobs/4011500003', { notes: 'newer' });
    await receiver.next('job_updated', 2);
    receiver.answers.splice(0);
    await harvest.patch('job_posts/4033001003', { title: 'After that' });
    await receiver.next('job_post_updated');

    expect(receiver.events('job_updated')).toHaveLength(2);
  });

  it('come again after the stand-in was started anew', async () => {
    await harvest.standIn.tune({ webhookWaitsSeconds: [3600] });
    await subscribe('job_updated');
    await receiver.next('ping');
    receiver.answers.push(500);
    await harvest.patch('jobs/4011500003', { notes: 'newest' });
    await receiver.next('job_updated');
    await until(async () => (await harvest.standIn.store.list('deliveries')).some((one) => one !== null), {
      what: 'a note of it',
    });

    const other = await startHarvest({ store: harvest.standIn.store, clock: { aheadMs: 3_601_000 } });
    await other.standIn.part.resume!(other.standIn.context);

    await receiver.next('job_updated', 2);
    await other.standIn.stop();
  });

  it('lose what happens while they are switched off', async () => {
    const { body } = await subscribe('job_updated', { deactivated: true });
    await harvest.patch('jobs/4011500003', { notes: 'unheard' });
    await harvest.patch(`webhooks/${body.id}`, { deactivated: false });
    await receiver.next('ping');
    await harvest.patch('jobs/4011500003', { notes: 'heard' });

    const { payload } = await receiver.next('job_updated');
    expect([payload.job.notes, receiver.events('job_updated')]).toEqual(['heard', [expect.anything()]]);
  });
});
