import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { endWithBench, freePort } from './processes.ts';

export interface OwnRedis {
  pid: number;
  /** The address of one of its 16 databases, emptied. */
  emptied(database: number): Promise<string>;
  stop(): Promise<void>;
}

/** A Redis of its own that keeps nothing on the disk; null on a machine without `redis-server`. */
export async function startRedis(): Promise<OwnRedis | null> {
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...settings, '--maxmemory-policy', 'noeviction'], {
    stdio: 'ignore',
    cwd: '/',
  });
  endWithBench(server);
  const missing = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(true));
    server.once('spawn', () => resolve(false));
  });
  if (await missing) return null;
  const url = `redis://127.0.0.1:${port}`;
  const client = await connected(url, server);
  return {
    pid: server.pid ?? 0,
    emptied: async (database) => {
      await client.select(database);
      await client.flushdb();
      return `${url}/${database}`;
    },
    stop: async () => {
      client.disconnect();
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
    },
  };
}

async function connected(url: string, server: ChildProcess): Promise<Redis> {
  const client = new Redis(url, { retryStrategy: () => 50 });
  client.on('error', () => {});
  for (;;) {
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`);
    if ((await client.ping().catch(() => '')) === 'PONG') return client;
    await pause(20);
  }
}
