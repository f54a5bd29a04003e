import { Injectable } from '@nestjs/common';
import { ID_PREFIX, toBase62 } from '#libs/model';
import { Database } from '#libs/store';

const MOST_ROWS = 1_000;
/** Of one table in one run; the next run goes on. */
const MOST_BATCHES = 200;
const DAY_MS = 86_400_000;
/** Where the time stands in an id: see `newId`. */
const TIME_SHIFT = 80n;
const ID_LENGTH = 22;

/** What is over is kept for a while longer than anybody looks at it. `$1` is the number of rows, `$2` what the table goes by. */
const TABLES: readonly { text: string; by: (retentionDays: number) => unknown }[] = [
  {
    // Replies are repeated for a day.
    text: `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(days => $2)
      LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
    by: () => 2,
  },
  {
    // Ids are made in the order of time, and have an index of their own.
    text: `DELETE FROM partner_reports WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM partner_reports WHERE id < $2 ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
    by: (retentionDays) => idBefore(ID_PREFIX.report, retentionDays),
  },
  {
    text: `DELETE FROM recoveries WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM recoveries WHERE id < $2 AND state <> 'RUNNING' ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED))
      RETURNING 1`,
    by: (retentionDays) => idBefore(ID_PREFIX.recovery, retentionDays),
  },
  {
    text: `DELETE FROM request_log WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM request_log WHERE id < $2 ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
    by: (retentionDays) => idBefore(ID_PREFIX.outboundCall, retentionDays),
  },
  {
    // The tokens of secrets that are in use go when the next one is made; these are of secrets that are not.
    text: `DELETE FROM inbound_secret_keys WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM inbound_secret_keys WHERE is_token AND not_after < now() - make_interval(days => $2)
      LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING 1`,
    by: () => 2,
  },
];

/** Removes what has had its time from the tables that are not dropped by the day. */
@Injectable()
export class Cleaning {
  constructor(private readonly database: Database) {}

  /** In small statements, a bounded number of them. Resolves to the number of rows. */
  async clean(retentionDays: number, mayGoOn: () => boolean): Promise<number> {
    let total = 0;
    for (const { text, by } of TABLES) {
      for (let batch = 0; batch < MOST_BATCHES && mayGoOn(); batch++) {
        const { length } = await this.database.query(text, [MOST_ROWS, by(retentionDays)]);
        total += length;
        if (length < MOST_ROWS) break;
      }
    }
    return total;
  }
}

/** Sorts before every id of that kind that is younger. */
function idBefore(prefix: string, days: number): string {
  return prefix + toBase62(BigInt(Date.now() - days * DAY_MS) << TIME_SHIFT, ID_LENGTH);
}
