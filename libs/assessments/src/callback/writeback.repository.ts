import { Injectable } from '@nestjs/common';
import { newId } from '#libs/model';
import { Database, type Queryable, type Statement } from '#libs/store';

/** How the ATS took a version, as an attempt to tell it ended. */
export interface WritebackOutcome {
  accountId: string;
  assessmentId: string;
  version: number;
  state: 'QUEUED' | 'NOTIFIED' | 'FETCHED' | 'FAILED';
  attempts: number;
  error: string | null;
}

// Both write the timeline in the same statement, and only when the state really changes.
const FETCHED: Statement = {
  name: 'writeback-fetched',
  text: `
    WITH u AS (
      UPDATE assessments SET writeback_state = 'FETCHED', writeback_error = NULL, writeback_at = now()
      WHERE account_id = $1 AND id = $2 AND result_version = $3 AND writeback_state <> 'FETCHED'
      RETURNING id, account_id
    )
    INSERT INTO assessment_timeline (id, assessment_id, account_id, type, data)
    SELECT $4, u.id, u.account_id, 'FETCHED', json_build_object('version', $3::integer) FROM u`,
};

/** An ATS often reads the result before it has answered the call that told it to: what it has fetched stays fetched. */
const SETTLE: Statement = {
  name: 'writeback-settle',
  text: `
    WITH s AS (
      SELECT * FROM json_to_recordset($1) AS s ("timelineId" text, "accountId" text, "assessmentId" text, version integer,
        state text, attempts integer, error text)
    ), l AS (
      SELECT a.id, a.writeback_state AS before FROM assessments a JOIN s ON a.id = s."assessmentId"
      ORDER BY a.id FOR NO KEY UPDATE OF a
    ), u AS (
      UPDATE assessments a SET writeback_attempts = s.attempts, writeback_at = now(),
        writeback_state = CASE WHEN a.writeback_state = 'FETCHED' THEN 'FETCHED' ELSE s.state END,
        writeback_error = CASE WHEN a.writeback_state = 'FETCHED' THEN NULL ELSE s.error END
      FROM s JOIN l ON l.id = s."assessmentId"
      WHERE a.account_id = s."accountId" AND a.id = s."assessmentId" AND a.result_version = s.version
      RETURNING a.id, a.account_id, a.writeback_state, l.before, s."timelineId", s.version, s.attempts, s.error
    )
    INSERT INTO assessment_timeline (id, assessment_id, account_id, type, data)
    SELECT u."timelineId", u.id, u.account_id, 'WRITEBACK', json_build_object('state', u.writeback_state,
      'version', u.version, 'attempts', u.attempts, 'error', u.error)
    FROM u WHERE u.before <> u.writeback_state`,
};

/** The statements on what the ATS knows of a result. */
@Injectable()
export class WritebackRepository {
  constructor(private readonly database: Database) {}

  /** The ATS was served this version. Costs nothing more when that is known already. */
  async markFetched({
    accountId,
    id,
    resultVersion,
  }: {
    accountId: string;
    id: string;
    resultVersion: number;
  }): Promise<void> {
    await this.database.query(FETCHED, [accountId, id, resultVersion, newId('timeline')]);
  }

  /** Writes outcomes down, at most one per assessment; those of versions that are no longer current are dropped. */
  async settle(tx: Queryable, outcomes: readonly WritebackOutcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    await tx.query(SETTLE, [
      JSON.stringify(outcomes.map((outcome) => ({ ...outcome, timelineId: newId('timeline') }))),
    ]);
  }
}
