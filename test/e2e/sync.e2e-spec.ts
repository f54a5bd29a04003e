import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYNCED } from '#libs/sync/testing';
import { until } from '../support/until.js';
import { openSyncDesk, type SyncDesk } from './sync-desk.js';

describe('a sync', () => {
  let desk: SyncDesk;
  let id: string;

  beforeAll(async () => {
    desk = await openSyncDesk();
    const { ats } = desk;
    for (let n = 1; n <= 7; n++) ats.put('candidates', { id: n, name: `Person ${n}` });
    ats.put('educations', { id: 31, candidate_id: 2, school: 'Example University' });
    ats.put('applications', { id: 21, candidate_id: 1, status: 'active', stage_id: 5, stage_name: 'Review' });
    ats.put('users', { id: 41, name: 'Lena' });
    ats.put('tags', { id: 51, name: 'referral' });
    ats.put('eeoc', { id: 61 });
    await desk.startDispatcher();
    await desk.call('POST', '/v1/webhooks/endpoints', { url: 'http://127.0.0.1:9/none', category: 'ATS' });
    id = await desk.connect();
  });
  afterAll(() => desk.close());

  it('reads everything when an integration is connected, dictionaries first, and nothing sensitive', async () => {
    const run = await desk.settled(id);
    const events = await desk.newEvents();

    expect(run).toMatchObject({ mode: 'INITIAL', status: 'SUCCEEDED', counts: { seen: 11, new: 10, modified: 0 } });
    expect(run.resources.map(({ resource }) => resource)).toEqual(SYNCED);
    const records = events.filter(({ eventType }) => eventType === 'record.new');
    expect(records).toHaveLength(10);
    expect(new Set(events.map(({ syncType }) => syncType))).toEqual(new Set(['initial_sync']));
    expect(new Set(events.map(({ syncRunId }) => syncRunId))).toEqual(new Set([run.id]));
    expect(events.find(({ eventData }) => eventData.candidate?.remoteId === '2')?.eventData.candidate).toMatchObject({
      educations: [{ institution: 'Example University' }],
    });
  });

  it('says at its end how much it was', async () => {
    const runs = await desk.runs(id);
    const rows = await desk.database.query<{ payload: Buffer }>(
      `SELECT payload FROM events WHERE type = 'sync.events.processed'`,
    );

    expect(JSON.parse(rows[0]!.payload.toString())).toMatchObject({
      eventType: 'sync.events.processed',
      recordId: null,
      syncRunId: runs[0]!.id,
      eventData: { status: 'processed', processed: 11, emitted: 10, complete: true },
    });
  });

  it('asks each list once when nothing has changed', async () => {
    desk.ats.pageSize = 100;
    await desk.sync(id);
    await desk.settled(id);
    desk.ats.countRequests();

    await desk.sync(id);
    const run = await desk.settled(id);

    expect(run).toMatchObject({ mode: 'DELTA', status: 'SUCCEEDED', counts: { new: 0, modified: 0, deleted: 0 } });
    expect(desk.ats.countRequests()).toEqual(Object.fromEntries(SYNCED.map((name) => [name, 1])));
    expect((await desk.newEvents()).filter(({ eventType }) => eventType.startsWith('record'))).toEqual([]);
  });

  it('tells of what changed, with the old values, and keeps the transition', async () => {
    desk.ats.put('applications', {
      id: 21,
      stage_id: 6,
      stage_name: 'Interview',
      status: 'rejected',
      rejected_at: '2026-11-20T10:00:00Z',
    });
    desk.ats.put('candidates', { id: 8, name: 'New person' });
    await desk.sync(id);
    const run = await desk.settled(id);
    const events = (await desk.newEvents()).filter(({ eventType }) => eventType.startsWith('record'));

    expect(run.counts).toMatchObject({ new: 1, modified: 1 });
    expect(events.map(({ eventType, syncType }) => [eventType, syncType])).toEqual([
      ['record.new', 'delta_sync'],
      ['record.modified', 'delta_sync'],
    ]);
    expect(events[1]!.eventData.changes).toMatchObject({ stageName: { from: 'Review', to: 'Interview' } });
    const { body } = await desk.call<{ data: object[] }>(
      'GET',
      `/v1/ats/applications/${events[1]!.recordId}/transitions`,
    );
    expect(body.data).toHaveLength(2);
    expect(body.data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'STAGE',
          from: expect.objectContaining({ remoteId: '5', name: 'Review' }),
          to: expect.objectContaining({ remoteId: '6', name: 'Interview' }),
          seenVia: 'SYNC',
        }),
        expect.objectContaining({
          kind: 'STATUS',
          to: { value: 'REJECTED', raw: 'rejected' },
          occurredAt: '2026-11-20T10:00:00.000Z',
        }),
      ]),
    );
  });

  it('finds in a full comparison what is no longer there, parts too', async () => {
    desk.ats.remove('candidates', 3);
    desk.ats.remove('educations', 31);
    await desk.sync(id, { mode: 'FULL' });
    const run = await desk.settled(id);
    const events = (await desk.newEvents()).filter(({ eventType }) => eventType.startsWith('record'));

    expect(run).toMatchObject({ mode: 'FULL', status: 'SUCCEEDED' });
    expect(events.map(({ eventType, eventData }) => [eventType, eventData.candidate?.remoteId])).toEqual(
      expect.arrayContaining([
        ['record.modified', '2'],
        ['record.deleted', '3'],
      ]),
    );
    expect(events).toHaveLength(2);
    expect(await desk.database.query('SELECT FROM sync_seen')).toEqual([]);
  });

  it('asks again before it believes that somebody is gone', async () => {
    desk.ats.odd = (url) =>
      url.pathname === '/v1/candidates' && !url.searchParams.has('ids')
        ? { status: 200, body: [...desk.ats.lists.get('candidates')!.values()].filter((row) => row.id !== 4) }
        : undefined;
    await desk.sync(id, { mode: 'FULL', models: ['candidates'] });
    const run = await desk.settled(id);
    desk.ats.odd = () => undefined;

    expect(run).toMatchObject({ mode: 'AD_HOC', status: 'SUCCEEDED', counts: { deleted: 0 } });
  });

  it('goes on where one list is forbidden or broken, and says so', async () => {
    desk.ats.odd = (url) =>
      url.pathname === '/v1/users'
        ? { status: 403, body: {} }
        : url.pathname === '/v1/tags'
          ? { status: 422, body: { errors: ['no'] } }
          : undefined;
    await desk.sync(id);
    const run = await desk.settled(id);
    desk.ats.odd = () => undefined;

    expect(run.status).toBe('PARTIAL');
    expect(run.resources.find(({ resource }) => resource === 'users')).toMatchObject({ state: 'NOT_PERMITTED' });
    expect(run.resources.find(({ resource }) => resource === 'tags')).toMatchObject({ state: 'FAILED' });
    expect(run.resources.find(({ resource }) => resource === 'candidates')).toMatchObject({ state: 'DONE' });
  });

  it('says when everything was consumed', async () => {
    await desk.database.query(`DELETE FROM delivery_work`);
    const [run] = await desk.runs(id);

    await until(async () => (await desk.run(id, run!.id)).consumedAt !== null, { what: 'all consumed' });
    const events = await desk.newEvents();
    expect(events.at(-1)).toMatchObject({ eventType: 'sync.events.allConsumed', syncRunId: expect.any(String) });
  });
});
