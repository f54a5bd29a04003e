import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabaseUrl, dropDatabase } from '../../../test/support/database.js';
import { type TcpProxy, startTcpProxy } from '../../../test/support/tcp-proxy.js';
import { until } from '../../../test/support/until.js';
import { type Connected, connectDatabase } from './connect.js';
import { ANSWER_WITHIN_MS } from './impatient-client.js';

const LIMIT_MS = 1_000;
const TOO_LATE = { code: 'ETIMEDOUT', message: 'PostgreSQL has not answered for 1000 ms' };

describe('a PostgreSQL that takes statements and answers nothing', () => {
  let url: string;
  let proxy: TcpProxy;
  let connected: Connected;

  beforeEach(async () => {
    url = await createDatabaseUrl();
    const through = new URL(url);
    proxy = await startTcpProxy({ host: through.hostname, port: Number(through.port) });
    through.port = String(proxy.port);
    const options = { url: through.href, poolSize: 1, applicationName: 'test', onError: () => {} };
    connected = await connectDatabase({ ...options, answerWithinMs: LIMIT_MS });
  });
  afterEach(async () => {
    await connected.close();
    await proxy.close();
    await dropDatabase(url);
  });

  const expectToGoOn = async (): Promise<void> => {
    await until(() => proxy.open === 0, { what: 'the end of the silent connection' });
    proxy.pass();
    expect(await connected.database.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
    expect(proxy.open).toBe(1);
  };

  it('fails a statement in time, and its connection serves nobody any more', async () => {
    await connected.database.query('SELECT 1');
    proxy.swallow();

    await expect(connected.database.query('SELECT 1')).rejects.toMatchObject(TOO_LATE);
    await expectToGoOn();
  });

  it('fails a transaction once, without waiting for its end as well', async () => {
    const failed: unknown[] = [];

    const work = connected.database.transaction(async (tx) => {
      proxy.swallow();
      await tx.query('SELECT 1').catch((error: unknown) => failed.push(error));
      return tx.query('SELECT 1');
    });

    await expect(work).rejects.toThrow();
    expect(failed).toMatchObject([TOO_LATE]);
    await expectToGoOn();
  });

  it('fails what goes through TypeORM', async () => {
    await connected.database.query('SELECT 1');
    proxy.swallow();

    await expect(connected.database.dataSource.query('SELECT 1')).rejects.toMatchObject({ driverError: TOO_LATE });
    await expectToGoOn();
  });

  it('is told from one that is busy, and a connection that nobody asks anything may rest', async () => {
    const client = await connected.database.pool.connect();
    const pids = [];
    for (const pause of [0, 1.5 * LIMIT_MS]) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      pids.push((await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid, pg_sleep(0.2)')).rows[0]?.pid);
    }
    client.release();

    expect(new Set(pids).size).toBe(1);
  });

  it('has longer than the server gives a statement: one that still works says so itself', async () => {
    const [{ limit } = { limit: '' }] = await connected.database.query<{ limit: string }>(
      `SELECT setting AS limit FROM pg_settings WHERE name = 'statement_timeout'`,
    );

    expect(Number(limit)).toBeGreaterThan(0);
    expect(ANSWER_WITHIN_MS).toBeGreaterThan(Number(limit));
  });
});
