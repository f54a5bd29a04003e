import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';

describe('the database', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('runs as a role that owns nothing', async () => {
    const rows = await test.database.query<{ role: string }>('SELECT current_user AS role');

    expect(rows).toEqual([{ role: 'atsume_runtime' }]);
    await expect(test.database.query('DROP TABLE accounts')).rejects.toThrow(/must be owner/);
  });

  it('lets the runtime make a missing partition', async () => {
    const rows = await test.database.query<{ made: number }>(
      `SELECT atsume_ensure_partitions('2031-01-01', '2031-01-02') AS made`,
    );

    expect(rows).toEqual([{ made: 4 }]);
  });

  it('rolls a failed transaction back', async () => {
    const work = test.database.transaction(async (tx) => {
      await tx.query(`INSERT INTO clocks VALUES ('x', now())`);
      throw new Error('stop');
    });

    await expect(work).rejects.toThrow('stop');
    expect(await test.database.query('SELECT FROM clocks')).toHaveLength(0);
  });

  it('reads all of a snapshot as it was at its first read', async () => {
    const count = 'SELECT count(*)::integer AS count FROM clocks';
    const read = await test.database.snapshot(async (tx) => {
      const first = await tx.query(count);
      await test.database.query(`INSERT INTO clocks VALUES ('later', now())`);
      return [first, await tx.query(count), await test.database.query(count)];
    });

    expect(read.flat()).toEqual([{ count: 0 }, { count: 0 }, { count: 1 }]);
    const write = test.database.snapshot((tx) => tx.query('DELETE FROM clocks'));
    await expect(write).rejects.toThrow(/read-only/);
  });

  it('fails a transaction whose connection is cut while it is at something else, and goes on', async () => {
    const work = test.database.transaction(async (tx) => {
      const [{ pid } = { pid: 0 }] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await asSuperuser(test.url, 'SELECT pg_terminate_backend($1, 5000)', [pid]);
      await tx.query('SELECT 1');
    });

    await expect(work).rejects.toThrow(/connection/i);
    expect(await test.database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

/** The runtime's role may not end other connections. */
async function asSuperuser(url: string, statement: string, values: unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement, values);
  await client.end();
}
