import { rmSync } from 'node:fs';

export default async function tearDown() {
  const { server, home } = globalThis.__atsumePostgres;
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
