/** Where a candidateAssessment stands. Only the vendor (PATCH, reset) moves it; a delivery never does. */
export const ASSESSMENT_STATUSES = [
  'NOT_SPECIFIED',
  'PENDING',
  'STARTED',
  'IN_PROGRESS',
  'COMPLETED',
  'REJECTED',
  'EXPIRED',
  'CANCELLED',
] as const;
export type AssessmentStatus = (typeof ASSESSMENT_STATUSES)[number];

export const OUTCOMES = ['PASS', 'FAIL', 'NEEDS_REVIEW', 'NONE'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Did the ATS take the result? */
export const WRITEBACK_STATES = ['NONE', 'QUEUED', 'NOTIFIED', 'FETCHED', 'FAILED'] as const;
export type WritebackState = (typeof WRITEBACK_STATES)[number];

export interface Writeback {
  state: WritebackState;
  attempts: number;
  lastError: string | null;
  lastAt: string | null;
}

/** One line of a result; `visible: false` keeps it from the ATS. */
export interface Trait {
  name: string;
  score: number | null;
  maxScore: number | null;
  comment: string | null;
  visible: boolean;
}

export interface CandidateSnapshot {
  id: string | null;
  firstName: string | null;
  lastName: string | null;
  emails: { email: string; type: string }[] | null;
  phones: { phoneNumber: string; type: string }[] | null;
  links: string[] | null;
  location: string | null;
}

export interface PackageSnapshot {
  id: string;
  name: string | null;
  type: string | null;
  description: string | null;
  metaData: Record<string, unknown> | null;
}

/** The record as events carry it (`eventData.candidateAssessment`); `null`, not absent, for what is unknown. */
export interface CandidateAssessment {
  applicationId: string | null;
  assessmentPackage: PackageSnapshot;
  callbackUrl: string | null;
  candidate: CandidateSnapshot;
  id: string;
  jobId: string | null;
  metaData: Record<string, unknown> | null;
  /** The ATS's order body, unchanged. */
  originData: unknown;
  status: AssessmentStatus;
}

/** What the vendor reported; versions are append-only and the highest is current. */
export interface AssessmentResult {
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
