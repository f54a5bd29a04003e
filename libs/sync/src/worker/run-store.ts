import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '#libs/store';
import { RUN_COLUMNS, type RunRow, type RunStatus } from '../run.js';
import { type Lease, LeaseLostError } from './lease.js';

/** A worker says every ten seconds that it lives; who says nothing for this long is taken for dead. */
const LEASE = `interval '30 seconds'`;
const UNIQUE_VIOLATION = '23505';

/** `due_at` is when anybody may take a run: its time, or the end of its lease. */
const CLAIM = {
  name: 'sync_runs_claim',
  text: `
    WITH c AS (
      SELECT r.id FROM sync_runs r
      WHERE r.status IN ('QUEUED', 'RUNNING') AND r.due_at <= statement_timestamp()
        AND (r.status = 'RUNNING' OR NOT EXISTS (
          SELECT FROM sync_runs o WHERE o.integration_id = r.integration_id AND o.status = 'RUNNING'))
      ORDER BY r.due_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE sync_runs r SET status = 'RUNNING', lease_owner = $1, due_at = statement_timestamp() + ${LEASE},
      started_at = coalesce(r.started_at, now())
    FROM c WHERE r.id = c.id RETURNING ${RUN_COLUMNS}`,
};

const RENEW = {
  name: 'sync_runs_renew',
  text: `UPDATE sync_runs SET due_at = statement_timestamp() + ${LEASE}
    WHERE id = $1 AND lease_owner = $2 AND status = 'RUNNING' RETURNING id`,
};

const HOLD = {
  name: 'sync_runs_hold',
  text: `SELECT FROM sync_runs WHERE id = $1 AND lease_owner = $2 AND status = 'RUNNING' FOR NO KEY UPDATE`,
};

const ADVANCE = {
  name: 'sync_runs_advance',
  text: `
    UPDATE sync_runs SET resources = $3, current = $4, cursor = $5, emitted = emitted + $6, tries = 0, error = NULL,
      error_detail = NULL, due_at = statement_timestamp() + ${LEASE},
      events_from = least(events_from, $7), events_to = greatest(events_to, $8)
    WHERE id = $1 AND lease_owner = $2 AND status = 'RUNNING'`,
};

const LEAVE = {
  name: 'sync_runs_leave',
  text: `
    UPDATE sync_runs SET lease_owner = NULL, tries = tries + $3::integer, error = coalesce($4, error),
      error_detail = coalesce($5, error_detail), due_at = statement_timestamp() + $6::float8 * interval '1 millisecond'
    WHERE id = $1 AND lease_owner = $2 AND status = 'RUNNING'`,
};

const FINISH = {
  name: 'sync_runs_finish',
  text: `
    UPDATE sync_runs SET status = $3, finished_at = now(), due_at = statement_timestamp(), lease_owner = NULL, current = NULL, cursor = NULL, error = $4,
      error_detail = $5, events_from = least(events_from, $6), events_to = greatest(events_to, $7)
    WHERE id = $1 AND lease_owner = $2 AND status = 'RUNNING'`,
};

/** What a worker writes about a run, each time only while it is still its own. */
@Injectable()
export class RunStore {
  constructor(private readonly database: Database) {}

  /** A run that is due and nobody has, now this owner's; null when there is none. */
  async claim(owner: string): Promise<RunRow | null> {
    try {
      const [row] = await this.database.query<RunRow>(CLAIM, [owner]);
      return row ?? null;
    } catch (error) {
      // Another run of the same integration was begun in this very moment.
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) return null;
      throw error;
    }
  }

  /** Resolves to false when the run is no longer held. */
  async renew({ runId, owner }: Lease): Promise<boolean> {
    return (await this.database.query(RENEW, [runId, owner])).length > 0;
  }

  /** Keeps the run from everybody else until the end of `tx`. @throws LeaseLostError. */
  async hold(tx: Queryable, { runId, owner }: Lease): Promise<void> {
    if ((await tx.query(HOLD, [runId, owner])).length === 0) throw new LeaseLostError();
  }

  /** Keeps where the run is; `events` says how many were raised, and between which moments of this process's clock. */
  async advance(
    tx: Queryable,
    { runId, owner }: Lease,
    run: Pick<RunRow, 'resources' | 'current' | 'cursor'>,
    events: { count: number; from: Date; to: Date } | null,
  ): Promise<void> {
    const { resources, current, cursor } = run;
    await tx.query(ADVANCE, [
      runId,
      owner,
      JSON.stringify(resources),
      current,
      cursor === null ? null : JSON.stringify(cursor),
      events?.count ?? 0,
      events?.from ?? null,
      events?.to ?? null,
    ]);
  }

  /** Gives the run back, to be gone on with after a while. With an error it counts as a try. */
  async leave({ runId, owner }: Lease, afterMs: number, failure: { code: string; detail: string } | null) {
    await this.database.query(LEAVE, [
      runId,
      owner,
      failure ? 1 : 0,
      failure?.code ?? null,
      failure?.detail ?? null,
      afterMs,
    ]);
  }

  /** Ends the run, which has to be held; `begunAt` is a moment of this process's clock before its last event was made. */
  async finish(
    tx: Queryable,
    { runId, owner }: Lease,
    {
      status,
      failure,
      begunAt,
    }: { status: RunStatus; failure: { code: string; detail: string } | null; begunAt: Date },
  ): Promise<void> {
    const error = [failure?.code ?? null, failure?.detail ?? null];
    await tx.query(FINISH, [runId, owner, status, ...error, begunAt, new Date()]);
  }

  /** This moment by the database's clock. */
  async now(): Promise<Date> {
    const [row] = await this.database.query<{ now: Date }>('SELECT clock_timestamp()::timestamptz(3) AS now');
    return row!.now;
  }
}
