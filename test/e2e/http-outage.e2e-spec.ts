import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiRootModule } from '../../apps/api/src/api-root.module.js';
import { createHttpApp } from '../../apps/api/src/app.js';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';
import { testConfig } from './http-app.js';

let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  const databaseUrl = await createDatabaseUrl();
  const config = testConfig(databaseUrl, { ATSUME_LOG_LEVEL: 'silent' });
  app = await createHttpApp(ApiRootModule.forRoot(config), config);
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
  await fetch(`${url}/readyz`);
  await dropDatabase(databaseUrl);
});

afterAll(async () => {
  await app?.close();
});

describe('while the database is away', () => {
  it('the process is alive, and says what it misses when asked whether it is ready', async () => {
    const [alive, ready] = await Promise.all([fetch(`${url}/healthz`), fetch(`${url}/readyz`)]);

    expect(alive.status).toBe(200);
    expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await ready.json()).toMatchObject({
      code: 'unavailable',
      errors: expect.arrayContaining([{ path: 'database', message: 'does not answer' }]),
    });
  });

  it('calls are 503 and may be repeated', async () => {
    const reply = await fetch(`${url}/v1/api-keys`, { headers: { authorization: 'Bearer atsm_some_key_or_other' } });

    expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await reply.json()).toMatchObject({ code: 'unavailable' });
  });

  it('the metrics still come', async () => {
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });
});
