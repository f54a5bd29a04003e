import { type PartnerResponse, type StatusView, json } from '#libs/connector-kit';
import type { AssessmentResult, AssessmentStatus, CandidateAssessment } from '#libs/model';
import { readMetadata } from './metadata.js';

/** The one word Greenhouse defines is `complete`; every other means "not yet". */
const PARTNER_STATUS: Readonly<Record<AssessmentStatus, 'waiting' | 'incomplete' | 'complete'>> = {
  NOT_SPECIFIED: 'waiting',
  PENDING: 'waiting',
  STARTED: 'incomplete',
  IN_PROGRESS: 'incomplete',
  COMPLETED: 'complete',
  REJECTED: 'incomplete',
  EXPIRED: 'incomplete',
  CANCELLED: 'incomplete',
};

const CLOSED_BECAUSE: Partial<Record<AssessmentStatus, string>> = {
  REJECTED: 'Rejected: the test will not be taken',
  EXPIRED: 'Expired: the test was not taken in time',
  CANCELLED: 'Cancelled: the test was called off',
};

/** Answers test_status. There is no word for expired or cancelled, so such ones may be told as complete without a score. */
export function renderStatus({ assessment, result, reportClosed }: StatusView): PartnerResponse {
  const reason = CLOSED_BECAUSE[assessment.status];
  if (reason && reportClosed) {
    return answer('complete', reportAddress(assessment, result), null, readMetadata(result, { Reason: reason }));
  }
  const status = PARTNER_STATUS[assessment.status];
  if (status !== 'complete') return answer(status, null, null, {});
  return answer(status, reportAddress(assessment, result), result?.score ?? null, readMetadata(result));
}

function answer(
  status: string,
  profileUrl: string | null,
  score: number | null,
  metadata: Record<string, string | number>,
): PartnerResponse {
  return json(200, {
    partner_status: status,
    partner_profile_url: profileUrl,
    partner_score: score,
    metadata,
  });
}

/**
 * `complete` without an https address is malformed; a test that was never taken has no report, or one nobody checked,
 * so its candidate's page stands in.
 */
function reportAddress({ candidate }: CandidateAssessment, result: AssessmentResult | null): string {
  const addresses = [...(candidate.links ?? []), result?.profileUrl ?? ''];
  return addresses.findLast((address) => URL.parse(address)?.protocol === 'https:') ?? 'https://app.greenhouse.io/';
}
