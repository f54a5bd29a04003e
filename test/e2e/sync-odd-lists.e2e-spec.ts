import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { openSyncDesk, type SyncDesk } from './sync-desk.js';

const PEOPLE = 30;

describe('a sync with an ATS that behaves oddly', () => {
  let desk: SyncDesk;
  let id: string;

  beforeAll(async () => {
    desk = await openSyncDesk();
    desk.ats.pageSize = 10;
    for (let n = 1; n <= PEOPLE; n++) desk.ats.put('candidates', { id: n, name: `Person ${n}` });
    for (let n = 1; n <= PEOPLE; n++) desk.ats.put('users', { id: 100 + n, name: `User ${n}` });
    await desk.startDispatcher();
    id = await desk.connect();
    await desk.settled(id);
  });
  afterAll(() => desk.close());
  beforeEach(() => {
    desk.ats.odd = () => undefined;
  });

  const resource = async (run: Promise<{ resources: { resource: string }[] }>, name: string) =>
    (await run).resources.find((one) => one.resource === name);
  const alive = async (model: string) =>
    (await desk.database.query('SELECT FROM records WHERE model = $1 AND deleted_at IS NULL', [model])).length;

  it('begins a list again whose cursor has expired', async () => {
    let expired = 0;
    desk.ats.odd = ({ pathname, searchParams }) =>
      pathname === '/v1/candidates' && searchParams.has('cursor') && (expired += 1) === 2
        ? { status: 422, body: { error: 'cursor expired' } }
        : undefined;
    await desk.sync(id, { mode: 'FULL' });
    const run = await desk.settled(id);

    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { new: 0, deleted: 0, seen: 2 * PEOPLE } });
  });

  it('gives a list up whose cursors always expire, and goes on with the others', async () => {
    desk.ats.odd = ({ pathname, searchParams }) =>
      pathname === '/v1/candidates' && searchParams.has('cursor')
        ? { status: 422, body: { error: 'cursor expired' } }
        : undefined;
    await desk.sync(id, { mode: 'FULL' });
    const run = desk.settled(id);

    expect((await run).status).toBe('PARTIAL');
    expect(await resource(run, 'candidates')).toMatchObject({
      state: 'FAILED',
      error: expect.stringContaining('cursor_expired'),
    });
    expect(await alive('candidates')).toBe(PEOPLE);
  });

  it('does not read a list for ever that leads back to a page', async () => {
    const people = [...desk.ats.lists.get('candidates')!.values()];
    const link = (n: number) => `<${desk.ats.origin}/v1/candidates?cursor=p${n}>; rel="next"`;
    desk.ats.odd = ({ pathname, searchParams }) => {
      if (pathname !== '/v1/candidates' || searchParams.has('ids')) return undefined;
      const at = Number(searchParams.get('cursor')?.slice(1) ?? 0);
      return { status: 200, body: people.slice(at * 10, at * 10 + 10), headers: { link: link(at === 2 ? 1 : at + 1) } };
    };
    await desk.sync(id, { mode: 'FULL' });
    const run = desk.settled(id);

    expect(await resource(run, 'candidates')).toMatchObject({
      state: 'FAILED',
      error: expect.stringContaining('endless_list'),
    });
    expect(await alive('candidates')).toBe(PEOPLE);
  });

  it('does not believe that most records are gone, says so, and takes it back', async () => {
    const users = [...desk.ats.lists.get('users')!.values()];
    desk.ats.odd = ({ pathname }) => (pathname === '/v1/users' ? { status: 200, body: users.slice(0, 5) } : undefined);
    await desk.sync(id, { mode: 'FULL' });
    const run = desk.settled(id);

    expect(await resource(run, 'users')).toMatchObject({ state: 'FAILED', error: 'suspicious' });
    expect(await alive('users')).toBe(PEOPLE);
    expect((await desk.call('GET', `/v1/integrations/${id}`)).body).toMatchObject({
      status: 'ISSUE',
      statusReason: 'sync_lost_most_records',
    });
    expect((await desk.call('GET', `/v1/integrations/${id}/issues`)).body).toMatchObject({
      data: [{ code: 'sync_lost_most_records', remedy: expect.stringContaining('full sync that accepts deletions') }],
    });

    desk.ats.odd = () => undefined;
    await desk.sync(id, { mode: 'FULL' });
    await desk.settled(id);
    expect((await desk.call('GET', `/v1/integrations/${id}`)).body).toMatchObject({ status: 'ACTIVE' });
  });

  it('believes it when somebody says so', async () => {
    for (let n = 1; n <= PEOPLE; n++) desk.ats.put('tags', { id: 200 + n, name: `Tag ${n}` });
    await desk.sync(id);
    await desk.settled(id);
    for (let n = 4; n <= PEOPLE; n++) desk.ats.remove('tags', 200 + n);
    await desk.sync(id, { mode: 'FULL' });
    await desk.settled(id);
    expect(await alive('tags')).toBe(PEOPLE);

    const refused = await desk.call('POST', `/v1/integrations/${id}/sync`, { acceptDeletions: true });
    await desk.sync(id, { mode: 'FULL', acceptDeletions: true });
    const run = await desk.settled(id);

    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'acceptDeletions' }] } });
    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { deleted: PEOPLE - 3 } });
    expect(await alive('tags')).toBe(3);
    expect((await desk.call('GET', `/v1/integrations/${id}`)).body).toMatchObject({ status: 'ACTIVE' });
  });

  it('deletes nobody when what it had noted is lost with a crash of the database', async () => {
    let lost = false;
    desk.ats.odd = async ({ pathname, searchParams }) => {
      if (pathname === '/v1/users' && searchParams.has('cursor') && !lost) {
        lost = true;
        await until(async () => (await desk.database.query('SELECT FROM sync_seen')).length > 0);
        await desk.database.query('DELETE FROM sync_seen');
      }
      return undefined;
    };
    desk.ats.remove('users', 101);
    await desk.sync(id, { mode: 'FULL' });
    const run = await desk.settled(id);

    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { deleted: 1 } });
    expect(await alive('users')).toBe(PEOPLE - 1);
  });

  it('puts aside what it cannot read, and takes it back once it can', async () => {
    desk.ats.put('applications', { id: 7, status: 12 });
    await desk.sync(id);
    const run = await desk.settled(id);
    const { body } = await desk.call<{ data: object[] }>('GET', `/v1/integrations/${id}/unreadable-records`);

    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { unreadable: 1 } });
    expect(body.data).toEqual([
      expect.objectContaining({ model: 'applications', part: null, remoteId: '7', count: 1 }),
    ]);

    desk.ats.put('applications', { id: 7, status: 'active' });
    await desk.sync(id);
    await desk.settled(id);
    expect((await desk.call('GET', `/v1/integrations/${id}/unreadable-records`)).body).toEqual({
      data: [],
      nextCursor: null,
    });
  });

  it('waits for an ATS that is down, gives one list up in the end, and reads the others', async () => {
    desk.ats.odd = ({ pathname }) => (pathname === '/v1/users' ? { status: 503, body: {} } : undefined);
    const runId = await desk.sync(id);
    const waiting = await until(
      async () => {
        const run = await desk.run(id, runId);
        return run.error ? run : null;
      },
      { what: 'the first failure', withinMs: 25_000 },
    );
    expect(waiting).toMatchObject({ status: 'RUNNING', error: { code: 'provider_unavailable' } });

    await until(
      async () => {
        await desk.hurry();
        return (await desk.run(id, runId)).status === 'PARTIAL';
      },
      { what: 'the end', withinMs: 25_000 },
    );
    expect((await desk.run(id, runId)).resources.map(({ state }) => state)).toEqual([
      'FAILED',
      'DONE',
      'DONE',
      'DONE',
      'DONE',
      'DONE',
    ]);
  });

  it('fails at once, and says so, when the credentials are no longer taken', async () => {
    desk.ats.odd = () => ({ status: 401, body: {} });
    const runId = await desk.sync(id);
    const run = await desk.settled(id);
    const events = await desk.newEvents();

    expect(run).toMatchObject({ id: runId, status: 'FAILED' });
    expect(events.at(-1)).toMatchObject({ eventType: 'integration.sync_failed', syncRunId: runId });
    desk.ats.odd = () => undefined;
    const again = await desk.call('POST', `/v1/integrations/${id}/sync`, {});
    expect(again).toMatchObject({ status: 409, body: { code: 'needs_relink' } });
  });
});
