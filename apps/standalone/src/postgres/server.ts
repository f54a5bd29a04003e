import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../ports.js';
import type { Binaries } from './binaries.js';
import { type Cluster, ServerFailed, serverEnvironment } from './cluster.js';
import { hasPostmasterFile, isServerOf, readPostmaster, removePostmasterFile } from './postmaster-file.js';

const run = promisify(execFile);

const POLL_MS = 15;
const START_TRIES = 6;
/** After a crash the server replays its log before it is ready. */
const READY_WITHIN_MS = 300_000;
const STOP_WITHIN_MS = 20_000;
const LOG_TAIL_BYTES = 4096;

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  jit: 'off',
  // The server's log holds no customer's data: no statements, no values.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** The server process of one cluster: started, found running, or stopped. Knows no password. */
export class Server {
  constructor(
    private readonly cluster: Cluster,
    private readonly binaries: Binaries,
    private readonly logFile: string,
  ) {}

  /** The port of our server on this cluster when it runs. Forgets one that is not there any more. */
  async findRunning(): Promise<{ pid: number; port: number; ready: boolean } | null> {
    const found = readPostmaster(this.cluster.path);
    if (found && (await isServerOf(found.pid, this.cluster.path))) {
      return { pid: found.pid, port: found.port, ready: found.status === 'ready' };
    }
    if (hasPostmasterFile(this.cluster.path)) removePostmasterFile(this.cluster.path);
    return null;
  }

  /** Starts the server and returns its port once it takes connections. `wantedPort` is used if it is still free. */
  async start(wantedPort: number | null): Promise<number> {
    await rename(this.logFile, `${this.logFile}.1`).catch(() => {});
    for (let attempt = 1; ; attempt++) {
      // Between our look and the server's another program may take the port; and what a killed server shared
      // with its children stays in use until the last of them is gone.
      const port = attempt === 1 && wantedPort !== null ? wantedPort : await freePort();
      if (await this.tryStart(port)) return port;
      if (attempt === START_TRIES) throw new ServerFailed(await this.readLastWords());
      await pause(attempt * 200);
    }
  }

  /**
   * Fast shutdown: open transactions are rolled back, what is committed is on the disk. Returns when the server is gone.
   * After `withinMs` it is asked again, and then made to go.
   */
  async stop(pid: number, withinMs = STOP_WITHIN_MS): Promise<void> {
    await this.signal(pid, 'SIGINT');
    if (await this.waitUntilGone(pid, withinMs)) return;
    await this.signal(pid, 'SIGQUIT');
    if (await this.waitUntilGone(pid, withinMs / 4)) return;
    process.kill(pid, 'SIGKILL');
    await this.waitUntilGone(pid, withinMs / 4);
  }

  /** Asks for a fast shutdown without waiting for it. */
  async signal(pid: number, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    if (process.platform === 'win32') {
      const mode = signal === 'SIGINT' ? 'fast' : 'immediate';
      await run(this.binaries.pgCtl, ['stop', '-D', this.cluster.path, '-m', mode, '-W']).catch(() => {});
    } else if (await isServerOf(pid, this.cluster.path)) {
      process.kill(pid, signal);
    }
  }

  private async tryStart(port: number): Promise<boolean> {
    const child = this.spawn(port);
    const deadline = Date.now() + READY_WITHIN_MS;
    let failed = false;
    child.once('error', () => (failed = true));
    child.once('exit', () => (failed = true));
    while (!failed && Date.now() < deadline) {
      const postmaster = readPostmaster(this.cluster.path);
      if (postmaster?.pid === child.pid && postmaster?.status === 'ready') return true;
      await pause(POLL_MS);
    }
    return false;
  }

  private spawn(port: number): ChildProcess {
    const { path, account } = this.cluster;
    const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const log = openSync(this.logFile, 'a', 0o600);
    try {
      const child = spawn(this.binaries.postgres, ['-D', path, '-p', String(port), ...settings], {
        ...(account && { uid: account.uid, gid: account.gid }),
        cwd: process.platform === 'win32' ? dirname(path) : '/',
        env: serverEnvironment(),
        // A session of its own: Ctrl-C in our terminal must not stop the server before us.
        detached: true,
        windowsHide: true,
        stdio: ['ignore', log, log],
      });
      child.unref();
      return child;
    } finally {
      closeSync(log);
    }
  }

  private async waitUntilGone(pid: number, withinMs: number): Promise<boolean> {
    const deadline = Date.now() + withinMs;
    while (Date.now() < deadline) {
      if (!(await isServerOf(pid, this.cluster.path))) return true;
      await pause(POLL_MS);
    }
    return false;
  }

  private async readLastWords(): Promise<string> {
    const handle = await open(this.logFile, 'r').catch(() => null);
    if (!handle) return 'PostgreSQL did not start';
    try {
      const { size } = await handle.stat();
      const { buffer, bytesRead } = await handle.read({
        buffer: Buffer.alloc(LOG_TAIL_BYTES),
        position: Math.max(0, size - LOG_TAIL_BYTES),
      });
      const lines = buffer.toString('utf8', 0, bytesRead).trim().split('\n');
      const fatal = lines.findLast((line) => /FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? '';
      return `PostgreSQL did not start: ${fatal.replace(/^.*?(FATAL|PANIC):\s*/, '')} (more in ${this.logFile})`;
    } finally {
      await handle.close();
    }
  }
}
