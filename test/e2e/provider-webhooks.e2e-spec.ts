import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sign } from '#libs/sync/testing';
import { until } from '../support/until.js';
import { openSyncDesk, type SyncDesk } from './sync-desk.js';

interface Webhooks {
  url: string;
  canSubscribe: boolean;
  madeBy: string;
  events: { action: string; isSubscribed: boolean; lastState: string | null; lastError: string | null }[];
  received: { pending: number; done: number; failed: number; refused: number };
  manual: { webhooks: { secret: string; when: string; fields: { value: string }[] }[] };
}

describe('webhooks of an ATS', () => {
  let desk: SyncDesk;
  let id: string;
  let path: string;
  let secret: string;

  const webhooks = async () => (await desk.call<Webhooks>('GET', `/v1/integrations/${id}/webhooks`)).body;
  const send = async (body: unknown, { key = secret, eventId }: { key?: string; eventId?: string } = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { 'x-signature': sign(text, key), ...(eventId ? { 'x-event-id': eventId } : {}) };
    // Any content type will do.
    const reply = await fetch(desk.url + path, {
      method: 'POST',
      body: text,
      headers: { ...headers, 'content-type': 'text/plain' },
    });
    return reply.status;
  };
  const told = (...hints: object[]) => ({ action: 'stage_changed', hints });
  const read = (model: string, ...remoteIds: string[]) => told({ do: 'read', model, remoteIds });
  const quiet = () => until(async () => (await webhooks()).received.pending === 0, { what: 'all acted on' });
  const record = async (model: string, remoteId: string) =>
    (
      await desk.database.query<{ id: string; data: Record<string, unknown>; deleted_at: Date | null }>(
        'SELECT id, data, deleted_at FROM records WHERE integration_id = $1 AND model = $2 AND remote_id = $3',
        [id, model, remoteId],
      )
    )[0];

  beforeAll(async () => {
    desk = await openSyncDesk();
    for (let n = 1; n <= 4; n++) desk.ats.put('candidates', { id: n, name: `Person ${n}` });
    desk.ats.put('applications', { id: 21, candidate_id: 1, status: 'active', stage_id: 5, stage_name: 'Review' });
    await desk.startDispatcher();
    await desk.startDispatcher();
    id = await desk.connect();
    await desk.settled(id);
    const { url, manual } = await webhooks();
    path = new URL(url).pathname;
    secret = manual.webhooks[0]!.secret;
  });
  afterAll(() => desk.close());
  beforeEach(async () => {
    desk.ats.odd = () => undefined;
    await desk.newEvents();
  });

  it('are refused at an address nobody gave out, and without the right signature', async () => {
    const body = JSON.stringify(read('applications', '21'));
    const elsewhere = await fetch(`${desk.url}/hooks/fake-ats/t_${'x'.repeat(32)}`, { method: 'POST', body });
    const unsigned = await fetch(desk.url + path, { method: 'POST', body });

    expect([elsewhere.status, unsigned.status, await send(body, { key: 'wrong' })]).toEqual([404, 401, 401]);
    expect((await fetch(`${desk.url}/hooks/other-ats/x`, { method: 'POST' })).status).toBe(404);
    expect((await webhooks()).received).toMatchObject({ refused: 2, pending: 0, done: 0 });
  });

  it('are answered with 200 and acted on at once: a change of stage is a transition and an event', async () => {
    desk.ats.put('applications', { id: 21, stage_id: 6, stage_name: 'Interview' });

    expect(await send(read('applications', '21'), { eventId: 'e-1' })).toBe(200);

    const application = await until(
      async () => {
        const row = await record('applications', '21');
        return row?.data.stageName === 'Interview' ? row : null;
      },
      { what: 'the new stage' },
    );
    const { body } = await desk.call<{ data: object[] }>('GET', `/v1/ats/applications/${application.id}/transitions`);
    expect(body.data).toEqual([expect.objectContaining({ kind: 'STAGE', seenVia: 'UPSTREAM_WEBHOOK' })]);
    const events = (await desk.newEvents()).filter(({ eventType }) => eventType.startsWith('record'));
    expect(events).toMatchObject([{ eventType: 'record.modified', syncType: 'real_time', recordId: application.id }]);
    await quiet();
    expect((await webhooks()).events.find(({ action }) => action === 'stage_changed')).toMatchObject({
      lastState: 'DONE',
    });
  });

  it('that come twice are kept once; those without a name are acted on again', async () => {
    await send(read('candidates', '1'), { eventId: 'e-2' });
    await quiet();
    desk.ats.countRequests();
    await send(read('candidates', '1'), { eventId: 'e-2' });
    await send(read('candidates', '2'));
    await quiet();
    expect(desk.ats.countRequests()).toMatchObject({ candidates: 1 });

    await send(read('candidates', '2'));
    await quiet();

    expect(desk.ats.countRequests()).toMatchObject({ candidates: 1 });
    const rows = await desk.database.query<{ arrivals: number }>(
      `SELECT arrivals FROM provider_webhooks ORDER BY id DESC LIMIT 2`,
    );
    expect(rows.map(({ arrivals }) => arrivals)).toEqual([2, 2]);
  });

  it('that ask for the same share a request', async () => {
    await desk.database.query(`UPDATE webhook_subscriptions SET acting_until = now() + interval '1 minute'`);
    for (let n = 0; n < 20; n++) await send(read('candidates', '1', '2'), { eventId: `burst-${n}` });
    desk.ats.countRequests();
    await desk.database.query(`UPDATE webhook_subscriptions SET acting_until = NULL`);
    await quiet();

    expect(desk.ats.countRequests()).toMatchObject({ candidates: 1 });
  });

  it('end in the same state in whatever order they come', async () => {
    desk.ats.remove('candidates', 3);
    const gone = told({ do: 'gone', model: 'candidates', remoteIds: ['3'] });
    await send(gone, { eventId: 'e-3' });
    await quiet();
    await send(read('candidates', '3'), { eventId: 'e-4' });
    await send(gone, { eventId: 'e-5' });
    await quiet();

    expect((await record('candidates', '3'))?.deleted_at).not.toBeNull();
    expect((await desk.newEvents()).map(({ eventType }) => eventType)).toEqual(['record.deleted']);
  });

  it('say that two records are one', async () => {
    desk.ats.remove('candidates', 4);
    await send(told({ do: 'merged', model: 'candidates', remoteId: '4', into: '1' }), { eventId: 'e-6' });
    await quiet();

    const [event] = await desk.newEvents();
    expect(event).toMatchObject({ eventType: 'record.deleted', eventData: { mergedInto: { remoteId: '1' } } });
  });

  it('say nothing with a ping, and are kept where they cannot be read', async () => {
    const before = (await webhooks()).received;
    expect(await send({ action: 'ping', hints: [] })).toBe(200);
    expect(await send('{"action":')).toBe(200);
    await quiet();

    const after = (await webhooks()).received;
    expect([after.done - before.done, after.failed - before.failed]).toEqual([1, 1]);
  });

  it('are tried again when the ATS does not answer', async () => {
    desk.ats.put('candidates', { id: 1, name: 'Renamed' });
    desk.ats.odd = () => ({ status: 503, body: {} });
    await send(read('candidates', '1'), { eventId: 'e-7' });
    await until(async () => (await webhooks()).events[1]?.lastError === 'provider_unavailable', {
      what: 'the failure',
      withinMs: 25_000,
    });
    expect((await webhooks()).events[1]).toMatchObject({ lastState: 'PENDING' });

    desk.ats.odd = () => undefined;
    await until(
      async () => {
        await desk.database.query(`UPDATE provider_webhooks SET due_at = now() WHERE state = 'PENDING'`);
        return (await record('candidates', '1'))?.data.lastName === 'Renamed';
      },
      { what: 'the record', withinMs: 25_000 },
    );
  });

  it('can be made by the hub where the ATS allows it', async () => {
    const { body } = await desk.call<{ outcome: string; created: string[]; webhooks: Webhooks }>(
      'POST',
      `/v1/integrations/${id}/webhooks/subscribe`,
      { actions: ['stage_changed'], errorEmail: 'ops@vendor.example' },
    );

    expect(body).toMatchObject({ outcome: 'SUBSCRIBED', created: ['stage_changed'], webhooks: { madeBy: 'API' } });
    expect([...desk.ats.webhooks.values()]).toMatchObject([
      { action: 'stage_changed', secret, url: expect.stringContaining(path) },
    ]);
    expect(body.webhooks.manual.webhooks[0]!.fields).toEqual([{ label: 'Errors to', value: 'ops@vendor.example' }]);
    const again = await desk.call('POST', `/v1/integrations/${id}/webhooks/subscribe`, { actions: ['stage_changed'] });
    expect(again.body).toMatchObject({ created: [], kept: ['stage_changed'] });
    expect(desk.ats.webhooks.size).toBe(1);
  });

  it('are known again behind pages of those of others', async () => {
    const others = Array.from({ length: 7 }, (_, at) => at + 1);
    for (const other of others) {
      const row = { id: other, updated_at: '', action: 'stage_changed', url: `https://other.example/${other}` };
      desk.ats.webhooks.set(other, row);
    }
    const again = await desk.call('POST', `/v1/integrations/${id}/webhooks/subscribe`, { actions: ['stage_changed'] });
    for (const other of others) desk.ats.webhooks.delete(other);

    expect(again.body).toMatchObject({ created: [], kept: ['stage_changed'] });
    expect(desk.ats.webhooks.size).toBe(1);
  });

  it('are to be made by hand where it does not', async () => {
    desk.ats.odd = ({ pathname }) => (pathname === '/v1/webhooks' ? { status: 403, body: {} } : undefined);
    const { body } = await desk.call('POST', `/v1/integrations/${id}/webhooks/subscribe`, {});

    expect(body).toMatchObject({
      outcome: 'MANUAL',
      reason: expect.any(String),
      webhooks: { manual: { where: 'Settings > Webhooks' } },
    });
    const wrong = await desk.call('POST', `/v1/integrations/${id}/webhooks/subscribe`, { actions: ['nope'] });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: 'actions' }] } });
  });

  it('get a new secret; for a while the old one counts', async () => {
    const old = secret;
    const { body } = await desk.call<Webhooks>('POST', `/v1/integrations/${id}/webhooks/rotate-secret`, {
      overlapSeconds: 3600,
    });
    secret = body.manual.webhooks[0]!.secret;

    expect(secret).not.toBe(old);
    expect([...desk.ats.webhooks.values()]).toMatchObject([{ secret }]);
    expect([
      await send({ action: 'ping', hints: [1] }),
      await send({ action: 'ping', hints: [2] }, { key: old }),
    ]).toEqual([200, 200]);

    await desk.call('POST', `/v1/integrations/${id}/webhooks/rotate-secret`, { overlapSeconds: 0 });
    expect(await send({ action: 'ping', hints: [3] })).toBe(401);
  });

  it('are nobody’s any more once the integration is deleted', async () => {
    secret = (await webhooks()).manual.webhooks[0]!.secret;
    await desk.call('DELETE', `/v1/integrations/${id}`);

    expect(await send({ action: 'ping', hints: [] })).toBe(404);
  });
});
