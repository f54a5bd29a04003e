import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiRootModule } from '../../apps/api/src/api-root.module.js';
import { createHttpApp } from '../../apps/api/src/app.js';
import { makeFirstAccount } from '../../apps/api/src/first-key.js';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';
import { testConfig } from './http-app.js';

let databaseUrl: string;
let folder: string;
let app: NestFastifyApplication | undefined;

beforeEach(async () => {
  databaseUrl = await createDatabaseUrl();
  folder = await mkdtemp(join(tmpdir(), 'atsume-first-'));
});

afterEach(async () => {
  await app?.close();
  await dropDatabase(databaseUrl);
  await rm(folder, { recursive: true });
});

/** Starts the api on the database and returns what it wants printed, and what a call with `key` is answered. */
async function start(env: Record<string, string> = {}) {
  const config = testConfig(databaseUrl, { ATSUME_LOG_LEVEL: 'silent', ATSUME_DATA_DIR: join(folder, 'data'), ...env });
  app = await createHttpApp(ApiRootModule.forRoot(config), config);
  const printed = await makeFirstAccount(app, config);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const statusOf = async (key: string): Promise<number> => {
    const reply = await app!.inject({ url: '/v1/api-keys', headers: { authorization: `Bearer ${key}` } });
    return reply.statusCode;
  };
  return { printed, statusOf, file: join(folder, 'data', 'api-key') };
}

describe('the first start of the api on an empty database', () => {
  it('prints a key once and keeps it where only its owner can read it', async () => {
    const { printed, statusOf, file } = await start();

    const key = (await readFile(file, 'utf8')).trim();
    expect(printed).toContain(key);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await statusOf(key)).toBe(200);
  });

  it('takes the key it is given, and prints nothing', async () => {
    const key = 'a-key-of-my-own-choosing';

    const { printed, statusOf } = await start({ ATSUME_BOOTSTRAP_API_KEY: key });

    expect(printed).toBeNull();
    expect(await statusOf(key)).toBe(200);
  });

  it('prints the key also where there is no place to keep it', async () => {
    const { printed } = await start({ ATSUME_DATA_DIR: '/dev/null/nowhere' });

    expect(printed).toMatch(/atsm_.+\n.*shown only now/);
  });
});

describe('a later start', () => {
  it('makes no second account and prints nothing', async () => {
    await start();
    await app!.close();

    expect((await start()).printed).toBeNull();
  });
});
