import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';
import { type Hub, type HubOptions, spawnHub, startHub } from '../support/hub.js';
import { until } from '../support/until.js';
import { aVendor } from '../support/vendor.js';

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'apps', 'standalone', 'src', 'rotate-keys.js');
const aKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'atsume-keys-'));
  chmodSync(dataDir, 0o711);
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** `npm run keys:rotate`, with the environment of a hub that has these keys. */
function rotate(encryptionKey: string, databaseUrl = ''): Promise<{ code: number; output: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ATSUME_DATA_DIR: dataDir, ATSUME_ENCRYPTION_KEY: encryptionKey, DATABASE_URL: databaseUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

describe('npm run keys:rotate', () => {
  let databaseUrl = '';
  const oldKey = aKey('old');
  const newKey = aKey('new');
  const hubs: Hub[] = [];
  const start = async (encryptionKey: string, run = startHub): Promise<Hub> => {
    const options: HubOptions = { encryptionKey, dataDir, apiKey: 'atsm_key_for_rotation_tests' };
    const hub = await run(databaseUrl === '' ? options : { ...options, databaseUrl });
    hubs.push(hub);
    return hub;
  };

  beforeEach(async () => {
    databaseUrl = await createDatabaseUrl();
  });
  afterEach(async () => {
    for (const hub of hubs.splice(0)) await hub.stop();
    if (databaseUrl !== '') await dropDatabase(databaseUrl);
  });
  const withoutDatabase = async (): Promise<void> => {
    await dropDatabase(databaseUrl);
    databaseUrl = '';
  };

  it.each(['PostgreSQL inside', 'PostgreSQL of its own'])('works beside a running hub with %s', async (where) => {
    if (where === 'PostgreSQL inside') await withoutDatabase();
    const first = await start(oldKey);
    const vendor = await aVendor(first.url, first.apiKey);
    await vendor.call('PUT', '/v1/oauth-apps/greenhouse', { clientId: 'c', clientSecret: 's' });
    await first.stop();
    const second = await start(`${newKey},${oldKey}`);

    const { code, output } = await rotate(`${newKey},${oldKey}`, databaseUrl);

    expect([code, output]).toEqual([0, expect.stringContaining("Everything is under the key 'new'")]);
    // The sandbox, where it runs, has a customer of its own.
    expect(output).toMatch(/inbound_secret_keys \(key_enc\): [12] encrypted again/);
    expect(output).toContain('oauth_apps (client_secret_enc): 1 encrypted again');
    await second.stop();
    const third = await start(newKey);
    expect((await fetch(`${third.url}/readyz`)).status).toBe(200);
  });

  it('refuses a ring that lacks the key everything is under', async () => {
    await (await start(oldKey)).stop();

    const { code, output } = await rotate(newKey, databaseUrl);

    expect([code, output]).toEqual([1, expect.stringContaining("ATSUME_ENCRYPTION_KEY: lacks the key 'old'")]);
  });

  it('is needed: without it, a start without the old key is refused', async () => {
    await (await start(oldKey)).stop();
    await (await start(`${newKey},${oldKey}`)).stop();

    const hub = await start(newKey, spawnHub);

    await until(() => hub.process.exitCode !== null, { withinMs: 30_000, what: 'the end of a start that must fail' });
    expect(hub.output()).toContain("lacks the key 'old'");
  });
});
