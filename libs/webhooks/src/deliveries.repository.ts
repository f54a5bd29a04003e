import { Injectable } from '@nestjs/common';
import { eventTime } from '#libs/model';
import type { Queryable } from '#libs/store';
import type { DeliveryStatus } from './deliveries.dto.js';
import { LOCK_RESENDING } from './recovery-statements.js';

/** A delivery: an event and an endpoint. Its live work row speaks for it, else its latest attempt. */
export interface DeliveryRow extends DeliveryKey {
  event_at: Date;
  status: DeliveryStatus;
  next_at: Date | null;
  event_type: string | null;
  attempts: number;
  last_at: Date | null;
  last_status: number | null;
  last_ms: number | null;
  last_error: string | null;
}

export interface DeliveryKey {
  event_id: string;
  endpoint_id: string;
}

export interface AttemptRow {
  n: number;
  at: Date;
  outcome: string;
  status: number | null;
  ms: number;
  error: string | null;
  next_at: Date | null;
  excerpt: string | null;
}

export interface DeliveryFilter {
  endpointId: string | null;
  eventId: string | null;
  status: DeliveryStatus | null;
}

/** Deliveries after one in the list's order. */
export interface FoundPage {
  rows: DeliveryRow[];
  /** Where the looking ended, when there was more to look at than is looked at for one page. */
  end: DeliveryKey | null;
}

type FoundRow = (DeliveryRow | { [column in keyof DeliveryRow]: null }) & {
  end_event: string | null;
  end_endpoint: string | null;
};

const FINAL = `('DELIVERED', 'FAILED', 'EXPIRED')`;

/** An event is dated by the process that raised it, an attempt by the database. */
const CLOCKS_APART = `interval '1 day'`;

/**
 * The attempts of one delivery. Final ones and others have indexes of their own, so that a delivery which succeeds at once
 * writes but one.
 */
function attemptsOf(of: { account: string; event: string; endpoint: string; time: string }): string {
  const pair = `a.account_id = ${of.account} AND a.event_id = ${of.event} AND a.endpoint_id = ${of.endpoint} AND a.at >= ${of.time} - ${CLOCKS_APART}`;
  return `
    SELECT * FROM attempts a WHERE ${pair} AND a.event_at = ${of.time} AND a.outcome IN ${FINAL}
    UNION ALL SELECT * FROM attempts a WHERE ${pair} AND a.outcome IN ('RETRYING', 'WAITING')`;
}

/** Of the row `p`, whose account is the first parameter. */
const ATTEMPTS_OF_ROW = attemptsOf({
  account: '$1',
  event: 'p.event_id',
  endpoint: 'p.endpoint_id',
  time: 'p.event_at',
});

/** For one page; a filter that little of a large backlog fits must not read all of that. */
const MOST_EXAMINED = 10_000;

/** The statements on deliveries; every one names the account. Internal endpoints (`whc_`, `whf_`) are nobody's business. */
@Injectable()
export class DeliveriesRepository {
  /** Newest event first, after the delivery `after`. */
  async findPage(
    tx: Queryable,
    accountId: string,
    after: DeliveryKey | null,
    { limit, ...filter }: DeliveryFilter & { limit: number },
  ): Promise<FoundPage> {
    const values: unknown[] = [accountId];
    const param = (value: unknown) => `$${values.push(value)}`;
    const branches = branchesFor(filter.status).map((branch) => {
      const { examined, kept } = conditionsOf(branch, { filter, after, param });
      return {
        ...branch,
        keep: kept.join(' AND '),
        examined: `SELECT * FROM ${branch.from} WHERE ${examined.join(' AND ')} ${orderOf(branch.alias)}`,
      };
    });
    const rows = await tx.query<FoundRow>(pageSql(branches, limit), values);
    const [{ end_event, end_endpoint } = { end_event: null, end_endpoint: null }] = rows;
    const end = end_event !== null && end_endpoint !== null ? { event_id: end_event, endpoint_id: end_endpoint } : null;
    const found = rows.filter(isDelivery);
    return { rows: end ? found.filter((row) => !isAfter(row, end)) : found, end };
  }

  async find(tx: Queryable, accountId: string, key: DeliveryKey): Promise<DeliveryRow | null> {
    const filter = { endpointId: key.endpoint_id, eventId: key.event_id, status: null, limit: 1 };
    const { rows } = await this.findPage(tx, accountId, null, filter);
    return rows[0] ?? null;
  }

  /** In the order they were made. */
  findAttempts(tx: Queryable, accountId: string, { event_id, endpoint_id }: DeliveryKey): Promise<AttemptRow[]> {
    return tx.query<AttemptRow>(
      `SELECT n, at, outcome, status, ms, error, next_at, excerpt
       FROM (${attemptsOf({ account: '$1', event: '$2', endpoint: '$3', time: '$4::timestamptz' })}) t ORDER BY at, n LIMIT 1000`,
      [accountId, event_id, endpoint_id, eventTime(event_id)],
    );
  }

  /** Makes a delivery due now: the waiting one, or a new one. A row that may be under way is due already and is left alone. */
  async makeDue(tx: Queryable, accountId: string, { event_id, endpoint_id }: DeliveryKey): Promise<void> {
    await tx.query(LOCK_RESENDING, [endpoint_id]);
    // The lock on the run keeps a turn from ending in between.
    await tx.query(
      `UPDATE endpoint_runs SET blocked_until = CASE WHEN blocked_until = 'infinity' THEN blocked_until END
       WHERE account_id = $1 AND endpoint_id = $2`,
      [accountId, endpoint_id],
    );
    await tx.query(
      `UPDATE delivery_work SET due_at = statement_timestamp(), manual = true
       WHERE account_id = $1 AND endpoint_id = $2 AND event_id = $3 AND event_at = $4 AND due_at > statement_timestamp()`,
      [accountId, endpoint_id, event_id, eventTime(event_id)],
    );
    await tx.query(
      `INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at, manual) SELECT $2, $1, $3, $4, true
       WHERE NOT EXISTS (SELECT FROM delivery_work WHERE account_id = $1 AND endpoint_id = $2 AND event_id = $3 AND event_at = $4)`,
      [accountId, endpoint_id, event_id, eventTime(event_id)],
    );
  }
}

/** Where deliveries are found: rows by conditions an index supports, of which the fitting ones are kept. */
interface Branch {
  alias: string;
  columns: string;
  from: string;
  where: string;
  keep: string | null;
  /** Whether an index finds them by endpoint, too; else those of other endpoints are examined and left out. */
  isByEndpoint: boolean;
}

const LIVE: Branch = {
  alias: 'w',
  columns: `w.event_at, w.event_id, w.endpoint_id, w.due_at AS next_at,
    CASE WHEN w.first_at IS NULL THEN 'PENDING' ELSE 'RETRYING' END AS status`,
  from: 'delivery_work w',
  where: 'w.account_id = $1',
  keep: null,
  isByEndpoint: true,
};

/** The latest final attempt of a pair that nothing waits for. OFFSET has each condition looked up row by row. */
const OVER: Branch = {
  alias: 'a',
  columns: `a.event_at, a.event_id, a.endpoint_id, NULL::timestamptz AS next_at,
    CASE a.outcome WHEN 'DELIVERED' THEN 'DELIVERED' ELSE 'FAILED' END AS status`,
  from: 'attempts a',
  where: `a.account_id = $1 AND a.outcome IN ${FINAL}`,
  keep: `NOT EXISTS (SELECT FROM delivery_work w WHERE w.account_id = a.account_id AND w.event_at = a.event_at
      AND w.event_id = a.event_id AND w.endpoint_id = a.endpoint_id OFFSET 0)
    AND NOT EXISTS (SELECT FROM attempts b WHERE b.account_id = a.account_id AND b.event_at = a.event_at
      AND b.event_id = a.event_id AND b.endpoint_id = a.endpoint_id AND b.at >= a.at AND (b.at, b.work_id) > (a.at, a.work_id) AND b.outcome IN ${FINAL} OFFSET 0)`,
  isByEndpoint: false,
};

/** In the words of the indexes, which a condition on the status as it is shown could not use. */
const BRANCHES: Record<DeliveryStatus, Branch> = {
  PENDING: { ...LIVE, keep: 'w.first_at IS NULL' },
  RETRYING: { ...LIVE, keep: 'w.first_at IS NOT NULL' },
  DELIVERED: { ...OVER, keep: `a.outcome = 'DELIVERED' AND ${OVER.keep}` },
  FAILED: { ...OVER, where: `a.account_id = $1 AND a.outcome IN ('FAILED', 'EXPIRED')`, isByEndpoint: true },
};

function branchesFor(status: DeliveryStatus | null): Branch[] {
  return status === null ? [LIVE, OVER] : [BRANCHES[status]];
}

function orderOf(alias: string): string {
  return `ORDER BY ${alias}.event_at DESC, ${alias}.event_id, ${alias}.endpoint_id`;
}

/** What an index supports is asked of what is examined, and the rest of what is kept of it. */
function conditionsOf(
  { alias, where, keep, isByEndpoint }: Branch,
  { filter, after, param }: { filter: DeliveryFilter; after: DeliveryKey | null; param: (value: unknown) => string },
): { examined: string[]; kept: string[] } {
  const examined = [where];
  const kept = [`${alias}.endpoint_id LIKE 'whe\\_%'`, ...(keep === null ? [] : [keep])];
  if (filter.endpointId) {
    const conditions = isByEndpoint || filter.eventId ? examined : kept;
    conditions.push(`${alias}.endpoint_id = ${param(filter.endpointId)}`);
  }
  if (filter.eventId) {
    examined.push(
      `${alias}.event_id = ${param(filter.eventId)} AND ${alias}.event_at = ${param(eventTime(filter.eventId))}`,
    );
  }
  if (after) {
    const at = param(eventTime(after.event_id));
    const pair = `(${param(after.event_id)}, ${param(after.endpoint_id)})`;
    examined.push(
      `${alias}.event_at <= ${at} AND (${alias}.event_at < ${at} OR (${alias}.event_id, ${alias}.endpoint_id) > ${pair})`,
    );
  }
  return { examined, kept };
}

function pageSql(branches: (Branch & { examined: string; keep: string })[], limit: number): string {
  const pages = branches.map(
    ({ alias, columns, examined, keep }) => `(SELECT ${columns} FROM (${examined} LIMIT ${MOST_EXAMINED}) ${alias}
      WHERE ${keep} ${orderOf(alias)} LIMIT ${limit})`,
  );
  const ends = branches
    .map(({ alias, examined }) => `(SELECT ${alias}.* FROM (${examined} OFFSET ${MOST_EXAMINED - 1} LIMIT 1) ${alias})`)
    .map((last) => `SELECT l.event_at, l.event_id, l.endpoint_id FROM ${last} l`);
  const end = `SELECT n.event_id, n.endpoint_id FROM (${ends.join(' UNION ALL ')}) n ${orderOf('n')} LIMIT 1`;
  const page = `SELECT * FROM (${pages.join(' UNION ALL ')}) u ${orderOf('u')} LIMIT ${limit}`;
  return `
    SELECT d.*, n.event_id AS end_event, n.endpoint_id AS end_endpoint FROM (VALUES (1)) one
    LEFT JOIN (${end}) n ON true LEFT JOIN (${withDetails(page)}) d ON true ${orderOf('d')}`;
}

function isDelivery(row: FoundRow): row is FoundRow & DeliveryRow {
  return row.event_id !== null;
}

/** In the list's order. */
function isAfter(row: DeliveryRow, { event_id, endpoint_id }: DeliveryKey): boolean {
  const [at, endAt] = [row.event_at.getTime(), eventTime(event_id)?.getTime() ?? 0];
  if (at !== endAt) return at < endAt;
  return row.event_id === event_id ? row.endpoint_id > endpoint_id : row.event_id > event_id;
}

function withDetails(page: string): string {
  return `
    SELECT p.*, e.type AS event_type, c.attempts, l.at AS last_at, l.status AS last_status, l.ms AS last_ms, l.error AS last_error
    FROM (${page}) p
    LEFT JOIN events e ON e.created_at = p.event_at AND e.id = p.event_id
    CROSS JOIN LATERAL (
      SELECT (count(*) FILTER (WHERE t.outcome <> 'WAITING'))::integer AS attempts FROM (${ATTEMPTS_OF_ROW}) t
    ) c
    LEFT JOIN LATERAL (
      SELECT t.at, t.status, t.ms, t.error FROM (${ATTEMPTS_OF_ROW}) t
      ORDER BY t.at DESC, t.n DESC LIMIT 1
    ) l ON true`;
}
