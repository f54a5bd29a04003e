import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { openSyncDesk, type SyncDesk, type SyncEvent } from './sync-desk.js';

describe('the calls about syncs', () => {
  let desk: SyncDesk;
  let id: string;
  let strangersKey: string;

  beforeAll(async () => {
    desk = await openSyncDesk();
    for (let n = 1; n <= 3; n++) desk.ats.put('candidates', { id: n, name: `Person ${n}` });
    await desk.startDispatcher();
    id = await desk.connect();
    await desk.settled(id);
    strangersKey = (await desk.call<{ apiKey: string }>('POST', '/v1/accounts', { name: 'Another' })).body.apiKey;
  });
  afterAll(() => desk.close());

  const CALLS = [
    ['POST', '/sync'],
    ['GET', '/syncs'],
    ['GET', '/syncs/srn_0Mrh4K7dT1cQpJx2vLw8Zb'],
    ['DELETE', '/syncs/srn_0Mrh4K7dT1cQpJx2vLw8Zb'],
    ['GET', '/sync-settings'],
    ['PATCH', '/sync-settings'],
    ['GET', '/unreadable-records'],
    ['GET', '/webhooks'],
    ['POST', '/webhooks/subscribe'],
    ['POST', '/webhooks/rotate-secret'],
  ] as const;

  it.each(CALLS)('%s …%s wants a key, and finds nothing with another account’s', async (method, path) => {
    const call = (key: string) =>
      desk.call(method, `/v1/integrations/${id}${path}`, method === 'GET' || method === 'DELETE' ? undefined : {}, key);

    expect((await call('wrong')).status).toBe(401);
    expect((await call(strangersKey)).status).toBe(404);
  });

  it('refuse what makes no sense, by name', async () => {
    const refused = async (method: string, path: string, body: object) => {
      const reply = await desk.call<{ errors: { path: string }[] }>(method, `/v1/integrations/${id}${path}`, body);
      return [reply.status, reply.body.errors[0]?.path];
    };

    expect(await refused('POST', '/sync', { mode: 'SIDEWAYS' })).toEqual([422, 'mode']);
    expect(await refused('POST', '/sync', { models: ['offers'] })).toEqual([422, 'models']);
    expect(await refused('POST', '/sync', { models: [] })).toEqual([422, 'models']);
    expect(await refused('PATCH', '/sync-settings', { intervalMinutes: 0 })).toEqual([422, 'intervalMinutes']);
    expect(await refused('PATCH', '/sync-settings', { models: ['offers'] })).toEqual([422, 'models']);
    expect(await refused('PATCH', '/sync-settings', { watchedFields: { nobody: [] } })).toEqual([
      422,
      'watchedFields.nobody',
    ]);
    expect(await refused('PATCH', '/sync-settings', { watchedFields: { users: 'name' } })).toEqual([
      422,
      'watchedFields.users',
    ]);
    expect(await refused('PATCH', '/sync-settings', { downloadFiles: 'SOME' })).toEqual([422, 'downloadFiles']);
    expect(await refused('POST', '/webhooks/rotate-secret', { overlapSeconds: -1 })).toEqual([422, 'overlapSeconds']);
  });

  it('give 409 for an integration that is not connected', async () => {
    const wanted = { provider: 'fake-ats', originOrgId: 'unconnected', originOrgName: 'Initech' };
    const { body } = await desk.call<{ id: string }>('POST', '/v1/integrations', wanted);

    const reply = await desk.call('POST', `/v1/integrations/${body.id}/sync`, {});

    expect(reply).toMatchObject({ status: 409, body: { code: 'integration_not_connected' } });
  });

  it('show and change the settings', async () => {
    const before = await desk.call('GET', `/v1/integrations/${id}/sync-settings`);
    expect(before.body).toMatchObject({
      intervalMinutes: 15,
      downloadFiles: 'RESUME',
      watchedFields: {},
      syncJobId: expect.stringMatching(/^sjb_/),
    });
    expect((before.body as { models: string[] }).models).not.toContain('eeoc');

    const changes = {
      intervalMinutes: 60,
      models: ['candidates', 'eeoc'],
      watchedFields: { candidates: ['title'] },
      downloadFiles: 'ALL',
    };
    const after = await desk.call('PATCH', `/v1/integrations/${id}/sync-settings`, changes);

    expect(after).toMatchObject({ status: 200, body: changes });
    await desk.sync(id);
    const run = await desk.settled(id);
    expect(run.resources.map(({ resource }) => resource)).toEqual(['educations', 'candidates', 'eeoc']);
  });

  it('raise no event for a change nobody watches', async () => {
    await desk.newEvents();
    desk.ats.put('candidates', { id: 1, name: 'Renamed' });
    await desk.sync(id);
    const run = await desk.settled(id);

    expect(run.counts.modified).toBe(1);
    expect((await desk.newEvents()).filter(({ eventType }: SyncEvent) => eventType.startsWith('record'))).toEqual([]);
  });

  it('name the same sync while it waits, and cancel it', async () => {
    await desk.database.query(`UPDATE sync_runs SET due_at = now()`);
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    desk.ats.odd = async () => {
      await opened;
      return undefined;
    };
    const running = await desk.sync(id);
    await until(async () => (await desk.run(id, running)).status === 'RUNNING');
    const [first, second] = [await desk.sync(id, { mode: 'FULL' }), await desk.sync(id, { mode: 'FULL' })];
    expect(second).toBe(first);

    const cancelled = await desk.call('DELETE', `/v1/integrations/${id}/syncs/${running}`);
    const alsoCancelled = await desk.call('DELETE', `/v1/integrations/${id}/syncs/${first}`);
    open();
    desk.ats.odd = () => undefined;

    expect([cancelled.status, alsoCancelled.status]).toEqual([204, 204]);
    expect((await desk.runs(id)).slice(0, 2).map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
    const over = await desk.run(id, (await desk.runs(id)).at(-1)!.id);
    expect((await desk.call('DELETE', `/v1/integrations/${id}/syncs/${over.id}`)).status).toBe(409);
  });

  it('are made by the clock as well: what changed when the interval is over, everything at night', async () => {
    const age = (column: string) =>
      desk.database.query(
        `UPDATE sync_settings SET ${column} = now() - interval '1 minute' WHERE integration_id = $1`,
        [id],
      );
    const last = async () => (await desk.runs(id))[0]!;
    const before = (await last()).id;

    await age('next_delta_at');
    const delta = await until(async () => ((await last()).id === before ? null : desk.settled(id)), {
      what: 'a delta',
    });
    await age('next_full_at');
    const full = await until(async () => ((await last()).id === delta.id ? null : desk.settled(id)), {
      what: 'a full one',
    });

    expect([delta.mode, full.mode]).toEqual(['DELTA', 'FULL']);
    const { body } = await desk.call<{ nextSyncAt: string; nextFullSyncAt: string }>(
      'GET',
      `/v1/integrations/${id}/sync-settings`,
    );
    expect(Date.parse(body.nextFullSyncAt)).toBeGreaterThan(Date.now());
    expect(Date.parse(body.nextSyncAt)).toBeGreaterThan(Date.now());
  });

  it('have a résumé fetched, under the name it has in the ATS, and leave the others', async () => {
    await desk.call('PATCH', `/v1/integrations/${id}/sync-settings`, { models: null, downloadFiles: 'RESUME' });
    const url = `${desk.ats.origin}/files/signed`;
    desk.ats.put('attachments', { id: 71, candidate_id: 1, type: 'resume', filename: 'Imani Okafor.pdf', url });
    desk.ats.put('attachments', { id: 72, candidate_id: 1, type: 'cover_letter', filename: 'letter.pdf', url });
    await desk.sync(id);
    await desk.settled(id);

    const links = await desk.database.query<{ file_id: string; remote_id: string }>(
      'SELECT f.file_id, r.remote_id FROM attachment_files f JOIN records r ON r.id = f.record_id',
    );
    expect(links.map(({ remote_id }) => remote_id)).toEqual(['71']);
    const reply = await until(
      async () => {
        const file = await fetch(`${desk.url}/v1/files/${links[0]!.file_id}`, {
          headers: { authorization: `Bearer ${desk.apiKey}` },
        });
        return file.status === 200 ? file : null;
      },
      { what: 'the file', withinMs: 20_000 },
    );
    expect(reply.headers.get('content-disposition')).toContain('filename="Imani Okafor.pdf"');
    expect(await reply.text()).toBe('%PDF-1.7 a résumé');
  });

  it('leave the file of an attachment whose address alone is another one', async () => {
    const fileId = async () =>
      (await desk.database.query<{ file_id: string }>('SELECT file_id FROM attachment_files'))[0]!.file_id;
    const before = await fileId();
    desk.ats.put('attachments', { id: 71, url: `${desk.ats.origin}/files/signed-anew` });
    await desk.sync(id);
    await desk.settled(id);
    expect(await fileId()).toBe(before);

    desk.ats.put('attachments', { id: 71, filename: 'Imani Okafor (2).pdf' });
    await desk.sync(id);
    await desk.settled(id);
    expect(await fileId()).not.toBe(before);
  });
});
