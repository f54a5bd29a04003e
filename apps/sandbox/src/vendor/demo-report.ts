import { createHash } from 'node:crypto';
import type { ReportByHand } from '../page-state.js';

const LOWEST = 52;
const SPREAD = 47;
const PASS_FROM = 70;
const REVIEW_FROM = 62;
const MAX_SCORE = 100;

/** A believable result, always the same for the same assessment. */
export function demoResult(assessmentId: string): ReportByHand {
  const score = LOWEST + (createHash('sha256').update(assessmentId).digest().readUInt16BE(0) % SPREAD);
  if (score >= PASS_FROM) return { score, outcome: 'PASS', summary: 'Solid work, clearly explained.' };
  if (score >= REVIEW_FROM) return { score, outcome: 'NEEDS_REVIEW', summary: 'Good ideas, unfinished edges.' };
  return { score, outcome: 'FAIL', summary: 'Several tasks were left open.' };
}

/** The result as the hub's API takes it: `PATCH /v1/ats/assessments/{id}`. */
export function toReportBody(assessmentId: string, { score, outcome, summary }: ReportByHand, now: Date) {
  return {
    status: 'COMPLETED',
    score,
    maxScore: MAX_SCORE,
    outcome,
    summary,
    profileUrl: `https://example.com/report/${assessmentId}`,
    traits: [
      { name: 'Problem solving', score: Math.min(MAX_SCORE, score + 3), maxScore: MAX_SCORE },
      { name: 'Communication', score: Math.max(0, score - 4), maxScore: MAX_SCORE },
      // For the vendor's own eyes: the hub keeps it from the ATS.
      { name: 'Time away from the page', score: 2, comment: 'minutes', visible: false },
    ],
    completedAt: now.toISOString(),
  };
}
