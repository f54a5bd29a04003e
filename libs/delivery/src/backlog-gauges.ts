import { Injectable } from '@nestjs/common';
import { Database } from '#libs/store';
import { Metrics } from '#libs/telemetry';

const FRESH_MS = 10_000;
/** Prometheus gives a scrape ten seconds; a database that is slow or away must not cost it more than this. */
const PATIENCE_MS = 2_000;
const MOST_COUNTED = 100_000;

/** With ten thousand endpoints the plan looks dear enough to be compiled, which takes longer than running it. */
const BRIEFLY = `SELECT set_config('jit', 'off', true), set_config('statement_timeout', '5000', true)`;

/**
 * Oldest due row per endpoint: one probe of the primary key each. Rows are counted only where something is due, and only
 * up to a limit, so that a backlog of millions costs no more than the limit.
 */
const DUE = {
  name: 'backlog_due',
  text: `
    WITH e AS MATERIALIZED (
      SELECT r.endpoint_id, o.due_at, CASE WHEN w.status = 'ENABLED' AND w.deleted_at IS NULL
        AND (r.blocked_until IS NULL OR r.blocked_until <= statement_timestamp()) THEN 'ready' ELSE 'held' END AS state
      FROM endpoint_runs r CROSS JOIN LATERAL (
        SELECT w.due_at FROM delivery_work w WHERE w.endpoint_id = r.endpoint_id AND w.due_at <= statement_timestamp()
        ORDER BY w.due_at, w.id LIMIT 1
      ) o JOIN webhook_endpoints w ON w.id = r.endpoint_id
    )
    SELECT s.state, coalesce(extract(epoch FROM statement_timestamp() - min(e.due_at)), 0)::float8 AS "oldestSeconds", (
      SELECT count(*)::integer FROM (
        SELECT FROM e b CROSS JOIN LATERAL (
          SELECT FROM delivery_work w WHERE w.endpoint_id = b.endpoint_id AND w.due_at <= statement_timestamp()
          LIMIT ${MOST_COUNTED}
        ) w WHERE b.state = s.state LIMIT ${MOST_COUNTED}
      ) c
    ) AS due
    FROM (VALUES ('ready'), ('held')) s (state) LEFT JOIN e USING (state) GROUP BY s.state`,
};

const ENDPOINTS = {
  name: 'backlog_endpoints',
  text: `
    SELECT (SELECT count(*)::integer FROM (SELECT FROM delivery_work LIMIT ${MOST_COUNTED}) w) AS waiting,
      count(*) FILTER (WHERE e.status = 'ENABLED' AND r.breaker = 'OPEN')::integer AS "openBreakers",
      count(*) FILTER (WHERE e.status = 'DISABLED')::integer AS disabled
    FROM endpoint_runs r JOIN webhook_endpoints e ON e.id = r.endpoint_id AND e.deleted_at IS NULL`,
};

interface Backlog {
  states: { state: string; due: number; oldestSeconds: number }[];
  waiting: number;
  openBreakers: number;
  disabled: number;
}

/** A value under its `state`, where the gauge has one. */
type Value = [value: number, state?: string];

const GAUGES: readonly { name: string; help: string; hasStates?: boolean; values: (backlog: Backlog) => Value[] }[] = [
  {
    name: 'delivery_due',
    help: `Deliveries due now, of endpoints that are ready and of those held back (disabled, breaker open, asked to wait); counted up to ${MOST_COUNTED} each`,
    hasStates: true,
    values: ({ states }) => states.map(({ state, due }) => [due, state]),
  },
  {
    name: 'delivery_oldest_due_age_seconds',
    help: 'How long the oldest due delivery has been due, of endpoints that are ready and of those held back; 0 without any',
    hasStates: true,
    values: ({ states }) => states.map(({ state, oldestSeconds }) => [oldestSeconds, state]),
  },
  {
    name: 'delivery_waiting',
    help: `Deliveries that are not finished, due now or later; counted up to ${MOST_COUNTED}`,
    values: ({ waiting }) => [[waiting]],
  },
  {
    name: 'delivery_open_breakers',
    help: 'Endpoints that get a rest because they failed',
    values: ({ openBreakers }) => [[openBreakers]],
  },
  {
    name: 'delivery_disabled_endpoints',
    help: 'Endpoints that are disabled',
    values: ({ disabled }) => [[disabled]],
  },
];

/**
 * What waits in PostgreSQL, the same in every process that asks. Read when `/metrics` is asked and kept for ten
 * seconds; while PostgreSQL does not answer these gauges have no values, and the others have.
 */
@Injectable()
export class BacklogGauges {
  private known: { readAt: number; backlog: Backlog } | null = null;
  private reading: Promise<Backlog | null> | null = null;

  constructor(
    private readonly database: Database,
    metrics: Metrics,
  ) {
    for (const { name, help, hasStates = false, values } of GAUGES) {
      metrics.gauge<'state'>({
        name,
        help,
        labels: hasStates ? ['state'] : [],
        collect: async (gauge) => {
          const backlog = await this.current();
          gauge.reset();
          // Without labels a gauge is 0 after its reset, which is not what nobody knows.
          if (!backlog && !hasStates) gauge.remove();
          for (const [value, state] of backlog ? values(backlog) : []) gauge.set(state ? { state } : {}, value);
        },
      });
    }
  }

  /** Null while the database does not answer. One reading at a time, however many gauges and scrapes ask. */
  private async current(): Promise<Backlog | null> {
    if (this.known && performance.now() - this.known.readAt < FRESH_MS) return this.known.backlog;
    this.reading ??= this.read().finally(() => (this.reading = null));
    return withinTime(this.reading);
  }

  private async read(): Promise<Backlog | null> {
    try {
      const backlog = await this.database.transaction(async (tx) => {
        await tx.query(BRIEFLY);
        const states = await tx.query<Backlog['states'][number]>(DUE);
        const [endpoints] = await tx.query<Omit<Backlog, 'states'>>(ENDPOINTS);
        return { states, ...endpoints! };
      });
      this.known = { readAt: performance.now(), backlog };
      return backlog;
    } catch {
      return null;
    }
  }
}

async function withinTime<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, null)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
export const SQL = [DUE.text, ENDPOINTS.text];
