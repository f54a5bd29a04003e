import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';

const LOCK = 'atsume_hub';
const CONNECT_WITHIN_MS = 2_000;
/** A killed hub's connection takes a moment to be noticed. */
const ENTER_WITHIN_MS = 3_000;

export interface Credentials {
  user: string;
  password: string;
  database: string;
}

/** How a server on a port answers: ours and open, ours and starting or stopping, not opened by our password, not at all. */
export type Answer = 'open' | 'busy' | 'wrong password' | 'silent';

/**
 * One hub per database: it holds an advisory lock on a connection of its own for as long as it lives. A lock file would
 * outlive a killed hub; this lock cannot.
 */
export class Tenancy {
  private client: pg.Client | null = null;

  constructor(private readonly credentials: Credentials) {}

  url(port: number): string {
    const { user, password, database } = this.credentials;
    return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  }

  /** Tries our password on a port. */
  async knock(port: number): Promise<Answer> {
    try {
      const client = await this.connect(port, 'postgres');
      await client.end();
      return 'open';
    } catch (error) {
      const { code } = error as { code?: string };
      // cannot_connect_now: starting up, shutting down, replaying its log.
      if (code === '57P03') return 'busy';
      return code === '28P01' ? 'wrong password' : 'silent';
    }
  }

  async createDatabase(port: number): Promise<void> {
    const client = await this.connect(port, 'postgres');
    try {
      await client.query(`CREATE DATABASE ${this.credentials.database}`);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== '42P04' && code !== '23505') throw error;
    } finally {
      await client.end();
    }
  }

  /**
   * Takes the lock. Returns null, or the process id of the hub that holds it.
   * `onLost` is called when the connection that holds it breaks.
   */
  async enter(port: number, onLost: () => void): Promise<number | null> {
    const client = await this.connect(port, this.credentials.database);
    const deadline = Date.now() + ENTER_WITHIN_MS;
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock(hashtext($1)) AS taken', [
        LOCK,
      ]);
      if (rows[0]?.taken) break;
      if (Date.now() > deadline) return leaveTo(client);
      await pause(50);
    }
    this.client = client;
    client.once('end', () => {
      if (this.client === client) onLost();
    });
    return null;
  }

  /** Gives the lock back. */
  async leave(): Promise<void> {
    const { client } = this;
    this.client = null;
    await client?.end().catch(() => {});
  }

  private async connect(port: number, database: string): Promise<pg.Client> {
    const { user, password } = this.credentials;
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user,
      password,
      database,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: CONNECT_WITHIN_MS,
      application_name: `atsume ${process.pid}`,
    });
    // What breaks the connection also ends it, which is what we listen to.
    client.on('error', () => {});
    await client.connect();
    return client;
  }
}

async function leaveTo(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.objid = hashtext($1)::bigint & 4294967295`,
    [LOCK],
  );
  await client.end();
  return Number(rows[0]?.name.replace(/\D/g, '') ?? 0);
}
