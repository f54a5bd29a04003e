import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import greenhouse from '../../connectors/greenhouse/index.js';
import { type GreenhouseDesk, openGreenhouseDesk } from './greenhouse-desk.js';

interface Webhooks {
  url: string;
  canSubscribe: boolean;
  events: { action: string; when: string; lastState: string | null; lastError: string | null }[];
  received: { pending: number; done: number; failed: number; refused: number; lastRefusedAt: string | null };
  manual: {
    where: string;
    steps: string[];
    webhooks: { name: string; when: string; url: string; secret: string; fields: { label: string; value: string }[] }[];
  };
}
interface Stored {
  remote_id: string;
  data: Record<string, unknown>;
  deleted_at: Date | null;
}

const EVENTS = greenhouse.api!.webhooks!.events;

describe('the webhooks of Greenhouse', () => {
  let desk: GreenhouseDesk;
  let id: string;
  let token: string;
  let path: string;
  let secret: string;

  beforeAll(async () => {
    desk = await openGreenhouseDesk({ candidates: 60 });
    token = await desk.token();
    id = await desk.connect();
    await desk.settled(id);
    const { url, manual } = await webhooks();
    path = new URL(url).pathname;
    secret = manual.webhooks[0]!.secret;
  });
  afterAll(() => desk?.close());

  const webhooks = async () => (await desk.call<Webhooks>('GET', `/v1/integrations/${id}/webhooks`)).body;
  const signed = (text: string, key = secret) => `sha256 ${createHmac('sha256', key).update(text).digest('hex')}`;
  let sent = 0;
  const post = async (text: string, signature: string | null = signed(text), to = path) => {
    const headers = {
      'content-type': 'application/json',
      'greenhouse-event-id': `event-${++sent}`,
      ...(signature === null ? {} : { signature }),
    };
    const reply = await fetch(desk.hub.url + to, { method: 'POST', headers, body: text });
    return [reply.status, await reply.text()] as const;
  };
  const tell = async (action: string, payload: object) => (await post(JSON.stringify({ action, payload })))[0];
  const quiet = () =>
    until(async () => (await webhooks()).received.pending === 0, { what: 'all acted on', withinMs: 30_000 });
  const state = async (action: string) => (await webhooks()).events.find((one) => one.action === action);
  const stored = (model: string) =>
    desk.query<Stored>(
      `SELECT remote_id, data, deleted_at FROM records WHERE integration_id = $1 AND model = $2 AND deleted_at IS NULL
       ORDER BY remote_id::bigint DESC`,
      [id, model],
    );
  const oneOf = async (model: string) => Number((await stored(model))[0]!.remote_id);
  const isGone = async (model: string, remoteId: number) =>
    (
      await desk.query(
        `SELECT FROM records WHERE integration_id = $1 AND model = $2 AND remote_id = $3 AND deleted_at IS NULL`,
        [id, model, String(remoteId)],
      )
    ).length === 0;

  it('are typed in after a list that has every field of the form, for each of the 29 events', async () => {
    const { manual, url } = await webhooks();

    expect(manual.where).toBe('Configure > Dev Center > Web Hooks > Web Hooks');
    expect(manual.webhooks.map(({ when }) => when)).toEqual(EVENTS.map(({ when }) => when));
    expect(manual.webhooks).toHaveLength(29);
    for (const form of manual.webhooks) {
      expect(form).toEqual({
        name: expect.stringContaining(form.when),
        when: form.when,
        url,
        secret: expect.stringMatching(/^\S{32,}$/),
        fields: [
          { label: 'Error Recipient Email', value: expect.stringMatching(/\S/) },
          { label: 'Disabled', value: 'No' },
        ],
      });
    }
    const asked = await desk.call<{ outcome: string; webhooks: Webhooks }>(
      'POST',
      `/v1/integrations/${id}/webhooks/subscribe`,
      { body: { errorEmail: 'ops@vendor.example' } },
    );
    expect(asked.body.outcome).toBe('MANUAL');
    expect(new Set(asked.body.webhooks.manual.webhooks.map(({ fields }) => fields[0]!.value))).toEqual(
      new Set(['ops@vendor.example']),
    );
  });

  it.each(EVENTS.map(({ action }) => action))('are acted on: %s', async (action) => {
    const { payload, gone, read } = await told(action);
    // What the mirror has lost comes back only by reading it again.
    for (const [model, remoteId] of read) await forget(model, remoteId);

    expect(await tell(action, payload)).toBe(200);
    await quiet();

    expect(await state(action)).toMatchObject({ lastState: 'DONE', lastError: null });
    expect([gone.length + read.length > 0, await gonesOf([...gone, ...read])]).toEqual([
      true,
      [...gone.map(() => true), ...read.map(() => false)],
    ]);
  });

  it('are refused without the right signature, at a wrong address, and are counted', async () => {
    const before = (await webhooks()).received;
    const text = JSON.stringify({ action: 'job_deleted', payload: { job: { id: await oneOf('jobs') } } });

    const right = signed(text);
    const wrong = [null, '', 'sha256', signed(text, 'another'), right.replace(' ', '='), signed(`${text} `)];
    for (const signature of wrong) expect((await post(text, signature))[0]).toBe(401);
    const [status, words] = await post(text, null);
    const elsewhere = await post(text, right, path.replace(/[^/]+$/, 't_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'));
    const otherAts = await post(text, right, path.replace('greenhouse', 'ashby'));

    expect([status, words]).toEqual([401, 'The signature is missing, wrong or too old.']);
    expect([elsewhere[0], otherAts[0]]).toEqual([404, 404]);
    const { received } = await webhooks();
    expect(received.refused - before.refused).toBe(wrong.length + 1);
    expect(received.lastRefusedAt).not.toBeNull();
    expect([received.done, received.pending, await isGone('jobs', await oneOf('jobs'))]).toEqual([
      before.done,
      0,
      false,
    ]);
  });

  it('with another secret are refused from its rotation on', async () => {
    const old = secret;
    const { body } = await desk.call<Webhooks>('POST', `/v1/integrations/${id}/webhooks/rotate-secret`, {
      body: { overlapSeconds: 0 },
    });
    secret = body.manual.webhooks[0]!.secret;
    const text = JSON.stringify({ action: 'ping', payload: { event: 'Candidate has changed stage' } });

    expect((await post(text, signed(text, old)))[0]).toBe(401);
    expect((await post(text))[0]).toBe(200);
  });

  it('make a change of stage a transition and an event, with the stages’ names', async () => {
    const [application] = await stored('applications').then((rows) =>
      rows.filter(({ data }) => (data.status as { value: string }).value === 'ACTIVE' && data.stageRemoteId !== null),
    );
    const { jobRemoteId, stageRemoteId, stageName } = application!.data as Record<string, string>;
    const stages = (await stored('job-stages')).filter(({ data }) => data.jobRemoteId === jobRemoteId);
    const to = stages.find(({ remote_id }) => remote_id !== stageRemoteId)!;
    const body = { from_stage_id: Number(stageRemoteId), to_stage_id: Number(to.remote_id) };
    const moved = await desk.standIn('POST', `api/v3/applications/${application!.remote_id}/move`, body, token);
    expect(moved.status).toBe(204);

    await tell('candidate_stage_change', { application: { id: Number(application!.remote_id) } });
    const about = [id, application!.remote_id];
    const record = await until(
      async () =>
        (
          await desk.query<{ id: string }>(
            `SELECT id FROM records WHERE integration_id = $1 AND model = 'applications' AND remote_id = $2
               AND data->>'stageRemoteId' = $3`,
            [...about, to.remote_id],
          )
        )[0],
      { what: 'the new stage' },
    );
    const { body: transitions } = await desk.call<{ data: object[] }>(
      'GET',
      `/v1/ats/applications/${record.id}/transitions`,
      { integrationId: id },
    );
    const events = await desk.query<{ payload: Buffer }>(
      `SELECT payload FROM events WHERE integration_id = $1 AND type = 'record.modified' AND subject_id = $2`,
      [id, record.id],
    );

    expect(transitions.data).toEqual([
      expect.objectContaining({
        kind: 'STAGE',
        from: expect.objectContaining({ remoteId: stageRemoteId, name: stageName }),
        to: expect.objectContaining({ remoteId: to.remote_id, name: to.data.name }),
        seenVia: 'UPSTREAM_WEBHOOK',
      }),
    ]);
    expect(events.map(({ payload }) => JSON.parse(payload.toString('utf8')) as object)).toEqual([
      expect.objectContaining({
        syncType: 'real_time',
        eventData: expect.objectContaining({
          changes: expect.objectContaining({ stageRemoteId: { from: stageRemoteId, to: to.remote_id } }),
        }),
      }),
    ]);
  });

  const forget = (model: string, remoteId: number) =>
    desk.query('UPDATE records SET deleted_at = now() WHERE integration_id = $1 AND model = $2 AND remote_id = $3', [
      id,
      model,
      String(remoteId),
    ]);
  const gonesOf = (records: [string, number][]) =>
    Promise.all(records.map(([model, remoteId]) => isGone(model, remoteId)));

  /** A body as Greenhouse sends it, about records that are there; which are no more after it, and which are to be read again. */
  async function told(
    action: string,
  ): Promise<{ payload: object; gone: [string, number][]; read: [string, number][] }> {
    if (action === 'merge_candidate') {
      const [from, into] = (await stored('candidates')).map(({ remote_id }) => Number(remote_id));
      const payload = { person: { id: from, new_candidate_id: into } };
      return { payload, gone: [['candidates', from!]], read: [['candidates', into!]] };
    }
    const [wrapper, model] = aboutWhat(action);
    const remoteId = await oneOf(model);
    const isDeleted = /delete/.test(action) && model !== 'job-stages';
    const payload = {
      '': { id: remoteId },
      candidate_id: { candidate_id: remoteId, anonymized_fields: ['full_name', 'attachments', 'source'] },
    }[wrapper] ?? { [wrapper]: { id: remoteId } };
    return {
      payload,
      ...(isDeleted ? { gone: [[model, remoteId]], read: [] } : { gone: [], read: [[model, remoteId]] }),
    };
  }
});

/** The key of a body under which its record is, '' where the body is the record, and the record's model. */
function aboutWhat(action: string): [wrapper: string, model: string] {
  const isFlat = /created|updated|approved/.test(action);
  if (action === 'update_candidate') return ['candidate', 'candidates'];
  if (action === 'delete_candidate') return ['person', 'candidates'];
  if (action === 'candidate_anonymized') return ['candidate_id', 'candidates'];
  if (action === 'job_interview_stage_deleted') return ['job_interview_stage', 'job-stages'];
  if (action.startsWith('job_post_')) return [isFlat ? '' : 'job_post', 'job-postings'];
  if (action.startsWith('offer_')) return [isFlat ? '' : 'offer', 'offers'];
  const word = /^(job|interview|scorecard|department|office)_/.exec(action)?.[1];
  return word === undefined ? ['application', 'applications'] : [word, `${word}s`];
}
