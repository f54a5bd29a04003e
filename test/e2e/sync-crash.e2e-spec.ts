import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RecordHooks } from '#libs/records';
import { until } from '../support/until.js';
import { openSyncDesk, type SyncDesk, type SyncEvent } from './sync-desk.js';

const PEOPLE = 9;

/** A gate that requests wait at until it is opened. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('a sync that is cut off', () => {
  let desk: SyncDesk;

  beforeEach(async () => {
    desk = await openSyncDesk();
    for (let n = 1; n <= PEOPLE; n++) desk.ats.put('candidates', { id: n, name: `Person ${n}` });
    // Without somebody who listens a first sync raises no events.
    await desk.call('POST', '/v1/webhooks/endpoints', { url: 'http://127.0.0.1:9/none', category: 'ATS' });
  });
  afterEach(() => desk.close());

  const firstPages = () =>
    desk.ats.requests.filter(({ pathname, search }) => pathname === '/v1/candidates' && !search.includes('cursor'));
  const owner = async () =>
    (await desk.database.query(`SELECT lease_owner FROM sync_runs WHERE status = 'RUNNING'`))[0]?.lease_owner;
  const newPeople = (events: SyncEvent[]) =>
    events.filter(({ eventType }) => eventType === 'record.new').map(({ eventData }) => eventData.candidate?.remoteId);
  /** The first request for it waits at a gate. It is asked for while the first page is being saved. */
  const holdSecondPage = () => {
    const { opened, open } = gate();
    let asked = 0;
    desk.ats.odd = async (url) => {
      if (url.searchParams.has('cursor') && (asked += 1) === 1) await opened;
      return undefined;
    };
    const isSaved = async (id: string) => (await desk.runs(id))[0]?.counts.new === 3;
    const reached = (id: string) =>
      until(async () => asked > 0 && (await isSaved(id)), { what: 'the first page, and the request for the second' });
    return { open, reached };
  };
  const everybody = Array.from({ length: PEOPLE }, (_, n) => String(n + 1));

  it('in the middle of saving a page goes on with that page, and tells of everybody once', async () => {
    const dispatcher = await desk.startDispatcher();
    let pages = 0;
    dispatcher.get(RecordHooks, { strict: false }).onChanged(async (tx) => {
      pages += 1;
      // As a crash does: the connection is gone with what it had not committed.
      if (pages === 2) await tx.query('SELECT pg_terminate_backend(pg_backend_pid())');
      return [];
    });
    const id = await desk.connect();
    await until(async () => (await desk.runs(id))[0]?.error, { what: 'the cut' });
    expect((await desk.runs(id))[0]).toMatchObject({
      status: 'RUNNING',
      error: { code: 'internal' },
      counts: { new: 3 },
    });

    await desk.hurry();
    const run = await desk.settled(id);

    expect(run).toMatchObject({ status: 'SUCCEEDED', error: null, counts: { seen: PEOPLE, new: PEOPLE } });
    expect(newPeople(await desk.newEvents())).toEqual(everybody);
    expect(firstPages()).toHaveLength(1);
  });

  it('and taken for dead is gone on with by another, and may write nothing more when it wakes', async () => {
    const { open, reached } = holdSecondPage();
    await desk.startDispatcher();
    const id = await desk.connect();
    await reached(id);
    const dead = await owner();

    await desk.startDispatcher();
    // The one that is taken for dead may renew its lease in between.
    await until(async () => (await desk.hurry(), (await owner()) !== dead), { what: 'another owner' });
    const run = await desk.settled(id);
    open();
    await until(
      async () => (await desk.database.query(`SELECT FROM sync_runs WHERE lease_owner IS NOT NULL`)).length === 0,
    );

    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { new: PEOPLE } });
    expect(newPeople(await desk.newEvents())).toEqual(everybody);
    expect(firstPages()).toHaveLength(1);
  });

  it('by the stop of its process is given back at once', async () => {
    const { open, reached } = holdSecondPage();
    const dispatcher = await desk.startDispatcher();
    const id = await desk.connect();
    await reached(id);

    await dispatcher.close();
    const [stopped] = await desk.runs(id);
    await desk.startDispatcher();
    const run = await desk.settled(id);
    open();

    expect(stopped).toMatchObject({ status: 'RUNNING', error: null, counts: { new: 3 } });
    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { new: PEOPLE } });
    expect(firstPages()).toHaveLength(1);
  });

  it('is one of its integration at a time, however many dispatchers there are', async () => {
    const { opened, open } = gate();
    let most = 0;
    desk.ats.odd = async ({ pathname }) => {
      if (pathname !== '/v1/users') return undefined;
      const [row] = await desk.database.query<{ most: number }>(
        `SELECT coalesce(max(n), 0)::integer AS most
         FROM (SELECT count(*) AS n FROM sync_runs WHERE status = 'RUNNING' GROUP BY integration_id) q`,
      );
      most = Math.max(most, row!.most);
      await opened;
      return undefined;
    };
    await Promise.all([desk.startDispatcher(), desk.startDispatcher()]);
    const ids = await Promise.all([desk.connect(), desk.connect(), desk.connect()]);
    for (const id of ids) await desk.sync(id, { mode: 'DELTA' });
    await until(async () => (await desk.database.query(`SELECT FROM sync_runs WHERE status = 'RUNNING'`)).length === 3);

    open();
    for (const id of ids) await desk.settled(id);

    expect(most).toBe(1);
    const rows = await desk.database.query(`SELECT FROM sync_runs WHERE status = 'SUCCEEDED'`);
    expect(rows).toHaveLength(6);
  });

  it('by its disconnection is over, and what was read stays', async () => {
    const { open, reached } = holdSecondPage();
    await desk.startDispatcher();
    const id = await desk.connect();
    await reached(id);

    const reply = await desk.call('POST', `/v1/integrations/${id}/disconnect`);
    open();
    const run = await desk.settled(id);

    expect(reply.status).toBeLessThan(300);
    expect(run.status).toBe('CANCELLED');
    const rows = await desk.database.query('SELECT FROM records WHERE integration_id = $1 AND deleted_at IS NULL', [
      id,
    ]);
    expect(rows).toHaveLength(3);
    const settings = await desk.call(`GET`, `/v1/integrations/${id}/sync-settings`);
    expect(settings.body).toMatchObject({ nextSyncAt: null, nextFullSyncAt: null });
  });
});
