import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { type GreenhouseDesk, type RunView, openGreenhouseDesk } from './greenhouse-desk.js';

/** Two pages of candidates, and two of applications. */
const CANDIDATES = 600;

describe('a Greenhouse that behaves oddly while it is read', () => {
  let desk: GreenhouseDesk;
  let id: string;
  beforeAll(async () => {
    desk = await openGreenhouseDesk({ candidates: CANDIDATES });
    id = await desk.connect();
    await desk.settled(id);
    // Résumés are another matter, and a few hundred.
    await desk.call('PATCH', `/v1/integrations/${id}/sync-settings`, { body: { downloadFiles: 'NONE' } });
  }, 180_000);
  afterAll(() => desk?.close());
  beforeEach(() => desk.calm());

  const listOf = ({ resources }: RunView, name: string) => resources.find(({ resource }) => resource === name);
  const alive = async (of = id) =>
    (
      await desk.query(
        `SELECT FROM records WHERE integration_id = $1 AND model = 'candidates' AND deleted_at IS NULL`,
        [of],
      )
    ).length;
  const status = async (of = id) =>
    (await desk.call<{ status: string; statusReason: string | null }>('GET', `/v1/integrations/${of}`)).body;
  const full = (more: object = {}) => desk.sync(id, { mode: 'FULL', models: ['candidates'], ...more });

  it('goes on at the page where the token died', async () => {
    await desk.fault('slow', { path: 'candidates', count: 2, ms: 2_000 });
    const running = full();
    // Both pages were asked for: the one to come is the second.
    await until(async () => (await desk.left('slow')) === 0, { what: 'the second page' });
    await desk.fault('expired_token', { path: 'candidates', count: 1 });
    const run = await running;

    expect(await desk.left('expired_token')).toBe(0);
    expect(run).toMatchObject({ status: 'SUCCEEDED', error: null });
    expect(listOf(run, 'candidates')).toMatchObject({ state: 'DONE', counts: { seen: CANDIDATES, deleted: 0 } });
    expect(await status()).toMatchObject({ status: 'ACTIVE' });
  });

  it('begins a list again whose cursor has expired', async () => {
    await desk.fault('expired_cursor', { path: 'candidates', count: 1 });
    const run = await full();

    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { new: 0, modified: 0, deleted: 0 } });
    expect(await desk.left('expired_cursor')).toBe(0);
    expect(await alive()).toBe(CANDIDATES);
  });

  it('takes a page that comes twice once', async () => {
    await desk.fault('repeated_page', { path: 'candidates', count: 1 });
    const run = await full();

    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { new: 0, modified: 0, deleted: 0 } });
    expect(await alive()).toBe(CANDIDATES);
  });

  it('gives a list up that leads back to its beginning for ever, and deletes nobody', async () => {
    await desk.fault('repeated_page', { path: 'candidates', count: 10_000 });
    const run = await full();

    expect(run.status).toBe('PARTIAL');
    expect(listOf(run, 'candidates')).toMatchObject({
      state: 'FAILED',
      error: expect.stringContaining('same page again'),
    });
    expect(await alive()).toBe(CANDIDATES);
  });

  it('asks for those that a shrunk page leaves out before it believes that they are gone', async () => {
    await desk.fault('shrunk_page', { path: 'candidates', count: 1 });
    const run = await full();

    expect(run.counts).toMatchObject({ deleted: 0 });
    expect(await alive()).toBe(CANDIDATES);
  });

  it('puts a row aside that nobody can read, shows it, and takes it back when it can be read', async () => {
    const unreadable = async () =>
      (await desk.call<{ data: object[] }>('GET', `/v1/integrations/${id}/unreadable-records`)).body.data;
    await desk.fault('bad_record', { path: 'candidates', count: 1 });
    const run = await full();

    expect(run.counts).toMatchObject({ unreadable: 1, deleted: 0 });
    expect(await unreadable()).toEqual([expect.objectContaining({ model: 'candidates', reason: expect.any(String) })]);
    expect(await alive()).toBe(CANDIDATES);

    expect((await full()).counts).toMatchObject({ unreadable: 0 });
    expect(await unreadable()).toEqual([]);
  });

  it('waits as long as it is told to, and loses nothing', async () => {
    await desk.fault('rate_limited', { path: 'candidates', count: 2, ms: 1000 });
    const run = await full();

    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { deleted: 0 } });
    expect(await desk.left('rate_limited')).toBe(0);
  });

  it.each(['unavailable', 'failing', 'reset'])('tries again what is safe to repeat: %s', async (fault) => {
    await desk.fault(fault, { path: 'candidates', count: 2 });
    const run = await full();

    expect(run).toMatchObject({ status: 'SUCCEEDED', error: null });
    expect(listOf(run, 'candidates')!.counts.seen).toBe(CANDIDATES);
  });

  it('fails a sync whose every token is refused, says so, and loses nothing', async () => {
    await desk.fault('expired_token', { count: 10_000 });
    const run = await desk.sync(id);

    expect(run).toMatchObject({ status: 'FAILED', error: { code: 'provider_unauthorized' } });
    const events = await desk.query<{ payload: Buffer }>(
      `SELECT payload FROM events WHERE integration_id = $1 AND type = 'integration.sync_failed'`,
      [id],
    );
    expect(events.map(({ payload }) => JSON.parse(payload.toString('utf8')) as object)).toEqual([
      expect.objectContaining({ syncRunId: run.id }),
    ]);
    const read = await desk.call<{ data: object[] }>('GET', '/v1/ats/candidates', { integrationId: id });
    expect([read.status, read.body.data.length > 0]).toEqual([200, true]);

    await desk.calm();
    expect(await desk.sync(id)).toMatchObject({ status: 'SUCCEEDED', counts: { deleted: 0 } });
    expect(await alive()).toBe(CANDIDATES);
  });
});
