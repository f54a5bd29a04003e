import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from './ports.js';
import { redisServer } from './requirements.js';
import { until } from './until.js';

export interface TestRedis {
  url: string;
  /** Ends the server at once, as a crash would. */
  kill(): Promise<void>;
}

/** A Redis of its own on a free port, keeping nothing on the disk; `more` are arguments of its own. Only inside `describeWithRedis`. */
export async function startRedis(wantedPort?: number, more: readonly string[] = []): Promise<TestRedis> {
  if (redisServer === null) throw new Error('this machine has no redis-server');
  const port = wantedPort ?? (await freePort());
  const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server: ChildProcess = spawn(redisServer, [...args, ...more], { stdio: 'ignore', cwd: '/' });
  const gone = once(server, 'exit');
  await until(() => answers(port), { what: 'Redis' });
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: async () => {
      server.kill('SIGKILL');
      await gone;
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.write('PING\r\n');
  });
}
