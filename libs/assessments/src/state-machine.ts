import { isDeepStrictEqual } from 'node:util';
import type { AssessmentStatus, Outcome, Trait } from '#libs/model';

/** What a vendor can say about a test besides its status. */
export interface ReportedContent {
  score: number | null;
  maxScore: number | null;
  outcome: Outcome;
  profileUrl: string | null;
  summary: string | null;
  traits: Trait[];
  metaData: Record<string, unknown> | null;
}

/** Times are RFC 3339 UTC with milliseconds, so that equal moments are equal text. */
export interface ReportedTimes {
  startedAt: string | null;
  completedAt: string | null;
}

/** Where an assessment stands: status and everything reported so far. */
export interface Standing extends ReportedContent, ReportedTimes {
  status: AssessmentStatus;
}

/** What a vendor reports: what is absent stays as it is, null takes back. */
export type Report = Partial<Standing>;

export type Change = { from: unknown; to: unknown };

export type Verdict =
  | { kind: 'unchanged' }
  /** No such way from the one state to the other. */
  | { kind: 'refused'; from: AssessmentStatus; to: AssessmentStatus }
  /** `makesVersion`: there is a result now that differs from what was readable before. */
  | { kind: 'changed'; next: Standing; changes: Record<string, Change>; makesVersion: boolean };

export const NOTHING_REPORTED: Readonly<ReportedContent & ReportedTimes> = {
  score: null,
  maxScore: null,
  outcome: 'NONE',
  profileUrl: null,
  summary: null,
  traits: [],
  metaData: null,
  startedAt: null,
  completedAt: null,
};

const RANK: Readonly<Record<AssessmentStatus, number>> = {
  NOT_SPECIFIED: 0,
  PENDING: 1,
  STARTED: 2,
  IN_PROGRESS: 3,
  COMPLETED: 4,
  REJECTED: 5,
  EXPIRED: 5,
  CANCELLED: 5,
};

const FIELDS = [
  'status',
  'score',
  'maxScore',
  'outcome',
  'profileUrl',
  'summary',
  'traits',
  'metaData',
  'startedAt',
  'completedAt',
] as const satisfies (keyof Standing)[];
const CONTENT = FIELDS.slice(1, 8);

/** REJECTED, EXPIRED or CANCELLED: over without a result. */
export function isClosed(status: AssessmentStatus): boolean {
  return RANK[status] === RANK.CANCELLED;
}

/** COMPLETED or closed: nothing but reset leads on from here. */
export function isOver(status: AssessmentStatus): boolean {
  return RANK[status] >= RANK.COMPLETED;
}

/** Whether a report may lead from one status to the other: forward, steps may be skipped, never on from an end. */
export function mayMove(from: AssessmentStatus, to: AssessmentStatus): boolean {
  return from === to || (!isOver(from) && RANK[to] > RANK[from]);
}

/** Takes a vendor's report. The same again changes nothing; COMPLETED with other content is a new version; a close is final. */
export function applyReport(standing: Standing, report: Report): Verdict {
  const next: Standing = { ...standing, ...withoutUndefined(report) };
  if (!mayMove(standing.status, next.status)) return { kind: 'refused', from: standing.status, to: next.status };
  const changes = changesBetween(standing, next);
  if (Object.keys(changes).length === 0) return { kind: 'unchanged' };
  if (isClosed(standing.status)) return { kind: 'refused', from: standing.status, to: next.status };
  return {
    kind: 'changed',
    next,
    changes,
    makesVersion: isOver(next.status) || CONTENT.some((field) => field in changes),
  };
}

/** Back to PENDING with nothing reported; earlier versions stay readable. */
export function applyReset(standing: Standing): Verdict {
  const next: Standing = { ...NOTHING_REPORTED, status: 'PENDING' };
  const changes = changesBetween(standing, next);
  if (Object.keys(changes).length === 0) return { kind: 'unchanged' };
  return { kind: 'changed', next, changes, makesVersion: false };
}

function changesBetween(from: Standing, to: Standing): Record<string, Change> {
  const changed = FIELDS.filter((field) => !isDeepStrictEqual(from[field], to[field]));
  return Object.fromEntries(changed.map((field) => [field, { from: from[field], to: to[field] }]));
}

function withoutUndefined(report: Report): Report {
  return Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined));
}
