import type { Queryable } from '#libs/store';

const CHECK_VIOLATION = '23514';
const PARTITIONED: ReadonlySet<string> = new Set(['events', 'attempts']);

/**
 * An event's day is the api's, an attempt's the database's; each failure names one. Enough for both of them on both sides
 * of a midnight.
 */
const MOST_DAYS = 4;

/** Of two clocks a year apart one is wrong beyond repair, and every day would get a partition of its own. */
const MOST_DAYS_APART = 366;

/** Makes the daily partitions of events and attempts from yesterday to a week ahead. Harmless when they are there. */
export async function ensurePartitions(database: Queryable): Promise<void> {
  await database.query(
    `SELECT atsume_ensure_partitions((now() AT TIME ZONE 'UTC')::date - 1, (now() AT TIME ZONE 'UTC')::date + 8)`,
  );
}

/**
 * Runs `work` (a whole transaction or one statement) and, when a day's partition is missing (a clock jumped, or the hub
 * stood still for a week), makes the one that was missing and runs it again.
 *
 * @throws Error when the day is over a year from the database's today, besides what `work` throws.
 */
export async function withPartitions<T>(database: Queryable, work: () => Promise<T>): Promise<T> {
  const made = new Set<string>();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const missing = missingPartition(error);
      if (missing === null || made.has(missing.key) || made.size === MOST_DAYS) throw error;
      made.add(missing.key);
      await makePartition(database, missing.day, error);
    }
  }
}

/** Makes the partitions of one day, or of the days around today where PostgreSQL did not say which one it needs. */
async function makePartition(database: Queryable, day: string | null, cause: unknown): Promise<void> {
  if (day === null) return ensurePartitions(database);
  const made = await database.query(
    `SELECT atsume_ensure_partitions(d.day, d.day) FROM (SELECT $1::date AS day) d
     WHERE abs(d.day - (now() AT TIME ZONE 'UTC')::date) <= ${MOST_DAYS_APART}`,
    [day],
  );
  if (made.length > 0) return;
  throw new Error(`the clock of this process or the database's is wrong: they are over a year apart at ${day}`, {
    cause,
  });
}

interface MissingPartition {
  key: string;
  /** Null where PostgreSQL does not say it in a form we know. */
  day: string | null;
}

/** By code and table, since messages come in the server's language; a check that is broken has a name, a missing partition none. */
function missingPartition(error: unknown): MissingPartition | null {
  const { code, table, constraint, detail, cause } = (error ?? {}) as Failure;
  if (code === CHECK_VIOLATION && constraint === undefined && PARTITIONED.has(table ?? '')) {
    const day = /= \((\d{4}-\d\d-\d\d) /.exec(detail ?? '')?.[1] ?? null;
    return { key: `${table} ${day}`, day };
  }
  return cause === undefined ? null : missingPartition(cause);
}

interface Failure {
  code?: string;
  table?: string;
  constraint?: string;
  detail?: string;
  cause?: unknown;
}
