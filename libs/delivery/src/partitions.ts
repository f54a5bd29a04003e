import type { Queryable } from '#libs/store';

const NO_PARTITION = '23514';

/** Makes the daily partitions of events and attempts from yesterday to a week ahead. Harmless when they are there. */
export async function ensurePartitions(database: Queryable): Promise<void> {
  await database.query(
    `SELECT atsume_ensure_partitions((now() AT TIME ZONE 'UTC')::date - 1, (now() AT TIME ZONE 'UTC')::date + 8)`,
  );
}

/**
 * Runs `work` (a whole transaction or one statement) and, when a day's partition is missing (the clock jumped, or the
 * hub stood still for a week), makes the partitions and runs it once more.
 */
export async function withPartitions<T>(database: Queryable, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isMissingPartition(error)) throw error;
    await ensurePartitions(database);
    return work();
  }
}

function isMissingPartition(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === NO_PARTITION && message?.includes('no partition of relation') === true;
}
