import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis as Client } from 'ioredis';
import { atExit } from './at-exit.ts';
import { freePort } from '../support/ports.ts';

/** Whether this machine has a Redis server. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** A Redis that keeps nothing on the disk and can be hurt in every way. */
export class Redis {
  readonly url: string;
  private readonly port: number;
  private server: ChildProcess | null = null;

  private constructor(port: number) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(): Promise<Redis> {
    const redis = new Redis(await freePort());
    await redis.start();
    return redis;
  }

  async start(): Promise<void> {
    const settings = {
      port: this.port,
      bind: '127.0.0.1',
      save: '',
      appendonly: 'no',
      'maxmemory-policy': 'noeviction',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.server = spawn('redis-server', args, { stdio: 'ignore', cwd: '/' });
    const server = this.server;
    server.once(
      'exit',
      atExit(() => server.kill('SIGKILL')),
    );
    for (let tries = 0; ; tries++) {
      try {
        await this.command('PING');
        return;
      } catch (error) {
        if (tries === 200) throw error;
        await pause(50);
      }
    }
  }

  async kill9(): Promise<void> {
    if (!this.server || this.server.exitCode !== null || this.server.signalCode !== null) return;
    const gone = once(this.server, 'exit');
    this.server.kill('SIGKILL');
    await gone;
  }

  /** Neither answers nor refuses, as a server whose machine has stalled. */
  freeze(): void {
    this.server?.kill('SIGSTOP');
  }

  thaw(): void {
    this.server?.kill('SIGCONT');
  }

  async command(...words: [string, ...string[]]): Promise<void> {
    const client = new Client(this.url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.call(...words);
    } finally {
      client.disconnect();
    }
  }
}
