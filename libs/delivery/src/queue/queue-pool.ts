import { type Database, guardPool } from '#libs/store';
import pg from 'pg';

/** One of them listens; the others move tokens. */
const CONNECTIONS = 6;

/**
 * A small pool beside the store's, to the same database in the same role. The queue may lose what it holds, so its
 * writes need not wait for the disk; and however busy it is, it takes no connection from intake.
 */
export function queuePool({ pool }: Database): pg.Pool {
  const { options } = pool;
  return guardPool(
    new pg.Pool({
      ...options,
      max: CONNECTIONS,
      options: `${options.options ?? ''} -c synchronous_commit=off`,
    }),
  );
}
