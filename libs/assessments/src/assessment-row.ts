import type {
  AssessmentResult,
  AssessmentStatus,
  CandidateSnapshot,
  Outcome,
  PackageSnapshot,
  Trait,
  WritebackState,
} from '#libs/model';
import type { RecordSource } from './record.js';
import { NOTHING_REPORTED, type Standing } from './state-machine.js';

/** A version as PostgreSQL puts it into JSON: times with their offset. */
export interface ResultRow {
  version: number;
  status: AssessmentStatus;
  score: number | null;
  maxScore: number | null;
  outcome: Outcome;
  profileUrl: string | null;
  summary: string | null;
  traits: Trait[];
  metaData: Record<string, unknown> | null;
  startedAt: string | null;
  completedAt: string | null;
  createdAt: string;
}

/** A row of `assessments` with its current result. */
export interface AssessmentRow {
  id: string;
  accountId: string;
  integrationId: string;
  provider: string;
  status: AssessmentStatus;
  outcome: Outcome;
  applicationId: string | null;
  jobId: string | null;
  candidate: CandidateSnapshot;
  package: PackageSnapshot;
  callbackUrl: string | null;
  metaData: Record<string, unknown> | null;
  originText: string;
  resumeFileId: string | null;
  startedAt: Date | null;
  completedAt: Date | null;
  /** The current version, 0 for none. */
  resultVersion: number;
  writebackState: WritebackState;
  writebackAttempts: number;
  writebackError: string | null;
  writebackAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  result: ResultRow | null;
}

/** The fields of a result (alias `r`) as one JSON value. */
export const RESULT_JSON = `json_build_object('version', r.version, 'status', r.status, 'score', r.score,
  'maxScore', r.max_score, 'outcome', r.outcome, 'profileUrl', r.profile_url, 'summary', r.summary, 'traits', r.traits,
  'metaData', r.meta_data, 'startedAt', r.started_at, 'completedAt', r.completed_at, 'createdAt', r.created_at)`;

/** The columns of {@link AssessmentRow} from {@link ASSESSMENT_TABLES}. */
export const ASSESSMENT_COLUMNS = `a.id, a.account_id AS "accountId", a.integration_id AS "integrationId", a.provider,
  a.status, a.outcome, a.application_id AS "applicationId", a.job_id AS "jobId", a.candidate, a.package,
  a.callback_url AS "callbackUrl", a.meta_data AS "metaData", a.origin_data::text AS "originText",
  a.resume_file_id AS "resumeFileId", a.started_at AS "startedAt", a.completed_at AS "completedAt",
  a.result_version AS "resultVersion", a.writeback_state AS "writebackState",
  a.writeback_attempts AS "writebackAttempts", a.writeback_error AS "writebackError", a.writeback_at AS "writebackAt",
  a.created_at AS "createdAt", a.updated_at AS "updatedAt",
  CASE WHEN r.version IS NOT NULL THEN ${RESULT_JSON} END AS result`;

export const ASSESSMENT_TABLES = `assessments a
  LEFT JOIN assessment_results r ON r.assessment_id = a.id AND r.version = a.result_version`;

export function toSource(row: AssessmentRow): RecordSource {
  return { ...row, assessmentPackage: row.package };
}

export function toResult(row: ResultRow): AssessmentResult {
  return {
    version: row.version,
    status: row.status,
    score: row.score,
    maxScore: row.maxScore,
    outcome: row.outcome,
    profileUrl: row.profileUrl,
    summary: row.summary,
    traits: row.traits,
    metaData: row.metaData,
    startedAt: toUtc(row.startedAt),
    completedAt: toUtc(row.completedAt),
    createdAt: new Date(row.createdAt).toISOString(),
  };
}

export function toStanding(row: AssessmentRow): Standing {
  const { score, maxScore, outcome, profileUrl, summary, traits, metaData } = row.result ?? NOTHING_REPORTED;
  return {
    status: row.status,
    score,
    maxScore,
    outcome,
    profileUrl,
    summary,
    traits,
    metaData,
    startedAt: row.startedAt?.toISOString() ?? null,
    completedAt: row.completedAt?.toISOString() ?? null,
  };
}

/** PostgreSQL writes times into JSON with an offset and as few decimals as they need. */
export function toUtc(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
