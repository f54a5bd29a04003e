import type { Queryable, Statement } from '#libs/store';
import type { LockedAssessment } from '../assessments.repository.js';
import type { Standing } from '../state-machine.js';

/** A change of a locked assessment as it is written down. */
export interface ChangeToSave {
  next: Standing;
  /** The version that becomes current; 0 for none. */
  version: number;
  /** Whether `version` is a new one. */
  isNewVersion: boolean;
  /** What `writeback` says from now on; null leaves it as it is. */
  writeback: 'QUEUED' | 'NONE' | null;
  /** Lets the ATS order the same test for the same candidate anew. */
  releasesOrder: boolean;
}

// The time of change grows strictly, also when two changes come within one millisecond: some ATSs order by it.
const UPDATE: Statement = {
  name: 'assessments-change',
  text: `UPDATE assessments SET status = $3, outcome = $4, started_at = $5, completed_at = $6, result_version = $7,
      writeback_state = coalesce($8, writeback_state),
      writeback_attempts = CASE WHEN $8::text IS NULL THEN writeback_attempts ELSE 0 END,
      writeback_error = CASE WHEN $8::text IS NULL THEN writeback_error END,
      writeback_at = CASE WHEN $8::text IS NULL THEN writeback_at END,
      dedupe = CASE WHEN $9 THEN gen_random_uuid() ELSE dedupe END,
      updated_at = greatest(date_trunc('milliseconds', clock_timestamp()), updated_at + interval '1 millisecond')
    WHERE account_id = $1 AND id = $2 RETURNING updated_at AS "updatedAt"`,
};

const INSERT_RESULT: Statement = {
  name: 'assessments-insert-result',
  text: `INSERT INTO assessment_results (assessment_id, version, account_id, status, score, max_score, outcome,
      profile_url, summary, traits, meta_data, started_at, completed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
};

/** Writes a change down within the transaction that holds the lock. Returns when it was made. */
export async function saveChange(tx: Queryable, before: LockedAssessment, change: ChangeToSave): Promise<Date> {
  const { next, version } = change;
  if (change.isNewVersion) {
    await tx.query(INSERT_RESULT, [
      before.id,
      version,
      before.accountId,
      next.status,
      next.score,
      next.maxScore,
      next.outcome,
      next.profileUrl,
      next.summary,
      JSON.stringify(next.traits),
      next.metaData === null ? null : JSON.stringify(next.metaData),
      next.startedAt,
      next.completedAt,
    ]);
  }
  const [row] = await tx.query<{ updatedAt: Date }>(UPDATE, [
    before.accountId,
    before.id,
    next.status,
    next.outcome,
    next.startedAt,
    next.completedAt,
    version,
    change.writeback,
    change.releasesOrder,
  ]);
  return row!.updatedAt;
}
