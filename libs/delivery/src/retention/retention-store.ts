import { Injectable } from '@nestjs/common';
import { Database } from '#libs/store';

export type PartitionedTable = 'events' | 'attempts';

/** A UTC day older than what is kept. */
export interface OldDay {
  /** `2026-11-21`. */
  day: string;
  /** Which of them still have the day. */
  tables: PartitionedTable[];
  /** The accounts with deliveries of that day's events that are not over. */
  liveAccounts: string[];
  /** Older than twice what is kept. */
  isOverdue: boolean;
}

// Of two clocks the one that is behind: one that jumps ahead must not make everything old. Days before 2000 come from a
// machine that began without a clock; they hold next to nothing, and atsume_drop_partition refuses them.
const OLD_DAYS = `
  WITH t AS (
    SELECT least((statement_timestamp() AT TIME ZONE 'UTC')::date, $1::date) AS today
  ), live AS (
    SELECT w.day, array_agg(w.account_id) AS accounts FROM t, atsume_live_work(t.today - $2::integer) w GROUP BY w.day
  ), part AS (
    SELECT to_date(right(c.relname, 8), 'YYYYMMDD') AS day, array_agg(p.relname::text ORDER BY p.relname DESC) AS tables
    FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent IN ('events'::regclass, 'attempts'::regclass) GROUP BY 1
  )
  SELECT day::text, coalesce(part.tables, '{}') AS tables, coalesce(live.accounts, '{}') AS "liveAccounts",
    day < t.today - 2 * $2::integer AS "isOverdue"
  FROM t CROSS JOIN (part FULL JOIN live USING (day))
  WHERE day < t.today - $2::integer AND day >= date '2000-01-01' ORDER BY day`;

// A time further away than it is ever set was written while the database's clock was wrong.
const HOLD = `
  INSERT INTO clocks AS c (name, next_at)
  SELECT 'hold-' || day, statement_timestamp() + interval '1 day' FROM unnest($1::text[]) AS day
  ON CONFLICT (name) DO UPDATE SET next_at = least(c.next_at, excluded.next_at)
  RETURNING substr(name, 6) AS day, next_at <= statement_timestamp() AS "isOver"`;

const LET_GO = `DELETE FROM clocks WHERE name LIKE 'hold-%' AND substr(name, 6) <> ALL ($1::text[])`;

/** The statements on days as a whole. */
@Injectable()
export class RetentionStore {
  constructor(private readonly database: Database) {}

  /** The days before the last `retentionDays`, oldest first: those with partitions and those with work that is not over. */
  oldDays(retentionDays: number): Promise<OldDay[]> {
    return this.database.query<OldDay>(OLD_DAYS, [new Date(Date.now()).toISOString().slice(0, 10), retentionDays]);
  }

  /**
   * Notes which days are held now, and forgets the others. Returns those that have been for a day: a hub that stood
   * still for months has its chance to deliver before anything expires.
   */
  async hold(days: readonly string[]): Promise<Set<string>> {
    await this.database.query(LET_GO, [days]);
    const rows = await this.database.query<{ day: string; isOver: boolean }>(HOLD, [days]);
    return new Set(rows.filter(({ isOver }) => isOver).map(({ day }) => day));
  }

  /** Drops a day of one table, unless it has live work or somebody is in the way: see the migration. */
  async drop(table: PartitionedTable, day: string): Promise<'dropped' | 'absent' | 'held' | 'busy'> {
    const [row] = await this.database.query<{ verdict: 'dropped' | 'absent' | 'held' | 'busy' }>(
      'SELECT atsume_drop_partition($1, $2::date) AS verdict',
      [table, day],
    );
    return row?.verdict ?? 'absent';
  }
}
