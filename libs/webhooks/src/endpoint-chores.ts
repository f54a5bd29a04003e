import { Injectable } from '@nestjs/common';
import { withPartitions } from '#libs/events';
import { Database, type Queryable } from '#libs/store';
import type { EndpointKey } from './endpoints.repository.js';

/** EMPTY: ends what waits for a removed endpoint. WAKE: makes due what waits for its next attempt. */
export type Chore = 'EMPTY' | 'WAKE';

/** Rows in one transaction: short enough that nobody waits for it. */
export const CHORE_ROWS = 2_000;
/** An order that was taken while its endpoint was removed may leave a row after the last one was ended. */
const LATECOMERS_SECONDS = 60;
const LATECOMERS_EVERY_SECONDS = 5;
/** A chore that cannot be done must not keep the others from it. */
const FAILED_PAUSE_SECONDS = 5;

/** A chore goes on where it was begun again: the same endpoint may be woken while its last wake is under way. */
const ADD = `
  INSERT INTO endpoint_chores (endpoint_id, what, account_id) VALUES ($1, $2, $3)
  ON CONFLICT (endpoint_id, what) DO UPDATE SET reached = NULL, next_at = now(), created_at = now()`;

interface ChoreRow {
  endpoint_id: string;
  what: Chore;
  /** As PostgreSQL writes it: a Date has milliseconds only. */
  reached: string | null;
  is_due: boolean;
  is_settled: boolean;
}

/** `$1` is one endpoint, or null for whichever is next. */
const CLAIM = {
  name: 'endpoint_chores_claim',
  text: `
    SELECT endpoint_id, what, reached::text, next_at <= statement_timestamp() AS is_due,
      created_at < statement_timestamp() - interval '${LATECOMERS_SECONDS} seconds' AS is_settled
    FROM endpoint_chores WHERE $1::text IS NULL OR endpoint_id = $1
    ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
};

const EMPTY = {
  name: 'endpoint_chores_empty',
  text: `
    WITH part AS MATERIALIZED (
      SELECT due_at, id FROM delivery_work WHERE endpoint_id = $1 ORDER BY due_at, id LIMIT ${CHORE_ROWS}
    ), gone AS (
      DELETE FROM delivery_work w USING part s WHERE w.endpoint_id = $1 AND w.due_at = s.due_at AND w.id = s.id
      RETURNING w.*
    ), said AS (
      INSERT INTO attempts (at, work_id, n, account_id, endpoint_id, event_id, event_at, outcome, ms, error)
      SELECT statement_timestamp(), g.id, g.attempt + 1, g.account_id, g.endpoint_id, g.event_id, g.event_at, 'FAILED', 0,
        'endpoint_deleted' FROM gone g
    )
    SELECT count(*)::integer AS found, NULL AS reached FROM part`,
};

/**
 * Goes through what waits once, the next ones first, and never back: a row that fails again meanwhile keeps its new
 * time. Rows due within two seconds come by themselves, and a turn may be about to take them.
 */
const WAKE = {
  name: 'endpoint_chores_wake',
  text: `
    WITH part AS MATERIALIZED (
      SELECT due_at, id, row_number() OVER (ORDER BY due_at, id) AS place FROM (
        SELECT due_at, id FROM delivery_work
        WHERE endpoint_id = $1 AND due_at > statement_timestamp() + interval '2 seconds' AND due_at >= $2::timestamptz
        ORDER BY due_at, id LIMIT ${CHORE_ROWS}
      ) q
    ), woken AS (
      UPDATE delivery_work w SET due_at = statement_timestamp() + s.place * interval '1 microsecond'
      FROM part s WHERE w.endpoint_id = $1 AND w.due_at = s.due_at AND w.id = s.id
    )
    SELECT count(*)::integer AS found, max(due_at)::text AS reached FROM part`,
};

const GO_ON = {
  name: 'endpoint_chores_go_on',
  text: `
    UPDATE endpoint_chores SET reached = coalesce($3::timestamptz, reached),
      next_at = statement_timestamp() + make_interval(secs => $4)
    WHERE endpoint_id = $1 AND what = $2`,
};

/** Notes a chore, in the transaction that decides on it. */
export async function addChore(tx: Queryable, { accountId, id }: EndpointKey, what: Chore): Promise<void> {
  await tx.query(ADD, [id, what, accountId]);
}

/**
 * Long changes of what waits for an endpoint, in short transactions. A chore is a row from the moment it is decided
 * until it is done, so that a crash leaves nothing half done.
 */
@Injectable()
export class EndpointChores {
  constructor(private readonly database: Database) {}

  /** Does the first part of what was noted for an endpoint; a backlog of the usual size is done with that. Never throws. */
  async begin(endpointId: string): Promise<void> {
    // What decided on it is committed; whatever keeps us from it now, the clock comes back to it.
    await this.step(endpointId).catch(() => null);
  }

  /**
   * Does the next part of whichever chore is due, in one short transaction. Resolves to the endpoint it was of; null
   * when nothing is due that nobody else is at.
   */
  async step(endpointId: string | null = null): Promise<string | null> {
    let chore: ChoreRow | undefined;
    try {
      return await withPartitions(this.database, () =>
        this.database.transaction(async (tx) => {
          [chore] = await tx.query<ChoreRow>(CLAIM, [endpointId]);
          if (!chore?.is_due) return null;
          await doPart(tx, chore);
          return chore.endpoint_id;
        }),
      );
    } catch (error) {
      if (chore) await this.database.query(GO_ON, [chore.endpoint_id, chore.what, null, FAILED_PAUSE_SECONDS]);
      throw error;
    }
  }
}

async function doPart(tx: Queryable, chore: ChoreRow): Promise<void> {
  const { endpoint_id: endpointId, what } = chore;
  const statement = what === 'EMPTY' ? EMPTY : WAKE;
  const values = what === 'EMPTY' ? [endpointId] : [endpointId, chore.reached ?? '-infinity'];
  const [part] = await tx.query<{ found: number; reached: string | null }>(statement, values);
  const found = part?.found ?? 0;
  const mayLeave = what === 'WAKE' || chore.is_settled;
  if (found < CHORE_ROWS && mayLeave) {
    await tx.query('DELETE FROM endpoint_chores WHERE endpoint_id = $1 AND what = $2', [endpointId, what]);
    return;
  }
  const pauseSeconds = found < CHORE_ROWS ? LATECOMERS_EVERY_SECONDS : 0;
  await tx.query(GO_ON, [endpointId, what, part?.reached ?? null, pauseSeconds]);
}
