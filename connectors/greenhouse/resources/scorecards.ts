import { defineResource } from '#libs/connector-kit';
import { type Scorecard, enumValue } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, header, moment, recordOf, ref, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-scorecards
const Wire = z.object({
  ...header,
  application_id: ref,
  interviewer_id: ref,
  submitter_id: ref,
  candidate_rating: text,
  status: text,
  interviewed_at: moment,
  submitted_at: moment,
  notes: text,
  public_notes: text,
});

const RATINGS = {
  strong_yes: 'STRONG_YES',
  yes: 'YES',
  no_decision: 'NO_DECISION',
  no: 'NO',
  strong_no: 'STRONG_NO',
} as const;

/** Drafts are in the list as well, unlike in v1; `isSubmitted` tells them apart. Private notes stay in Greenhouse. */
export function toScorecard(wire: z.output<typeof Wire>): Scorecard {
  return {
    ...recordOf(wire),
    applicationRemoteId: wire.application_id,
    candidateRemoteId: null,
    interviewRemoteId: null,
    // Somebody else may submit for the interviewer.
    authorRemoteId: wire.submitter_id ?? wire.interviewer_id,
    recommendation: enumValue(wire.candidate_rating, RATINGS),
    isSubmitted: wire.status === null ? null : wire.status === 'complete',
    submittedAt: wire.submitted_at,
    interviewedAt: wire.interviewed_at,
    comment: wire.notes ?? wire.public_notes,
  };
}

export const scorecards = defineResource({
  model: 'scorecards',
  permission: 'scorecards.read',
  list: list('scorecards', { parents: { applications: 'application_ids' } }),
  covers: [
    ...HEADER,
    'applicationRemoteId',
    'authorRemoteId',
    'recommendation',
    'isSubmitted',
    'submittedAt',
    'interviewedAt',
    'comment',
  ],
  wire: Wire,
  map: toScorecard,
});
