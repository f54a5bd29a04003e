import { Injectable } from '@nestjs/common';
import { eventTime } from '#libs/model';
import { Database, type Queryable } from '#libs/store';

/** A place in the log: after this one comes everything with a higher (xid, id). */
export interface LogPosition {
  /** The writing transaction's number, decimal digits. */
  xid: string;
  id: string;
}

export interface LoggedEvent extends LogPosition {
  payload: Buffer;
}

/** A page is cut here even when it could hold more events: bodies may be large. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Nobody passes a transaction that is still open, so that an event that commits late is not passed over. */
const PAGE = {
  name: 'event_log_page',
  text: `
    SELECT p.xid, p.id, p.payload FROM (
      SELECT q.*, sum(octet_length(q.payload)) OVER w AS bytes, row_number() OVER w AS place FROM (
        SELECT e.xid, e.id, e.payload FROM events e
        WHERE e.account_id = $1 AND NOT e.internal AND (e.xid, e.id) > ($2::xid8, $3::text COLLATE "C")
          AND e.created_at >= $6
          AND e.xid < pg_snapshot_xmin(pg_current_snapshot()) AND ($4::text IS NULL OR e.type = $4)
        ORDER BY e.xid, e.id LIMIT $5
      ) q WINDOW w AS (ORDER BY q.xid, q.id)
    ) p WHERE p.bytes <= ${MOST_BYTES} OR p.place = 1 ORDER BY p.xid, p.id`,
};

/** The statements on the event log; every one names the account. */
@Injectable()
export class EventLogRepository {
  constructor(private readonly database: Database) {}

  /** Events after a position in the log's one order, of one type or all, none before `since`; fewer than `limit` when they are large. */
  async findPage(
    accountId: string,
    after: LogPosition,
    { eventType, limit, since }: { eventType: string | null; limit: number; since: Date },
  ): Promise<LoggedEvent[]> {
    const rows = await this.database.query<{ xid: string; id: string; payload: Buffer }>(PAGE, [
      accountId,
      after.xid,
      after.id,
      eventType,
      limit,
      since,
    ]);
    return rows.map(({ xid, id, payload }) => ({ xid: String(xid), id, payload }));
  }

  /** Whether the account has this event, one that it can see. */
  async exists(tx: Queryable, accountId: string, eventId: string): Promise<boolean> {
    const at = eventTime(eventId);
    if (!at) return false;
    const rows = await tx.query(
      'SELECT FROM events WHERE account_id = $1 AND created_at = $2 AND id = $3 AND NOT internal',
      [accountId, at, eventId],
    );
    return rows.length > 0;
  }
}
