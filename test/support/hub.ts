import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.js';
import { until } from './until.js';

const ROOT = join(import.meta.dirname, '..', '..');
const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 40_000;
const PORT_TRIES = 3;
/** Of a failed start, in characters: the end of it. */
const OUTPUT_SHOWN = 4000;

export interface HubOptions {
  /** Which built program; `standalone` unless told. */
  app?: 'standalone' | 'api' | 'dispatcher';
  /** Without one, `standalone` brings its own PostgreSQL. */
  databaseUrl?: string;
  /** Without one the queue lives in PostgreSQL. */
  redisUrl?: string;
  port?: number;
  /** The project whose dist is run; this one unless told. */
  project?: string;
  /** A folder of its own in the system's temporary one unless told, removed by `stop`. */
  dataDir?: string;
  apiKey?: string;
  encryptionKey?: string;
  /** More environment, and the last word on the above. */
  env?: Record<string, string>;
}

/** A hub that runs as a process of its own, from what is built in dist (which `npm test` builds first). */
export interface Hub {
  /** Without a trailing slash. */
  url: string;
  /** The first account's. */
  apiKey: string;
  /** Everything it was started with: `startHub(hub.options)` starts the same hub again. */
  options: HubOptions & { port: number; dataDir: string };
  process: ChildProcess;
  /** All it wrote so far, logs included. */
  output(): string;
  /** `kill -9` of this process alone; returns when it is gone. Its data folder stays. */
  kill9(): Promise<void>;
  /** SIGTERM; returns its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a hub and waits until `/readyz` says so. @throws Error with its output when it ends before that. */
export async function startHub(options: HubOptions = {}): Promise<Hub> {
  for (let attempt = 1; ; attempt++) {
    const hub = await spawnHub(options);
    try {
      await until(() => isReady(hub), { withinMs: READY_WITHIN_MS, what: `the ${options.app ?? 'standalone'}` });
      return hub;
    } catch (error) {
      await hub.stop();
      // Between our look at the port and the hub's another test may have taken it.
      const unlucky = options.port === undefined && /PORT: \d+ is/.test(hub.output());
      if (!unlucky || attempt === PORT_TRIES)
        throw new Error(`${String(error)}\n${hub.output().slice(-OUTPUT_SHOWN)}`, { cause: error });
    }
  }
}

/** As {@link startHub}, but does not wait: for starts that are meant to fail. */
export async function spawnHub(given: HubOptions = {}): Promise<Hub> {
  const options = {
    ...given,
    port: given.port ?? (await freePort()),
    dataDir: given.dataDir ?? makeDataDir(),
    apiKey: given.apiKey ?? `atsm_${randomBytes(32).toString('base64url')}`,
    encryptionKey: given.encryptionKey ?? `k1:${randomBytes(32).toString('base64')}`,
  };
  const project = given.project ?? ROOT;
  const program = join(project, 'dist', 'apps', options.app ?? 'standalone', 'src', 'main.js');
  // The channel to us tells it to stop should the test's own process die.
  const child = spawn(process.execPath, [program], {
    cwd: project,
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const written: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => written.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => written.push(chunk));
  const gone = once(child, 'close');
  return {
    url: `http://127.0.0.1:${options.port}`,
    apiKey: options.apiKey,
    options,
    process: child,
    output: () => Buffer.concat(written).toString('utf8'),
    kill9: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
      await gone;
      clearTimeout(forced);
      if (given.dataDir === undefined) rmSync(options.dataDir, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}

function makeDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atsume-hub-'));
  chmodSync(folder, 0o711);
  return folder;
}

function environment(options: HubOptions & { port: number; dataDir: string }): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR = '', SystemRoot = '' } = process.env;
  return {
    ...{ PATH, HOME, TMPDIR, SystemRoot },
    PORT: String(options.port),
    ATSUME_DATA_DIR: options.dataDir,
    ATSUME_BOOTSTRAP_API_KEY: options.apiKey ?? '',
    ATSUME_ENCRYPTION_KEY: options.encryptionKey ?? '',
    ATSUME_LOG_LEVEL: 'warn',
    // It connects and syncs by itself, and so has events of its own; who wants it asks for it.
    ATSUME_SANDBOX: 'false',
    DATABASE_URL: options.databaseUrl ?? '',
    REDIS_URL: options.redisUrl ?? '',
    ...options.env,
  };
}

async function isReady({ url, process: child }: Hub): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended before it was ready');
  const answer = await fetch(`${url}/readyz`).catch(() => null);
  await answer?.body?.cancel();
  return answer?.status === 200;
}
