import pg from 'pg';
import { newEventId } from '#libs/model';
import type { Queryable } from '#libs/store';

const DAY_MS = 86_400_000;
/** So many days one call makes. */
const MOST_DAYS = 60;

/** A UTC day before (or after) today, `2026-11-21`. */
export function dayAt(offset: number): string {
  return new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);
}

/** An event's id as it would have been made on that day, within a few seconds of this time of day. */
export function eventIdAt(offset: number): string {
  const id = newEventId();
  return `evt-${String(Number(id.slice(4, 17)) + offset * DAY_MS).padStart(13, '0')}${id.slice(17)}`;
}

/** Makes the partitions of all days between two, both included. */
export async function makeDays(database: Queryable, first: number, last: number): Promise<void> {
  for (let from = first; from <= last; from += MOST_DAYS) {
    const to = Math.min(last, from + MOST_DAYS - 1);
    await database.query('SELECT atsume_ensure_partitions($1, $2)', [dayAt(from), dayAt(to)]);
  }
}

/** The days a table has partitions of, oldest first. */
export async function daysOf(database: Queryable, table: 'events' | 'attempts'): Promise<string[]> {
  const rows = await database.query<{ day: string }>(
    `SELECT to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD')::text AS day FROM pg_inherits
     WHERE inhparent = $1::regclass ORDER BY 1`,
    [table],
  );
  return rows.map(({ day }) => day);
}

/** Drops the partitions of a day of both tables, as an operator might, or leaves out making them, as a long stop does. */
export async function loseDay(database: Queryable, offset = 0): Promise<void> {
  const day = dayAt(offset).replaceAll('-', '');
  const owner = await connectOwner(database);
  await owner.query(`DROP TABLE IF EXISTS events_${day}, attempts_${day}`);
  await owner.end();
}

/** A connection of the schema's owner to the same database. Whoever opens it ends it. */
export async function connectOwner(database: Queryable): Promise<pg.Client> {
  const [row] = await database.query<{ name: string }>('SELECT current_database() AS name');
  const owner = new pg.Client({ connectionString: `${process.env.ATSUME_TEST_POSTGRES}/${row?.name}` });
  await owner.connect();
  return owner;
}
