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

/** A page of the log; a filter may have left events out of it. */
export interface LogPage {
  events: LoggedEvent[];
  /** Where to read on. */
  end: LogPosition;
}

/** A page is cut here even when it could hold more events: bodies may be large. */
const MOST_BYTES = 4 * 1024 * 1024;

/** For one page; a type that few of very many events have must not cost the reading of all of them. */
const MOST_EXAMINED = 10_000;

/** Nobody passes a transaction that is still open, so that an event that commits late is not passed over. */
const READABLE = `e.account_id = $1 AND NOT e.internal AND (e.xid, e.id) > ($2::xid8, $3::text COLLATE "C")
  AND e.created_at >= $5 AND e.xid < pg_snapshot_xmin(pg_current_snapshot())`;

/** Cut by size. */
const cut = (events: string): string => `
  SELECT p.xid, p.id, p.payload, p.found FROM (
    SELECT q.*, sum(octet_length(q.payload)) OVER w AS bytes, row_number() OVER w AS place, count(*) OVER () AS found
    FROM (${events}) q WINDOW w AS (ORDER BY q.xid, q.id)
  ) p WHERE p.bytes <= ${MOST_BYTES} OR p.place = 1`;

const PAGE = {
  name: 'event_log_page',
  text: `${cut(`SELECT e.xid, e.id, e.payload FROM events e WHERE ${READABLE} ORDER BY e.xid, e.id LIMIT $4`)} ORDER BY p.xid, p.id`,
};

/** Events of one type, of those that lie next in the log; `end` is the last one looked at. */
const PAGE_OF_TYPE = {
  name: 'event_log_page_of_type',
  text: `
    WITH seen AS MATERIALIZED (
      SELECT e.xid, e.id, e.created_at, e.type FROM events e WHERE ${READABLE} ORDER BY e.xid, e.id LIMIT ${MOST_EXAMINED}
    ), fitting AS MATERIALIZED (
      SELECT s.xid, s.id, s.created_at FROM seen s WHERE s.type = $6 ORDER BY s.xid, s.id LIMIT $4
    )
    SELECT p.*, l.xid AS end_xid, l.id AS end_id FROM (VALUES (1)) one
    LEFT JOIN (SELECT xid, id FROM seen ORDER BY xid DESC, id DESC LIMIT 1) l ON true
    LEFT JOIN (${cut(
      'SELECT f.xid, f.id, e.payload FROM fitting f JOIN events e ON e.created_at = f.created_at AND e.id = f.id',
    )}
    ) p ON true
    ORDER BY p.xid, p.id`,
};

interface PageRow {
  xid: string | null;
  id: string;
  payload: Buffer;
  /** Before the page was cut by size. */
  found: string | null;
  end_xid?: string | null;
  end_id?: string | null;
}

/** The statements on the event log; every one names the account. */
@Injectable()
export class EventLogRepository {
  constructor(private readonly database: Database) {}

  /**
   * Events after a position in the log's one order, of one type or all, none before `since`; fewer than `limit` when they
   * are large, or when many of another type lie between.
   */
  async findPage(
    accountId: string,
    after: LogPosition,
    { eventType, limit, since }: { eventType: string | null; limit: number; since: Date },
  ): Promise<LogPage> {
    const values = [accountId, after.xid, after.id, limit, since];
    const rows = await (eventType === null
      ? this.database.query<PageRow>(PAGE, values)
      : this.database.query<PageRow>(PAGE_OF_TYPE, [...values, eventType]));
    const events = rows
      .filter(({ xid }) => xid !== null)
      .map(({ xid, id, payload }) => ({ xid: String(xid), id, payload }));
    return { events, end: endOf(rows, events, limit) ?? after };
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

/** The last event looked at, when all that fit are on the page; else the last one on it. */
function endOf([first]: PageRow[], events: LoggedEvent[], limit: number): LogPosition | undefined {
  const isWhole = events.length < limit && events.length === Number(first?.found ?? 0);
  const { end_xid: xid, end_id: id } = first ?? {};
  return isWhole && xid && id ? { xid, id } : events.at(-1);
}
