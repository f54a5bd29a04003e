import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Running {
  url: string;
  child: ChildProcess;
  /** From the start of the process until it answered. */
  readyAfterMs: number;
  stop(): Promise<void>;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
    probe.on('error', reject);
  });
}

/** Starts a script of the project (path from its root) as a process of its own and waits until `readyPath` answers 200. */
export async function startProcess(script: string, env: Record<string, string>, readyPath: string): Promise<Running> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(ROOT, script)], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode} before it was ready`);
    const reply = await fetch(url + readyPath).catch(() => null);
    if (reply?.ok) break;
    if (performance.now() - startedAt > 60_000) throw new Error(`${script} did not get ready within 60 s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url,
    child,
    readyAfterMs: performance.now() - startedAt,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The settings every hub of a run shares. */
export function hubEnvironment(databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    ATSUME_ENCRYPTION_KEY: `bench:${randomBytes(32).toString('base64')}`,
    ATSUME_BOOTSTRAP_API_KEY: API_KEY,
    ATSUME_LOG_LEVEL: 'warn',
    ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
  };
}

export const API_KEY = 'atsm_bench_bench_bench_bench';
