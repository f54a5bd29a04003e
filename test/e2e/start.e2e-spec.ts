import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type Server, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Hub, type HubOptions, spawnHub, startHub } from '../support/hub.js';
import { freePort } from '../support/ports.js';
import { until } from '../support/until.js';

/** Starts a hub that is meant to fail and returns how it ended. */
async function failedStart(options: HubOptions): Promise<{ code: number | null; output: string; dataDir: string }> {
  const hub = await spawnHub(options);
  await until(() => hub.process.exitCode !== null, { withinMs: 30_000, what: 'the end of a start that must fail' });
  await hub.stop();
  return { code: hub.process.exitCode, output: hub.output(), dataDir: hub.options.dataDir };
}

describe('a start with a setting that cannot be used', () => {
  it.each([
    ['PORT', { PORT: 'eighty' }],
    ['PORT', { PORT: '70000' }],
    ['HOST', { HOST: '203.0.113.7' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'hub.example.com' }],
    ['TRUST_PROXY', { TRUST_PROXY: 'perhaps' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://localhost/hub' }],
    ['DATABASE_URL', { DATABASE_URL: 'postgres://someone:guarded-word@127.0.0.1:9/hub' }],
    ['REDIS_URL', { REDIS_URL: 'http://localhost' }],
    ['REDIS_URL', { REDIS_URL: 'redis://:guarded-word@127.0.0.1:9' }],
    ['ATSUME_ENCRYPTION_KEY', { ATSUME_ENCRYPTION_KEY: 'k1:short' }],
    ['ATSUME_ENCRYPTION_KEY', { ATSUME_ENCRYPTION_KEY: '', DATABASE_URL: 'postgres://someone@127.0.0.1:9/hub' }],
    ['ATSUME_BOOTSTRAP_API_KEY', { ATSUME_BOOTSTRAP_API_KEY: 'short' }],
    ['ATSUME_DATA_DIR', { ATSUME_DATA_DIR: '/dev/null/atsume' }],
  ])('ends with one line that names %s (%j)', async (variable, env: Record<string, string>) => {
    const { code, output } = await failedStart({ env });

    expect(code).toBe(1);
    expect(output.replace('Starting Atsume …\n', '')).toMatch(new RegExp(`^${variable}: .+\n$`));
    expect(output).not.toContain('guarded-word');
  });
});

describe('a start on a busy port', () => {
  let squatter: Server;

  beforeAll(async () => {
    squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void squatter.close());

  it('ends with one line, and before PostgreSQL is touched', async () => {
    const { port } = squatter.address() as { port: number };

    const { code, output, dataDir } = await failedStart({ port });

    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`^PORT: ${port} is in use.*\n$`));
    expect(existsSync(join(dataDir, 'pg'))).toBe(false);
  });
});

describe('a hub with its own PostgreSQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atsume-start-'));
  // As root the server runs as another user, who must be able to pass through.
  chmodSync(folder, 0o711);
  const hubs: Hub[] = [];
  const start = async (name: string, env: Record<string, string> = {}) => {
    const hub = await startHub({ dataDir: join(folder, name), env });
    hubs.push(hub);
    return hub;
  };

  afterEach(async () => {
    await Promise.all(hubs.splice(0).map((hub) => hub.stop()));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('shows the key it made at the first start, and later only where it is kept', async () => {
    const env = { ATSUME_BOOTSTRAP_API_KEY: '', ATSUME_ENCRYPTION_KEY: '' };
    const first = await start('keys', env);
    await first.stop();
    const second = await start('keys', env);

    const file = join(folder, 'keys', 'api-key');
    const key = readFileSync(file, 'utf8').trim();
    await until(() => second.output().includes(file), { what: 'the line that says where the key is' });
    expect(first.output()).toContain(key);
    expect(second.output()).not.toContain(key);
    const answer = await fetch(`${second.url}/v1/api-keys`, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
  });

  it('keeps its keys where only their owner reads them', async () => {
    await start('modes', { ATSUME_BOOTSTRAP_API_KEY: '', ATSUME_ENCRYPTION_KEY: '' });

    const modeOf = (name: string) => statSync(join(folder, 'modes', name)).mode & 0o777;
    expect(['api-key', 'encryption.key', 'postgres.password', 'postgres.log'].map(modeOf)).toEqual(
      Array(4).fill(0o600),
    );
    expect(modeOf('.')).toBe(process.getuid?.() === 0 ? 0o711 : 0o700);
  });

  it('runs side by side with another one', async () => {
    const [one, two] = await Promise.all([start('one'), start('two')]);

    const answers = await Promise.all([one, two].map(({ url }) => fetch(`${url}/readyz`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('refuses a data folder that another hub uses, and leaves that hub alone', async () => {
    const first = await start('used');

    const { code, output } = await failedStart({ dataDir: first.options.dataDir, port: await freePort() });

    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(`ATSUME_DATA_DIR: .* is in use by another hub \\(process ${first.process.pid}\\)`),
    );
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  });

  it('ends with code 0 when it is told to stop', async () => {
    const hub = await start('stopped');

    expect(await hub.stop()).toBe(0);
    expect(existsSync(join(folder, 'stopped', 'pg', 'postmaster.pid'))).toBe(false);
  });
});
