import type { AssessmentResult, CandidateAssessment, Outcome, Writeback } from '#libs/model';
import { type AssessmentRow, toResult, toSource, toUtc } from '../assessment-row.js';
import type { AssessmentDetail } from '../assessments.repository.js';
import { toRecord } from '../record.js';

/** An assessment in a list: the record, and how it stands. */
export interface AssessmentSummaryView extends CandidateAssessment {
  integrationId: string;
  provider: string;
  outcome: Outcome;
  startedAt: string | null;
  completedAt: string | null;
  writeback: Writeback;
  createdAt: string;
  updatedAt: string;
}

export interface TimelineView {
  at: string;
  type: string;
  data: Record<string, unknown>;
}

/** The résumé as the hub keeps it; `url` stays the same for ever. */
export interface ResumeView {
  url: string;
  status: string;
  name: string | null;
  contentType: string | null;
  sizeBytes: number | null;
  error: string | null;
}

export interface AssessmentDetailView extends AssessmentSummaryView {
  /** The current version. */
  result: AssessmentResult | null;
  /** All versions, the oldest first. */
  results: AssessmentResult[];
  timeline: TimelineView[];
  resume: ResumeView | null;
}

export function toSummaryView(row: AssessmentRow): AssessmentSummaryView {
  return {
    ...toRecord(toSource(row)),
    integrationId: row.integrationId,
    provider: row.provider,
    outcome: row.outcome,
    startedAt: row.startedAt?.toISOString() ?? null,
    completedAt: row.completedAt?.toISOString() ?? null,
    writeback: {
      state: row.writebackState,
      attempts: row.writebackAttempts,
      lastError: row.writebackError,
      lastAt: row.writebackAt?.toISOString() ?? null,
    },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** `filesUrl` is the public address below which files are read, without a trailing slash. */
export function toDetailView(row: AssessmentDetail, filesUrl: string): AssessmentDetailView {
  return {
    ...toSummaryView(row),
    result: row.result && toResult(row.result),
    results: row.results.map(toResult),
    timeline: toTimeline(row),
    resume: toResume(row, filesUrl),
  };
}

function toResume({ resume, resumeFileId }: AssessmentDetail, filesUrl: string): ResumeView | null {
  if (!resume || resumeFileId === null) return null;
  const { status, name, contentType, sizeBytes, error } = resume;
  return { url: `${filesUrl}/${resumeFileId}`, status, name, contentType, sizeBytes, error };
}

function toTimeline({ createdAt, package: ordered, timeline, resume }: AssessmentDetail): TimelineView[] {
  const entries: TimelineView[] = timeline.map(({ at, type, data }) => ({ at: toUtc(at)!, type, data }));
  if (resume?.settledAt) {
    const { status, error } = resume;
    entries.push({ at: toUtc(resume.settledAt)!, type: 'RESUME', data: { status, error } });
  }
  entries.sort((a, b) => a.at.localeCompare(b.at));
  return [{ at: createdAt.toISOString(), type: 'ORDERED', data: { packageId: ordered.id } }, ...entries];
}
