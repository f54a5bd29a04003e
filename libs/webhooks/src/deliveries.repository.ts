import { Injectable } from '@nestjs/common';
import { eventTime } from '#libs/model';
import { Database, type Queryable } from '#libs/store';
import type { DeliveryStatus } from './deliveries.dto.js';

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

const FINAL = `('DELIVERED', 'FAILED', 'EXPIRED')`;

/** The statements on deliveries; every one names the account. Internal endpoints (`whc_`, `whf_`) are nobody's business. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly database: Database) {}

  /** Newest event first, after the delivery `after`. */
  findPage(
    accountId: string,
    after: DeliveryKey | null,
    { limit, ...filter }: DeliveryFilter & { limit: number },
  ): Promise<DeliveryRow[]> {
    const values: unknown[] = [accountId];
    const param = (value: unknown) => `$${values.push(value)}`;
    const branches = branchesFor(filter.status).map((branch) => {
      const conditions = [branch.where, ...conditionsOf(branch.alias, { filter, after, param })];
      if (filter.status) conditions.push(`${branch.status} = ${param(filter.status)}`);
      return `(SELECT ${branch.columns}, ${branch.status} AS status FROM ${branch.from} WHERE ${conditions.join(' AND ')}
        ORDER BY ${branch.alias}.event_at DESC, ${branch.alias}.event_id, ${branch.alias}.endpoint_id LIMIT ${limit})`;
    });
    const page = `SELECT * FROM (${branches.join(' UNION ALL ')}) u
      ORDER BY u.event_at DESC, u.event_id, u.endpoint_id LIMIT ${limit}`;
    return this.database.query<DeliveryRow>(withDetails(page), values);
  }

  async find(accountId: string, key: DeliveryKey): Promise<DeliveryRow | null> {
    const filter = { endpointId: key.endpoint_id, eventId: key.event_id, status: null, limit: 1 };
    const [row] = await this.findPage(accountId, null, filter);
    return row ?? null;
  }

  /** In the order they were made. */
  findAttempts(accountId: string, { event_id, endpoint_id }: DeliveryKey): Promise<AttemptRow[]> {
    return this.database.query<AttemptRow>(
      `SELECT n, at, outcome, status, ms, error, next_at, excerpt FROM attempts
       WHERE account_id = $1 AND event_id = $2 AND endpoint_id = $3 AND at >= $4 ORDER BY at, n LIMIT 1000`,
      [accountId, event_id, endpoint_id, eventTime(event_id)],
    );
  }

  /** Makes a delivery due now: the waiting one, or a new one. A row that may be under way is due already and is left alone. */
  async makeDue(tx: Queryable, accountId: string, { event_id, endpoint_id }: DeliveryKey): Promise<void> {
    // The lock keeps two of these from inserting two rows, and a turn from ending in between.
    await tx.query(
      `UPDATE endpoint_runs SET blocked_until = CASE WHEN blocked_until = 'infinity' THEN blocked_until END
       WHERE account_id = $1 AND endpoint_id = $2`,
      [accountId, endpoint_id],
    );
    await tx.query(
      `UPDATE delivery_work SET due_at = statement_timestamp(), manual = true
       WHERE account_id = $1 AND endpoint_id = $2 AND event_id = $3 AND due_at > statement_timestamp()`,
      [accountId, endpoint_id, event_id],
    );
    await tx.query(
      `INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at, manual) SELECT $2, $1, $3, $4, true
       WHERE NOT EXISTS (SELECT FROM delivery_work WHERE account_id = $1 AND endpoint_id = $2 AND event_id = $3)`,
      [accountId, endpoint_id, event_id, eventTime(event_id)],
    );
  }
}

interface Branch {
  alias: string;
  columns: string;
  status: string;
  from: string;
  where: string;
}

const LIVE: Branch = {
  alias: 'w',
  columns: 'w.event_at, w.event_id, w.endpoint_id, w.due_at AS next_at',
  status: `CASE WHEN w.first_at IS NULL THEN 'PENDING' ELSE 'RETRYING' END`,
  from: 'delivery_work w',
  where: 'w.account_id = $1',
};

/** The latest final attempt of a pair that nothing waits for. */
const OVER: Branch = {
  alias: 'a',
  columns: 'a.event_at, a.event_id, a.endpoint_id, NULL::timestamptz AS next_at',
  status: `CASE a.outcome WHEN 'DELIVERED' THEN 'DELIVERED' ELSE 'FAILED' END`,
  from: 'attempts a',
  where: `a.account_id = $1 AND a.outcome IN ${FINAL}
    AND NOT EXISTS (SELECT FROM delivery_work w WHERE w.endpoint_id = a.endpoint_id AND w.event_id = a.event_id)
    AND NOT EXISTS (SELECT FROM attempts b WHERE b.event_id = a.event_id AND b.endpoint_id = a.endpoint_id
      AND b.at >= a.at AND (b.at, b.work_id) > (a.at, a.work_id) AND b.outcome IN ${FINAL})`,
};

function branchesFor(status: DeliveryStatus | null): Branch[] {
  if (status === null) return [LIVE, OVER];
  return status === 'PENDING' || status === 'RETRYING' ? [LIVE] : [OVER];
}

function conditionsOf(
  alias: string,
  { filter, after, param }: { filter: DeliveryFilter; after: DeliveryKey | null; param: (value: unknown) => string },
): string[] {
  const conditions = [`${alias}.endpoint_id LIKE 'whe\\_%'`];
  if (filter.endpointId) conditions.push(`${alias}.endpoint_id = ${param(filter.endpointId)}`);
  if (filter.eventId) conditions.push(`${alias}.event_id = ${param(filter.eventId)}`);
  if (after) {
    const at = param(eventTime(after.event_id));
    const pair = `(${param(after.event_id)}, ${param(after.endpoint_id)})`;
    conditions.push(
      `${alias}.event_at <= ${at} AND (${alias}.event_at < ${at} OR (${alias}.event_id, ${alias}.endpoint_id) > ${pair})`,
    );
  }
  return conditions;
}

function withDetails(page: string): string {
  return `
    SELECT p.*, e.type AS event_type, c.attempts, l.at AS last_at, l.status AS last_status, l.ms AS last_ms, l.error AS last_error
    FROM (${page}) p
    LEFT JOIN events e ON e.created_at = p.event_at AND e.id = p.event_id
    CROSS JOIN LATERAL (
      SELECT (count(*) FILTER (WHERE t.outcome <> 'WAITING'))::integer AS attempts FROM attempts t
      WHERE t.event_id = p.event_id AND t.endpoint_id = p.endpoint_id AND t.at >= p.event_at
    ) c
    LEFT JOIN LATERAL (
      SELECT t.at, t.status, t.ms, t.error FROM attempts t
      WHERE t.event_id = p.event_id AND t.endpoint_id = p.endpoint_id AND t.at >= p.event_at
      ORDER BY t.at DESC, t.n DESC LIMIT 1
    ) l ON true
    ORDER BY p.event_at DESC, p.event_id, p.endpoint_id`;
}
