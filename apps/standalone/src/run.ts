import { randomBytes } from 'node:crypto';
import { type Config, ConfigError, readConfig, readKeyRing } from '#libs/config';
import { DataFolder } from './data-folder.js';
import { Lifecycle } from './lifecycle.js';
import { checkPort } from './ports.js';
import { EmbeddedPostgres } from './postgres/embedded-postgres.js';

/** The dispatcher finishes what is in flight, up to the longest request it makes. */
const APP_WITHIN_MS = 28_000;
const POSTGRES_WITHIN_MS = 35_000;
/** A start takes a second or two; after a crash PostgreSQL may have much to replay. */
const TICK_MS = 5_000;
const KEY_FILE = 'encryption.key';
const KEY_BYTES = 32;

type Environment = Record<string, string | undefined>;

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Runs the hub until it is told to stop. A setting that cannot be used ends it with one line that names the variable. */
export async function run(env: Environment): Promise<void> {
  const startedAt = Date.now() - process.uptime() * 1000;
  const lifecycle = new Lifecycle(say);
  lifecycle.listen();
  const ticker = setInterval(() => say(`Still starting … ${Math.round((Date.now() - startedAt) / 1000)} s`), TICK_MS);
  try {
    await start(readConfig(env, true), lifecycle, startedAt);
  } catch (error) {
    if (lifecycle.isStopping) return;
    if (!(error instanceof ConfigError)) return await lifecycle.fail(error);
    process.stderr.write(`${error.message}\n`);
    await lifecycle.stop(1);
  } finally {
    clearInterval(ticker);
  }
}

async function start(given: Config, lifecycle: Lifecycle, startedAt: number): Promise<void> {
  requireKeyWithDatabase(given);
  await checkPort(given.port, given.host);
  say('Starting Atsume …');
  // The rest of the program loads while the server starts.
  const loading = import('./hub.js');
  loading.catch(() => {});
  // Before PostgreSQL is touched, like everything that may be wrong with the settings.
  if (given.redisUrl) await (await import('#libs/delivery')).checkQueue(given);
  const folder = await DataFolder.open(given.dataDir);
  const config = {
    ...given,
    dataDir: folder.path,
    databaseUrl: given.databaseUrl ?? (await startPostgres(folder, lifecycle)),
    encryptionKeys: given.encryptionKeys ?? readKeyRing(await folder.keep(KEY_FILE, newKey)),
  };
  const { startHub } = await loading;
  const hub = await startHub(config, folder, (app) =>
    lifecycle.add({ name: 'The hub', stop: () => app.close(), withinMs: APP_WITHIN_MS }),
  );
  say(describe(config, hub, Date.now() - startedAt));
}

function requireKeyWithDatabase(config: Config): void {
  if (config.databaseUrl === null || config.encryptionKeys !== null) return;
  throw new ConfigError('ATSUME_ENCRYPTION_KEY', 'is required with DATABASE_URL: id:base64 with 32 random bytes');
}

/** The server is part of the lifecycle from the moment it may be running. */
async function startPostgres(folder: DataFolder, lifecycle: Lifecycle): Promise<string> {
  const starting = EmbeddedPostgres.start({ folder, say });
  const stop = async (options: { wait: boolean }) => (await starting.catch(() => null))?.stop(options);
  lifecycle.add({
    name: 'PostgreSQL',
    stop: () => stop({ wait: true }),
    abandon: () => stop({ wait: false }),
    withinMs: POSTGRES_WITHIN_MS,
  });
  return (await starting).url;
}

function newKey(): string {
  return `k1:${randomBytes(KEY_BYTES).toString('base64')}`;
}

function describe(config: Config, hub: { apiKey: string; sandboxUrl: string | null }, tookMs: number): string {
  const lines = [
    ['API', config.publicUrl],
    ['Docs', `${config.publicUrl}/docs`],
    ...(hub.sandboxUrl ? [['Sandbox', hub.sandboxUrl]] : []),
    ['API key', hub.apiKey],
    ['Data', config.dataDir],
  ];
  const body = lines.map(([name, value]) => `  ${name?.padEnd(9)}${value}`).join('\n');
  return `\nAtsume is ready (${(tookMs / 1000).toFixed(1)} s). Ctrl-C stops it.\n\n${body}\n`;
}
