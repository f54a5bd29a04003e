import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.js';
import { type GreenhouseDesk, openGreenhouseDesk } from './greenhouse-desk.js';

interface Attachment {
  id: string;
  remoteId: string;
  type: { value: string };
  file: { id: string; filename: string; url: string; status: string; error: string | null; sizeBytes: number | null };
}

const MOST_BYTES = 25 * 1024 * 1024;

describe('a résumé behind a link of the ATS', () => {
  let desk: GreenhouseDesk;
  beforeAll(async () => {
    desk = await openGreenhouseDesk();
    await everyFileFetched();
  });
  afterAll(() => desk?.close());
  beforeEach(() => desk.calm());

  const everyFileFetched = () =>
    until(async () => (await desk.query(`SELECT FROM files WHERE state = 'PENDING'`)).length === 0, {
      what: 'every file',
      withinMs: 60_000,
    });
  /** The résumés of a first sync that met the fault. */
  const resumesWith = async (fault: string, path: string) => {
    await desk.fault(fault, { path });
    const id = await desk.connect();
    const run = await desk.settled(id);
    await everyFileFetched();
    const all = await desk.records<Attachment>(id, '/v1/ats/attachments');
    const resumes = all.filter(({ type }) => type.value === 'RESUME');
    return { id, run, resumes, failed: resumes.filter(({ file }) => file.status === 'FAILED') };
  };
  const download = (fileUrl: string) =>
    fetch(desk.hub.url + new URL(fileUrl).pathname, { headers: { authorization: `Bearer ${desk.hub.apiKey}` } });

  it.each([
    ['of 50 MB', 'huge_file', 'files/', 'file_too_large'],
    ['that leads into a private network', 'private_link', 'attachments', 'unsafe_target'],
  ])('%s is not kept, says why, and holds up no other', async (_what, fault, path, error) => {
    const { run, resumes, failed } = await resumesWith(fault, path);

    expect(run).toMatchObject({ status: 'SUCCEEDED', counts: { unreadable: 0 } });
    expect(failed.map(({ file }) => file)).toEqual([
      expect.objectContaining({ status: 'FAILED', error, sizeBytes: null }),
    ]);
    const others = resumes.filter((one) => one !== failed[0]);
    expect(others.length).toBeGreaterThan(5);
    expect(new Set(others.map(({ file }) => file.status))).toEqual(new Set(['STORED']));
    const reply = await download(failed[0]!.file.url);
    expect([reply.status, await reply.json()]).toEqual([
      404,
      expect.objectContaining({ detail: `The file could not be fetched: ${error}.` }),
    ]);
    const kept = await download(others[0]!.file.url);
    expect([kept.status, (await kept.text()).slice(0, 5)]).toEqual([200, '%PDF-']);
  });

  it('leaves nothing on the disk that is not shown', async () => {
    const stored = await desk.query<{ id: string; size: string }>(
      `SELECT id, size_bytes AS size FROM files WHERE state = 'STORED'`,
    );
    const folder = join(desk.hub.options.dataDir, 'files');
    const onDisk = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

    expect(onDisk).toHaveLength(stored.length);
    expect(onDisk.filter(({ name }) => name.endsWith('.tmp'))).toEqual([]);
    expect(stored.every(({ size }) => Number(size) <= MOST_BYTES)).toBe(true);
  });

  it('never shows the link of the ATS, not even a hostile one', async () => {
    const { id, failed } = await resumesWith('private_link', 'attachments');

    const shown = await desk.call('GET', `/v1/ats/attachments/${failed[0]!.id}`, { integrationId: id });

    expect(shown.status).toBe(200);
    expect(JSON.stringify(shown.body)).not.toContain('169.254');
  });

  it('is kept under a name that fits, whatever it is called there', async () => {
    const id = await desk.connect();
    await desk.settled(id);
    const token = await desk.token();
    const [application] = await desk.records<{ remoteId: string }>(id, '/v1/ats/applications?status=ACTIVE');
    const content = Buffer.from('%PDF-1.7 a résumé').toString('base64');
    const filename = '../<script>alert(1)</script>\u202efdp.pdf';
    const body = { application_id: Number(application!.remoteId), filename, type: 'resume', content };
    const made = await desk.standIn<{ id: number }>('POST', 'api/v3/attachments', body, token);
    expect(made.status).toBe(201);

    await desk.sync(id);
    await everyFileFetched();

    const all = await desk.records<Attachment>(id, '/v1/ats/attachments');
    const { file } = all.find(({ remoteId }) => remoteId === String(made.body.id))!;
    expect(file).toMatchObject({ status: 'STORED', filename });
    const reply = await download(file.url);
    expect(reply.headers.get('content-disposition')).toMatch(
      /^attachment; filename="[\w.()]+"; filename\*=UTF-8''[\w.()%]+$/,
    );
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
