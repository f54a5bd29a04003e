import { type ChildProcess, fork, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { NODE_ARGUMENTS } from './settings.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Running {
  url: string;
  child: ChildProcess;
  /** From the start of the process until it answered. */
  readyAfterMs: number;
  stop(): Promise<void>;
  /** At once, whatever is under way. */
  kill(): Promise<void>;
}

/** A bench that is stopped half-way leaves nothing running. */
export function endWithBench(child: ChildProcess): void {
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
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
  const child = spawn(process.execPath, [...(script.startsWith('dist/') ? NODE_ARGUMENTS : []), join(ROOT, script)], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  endWithBench(child);
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
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A process of the bench's own (`load/…`), which answers questions. */
export interface Helper {
  pid: number;
  ask<Reply>(question: string, about?: unknown): Promise<Reply>;
  stop(): Promise<void>;
}

/** Starts `load/<name>.ts` and waits until it can be asked. */
export async function startHelper(name: string): Promise<Helper> {
  const child = fork(join(import.meta.dirname, 'load', `${name}.ts`), { serialization: 'advanced' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const ready = Promise.withResolvers<unknown>();
  waiting.set(0, ready);
  child.on('message', ({ id, reply, error }: { id: number; reply: unknown; error?: string }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(reply);
    else asked?.reject(new Error(`${name}: ${error}`));
  });
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${name} ended`));
  });
  await ready.promise;
  let last = 0;
  return {
    pid: child.pid ?? 0,
    ask: <Reply>(question: string, about?: unknown) => {
      const asked = Promise.withResolvers<unknown>();
      waiting.set(++last, asked);
      child.send({ id: last, question, about });
      return asked.promise as Promise<Reply>;
    },
    stop: async () => {
      child.disconnect();
      await ended;
    },
  };
}
