import type pg from 'pg';
import { DataSource } from 'typeorm';
import { Database } from './database.js';
import { ENTITIES } from './entities/index.js';
import { guardPool } from './guarded-pool.js';
import { ImpatientClient } from './impatient-client.js';
import { RUNTIME_ROLE } from './migrate.js';

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  applicationName: string;
  /** How long a statement may go without an answer before its connection is given up; longer than the server's own limit unless told. */
  answerWithinMs?: number;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onError: (error: Error) => void;
}

export interface Connected {
  database: Database;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** After this much silence the system asks whether the other side is still there, then every second, ten times. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/** Connects as the runtime's role, which owns nothing, where migrations could make one. The schema must be there already. */
export async function connectDatabase(options: DatabaseOptions): Promise<Connected> {
  const role = (await hasRuntimeRole(options.url)) ? ` -c role=${RUNTIME_ROLE}` : '';
  let isClosing = false;
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    entities: ENTITIES,
    applicationName: options.applicationName,
    // A pool says that it has ended before its connections are gone, which the server may be faster to close.
    poolErrorHandler: (error: Error) => void (isClosing || options.onError(error)),
    extra: {
      max: options.poolSize,
      Client: ImpatientClient,
      answerWithinMs: options.answerWithinMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      // A caller would rather hear 503 than wait for a database that is gone or a pool that is used up.
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // Tables are small when a plan is made and large a minute later: whatever an index can answer, it answers.
      options: `-c search_path=public -c timezone=UTC -c idle_in_transaction_session_timeout=5000 -c statement_timeout=30000 -c jit=off -c enable_seqscan=off${role}`,
    },
  });
  await dataSource.initialize();
  const pool = guardPool((dataSource.driver as unknown as { master: pg.Pool }).master);
  const close = (): Promise<void> => {
    isClosing = true;
    return dataSource.destroy();
  };
  return { database: new Database(pool, dataSource), close };
}

async function hasRuntimeRole(url: string): Promise<boolean> {
  const client = new ImpatientClient({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ member: boolean }>(
      `SELECT pg_has_role(current_user, rolname, 'MEMBER') AS member FROM pg_roles WHERE rolname = $1`,
      [RUNTIME_ROLE],
    );
    return rows[0]?.member ?? false;
  } finally {
    await client.end();
  }
}
