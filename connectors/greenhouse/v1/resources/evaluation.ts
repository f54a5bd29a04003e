import { defineResource } from '#libs/connector-kit';
import type { CustomField } from '#libs/model';
import { z } from 'zod';
import { toInterview } from '../../resources/interviews.js';
import { toMoney, toOffer } from '../../resources/offers.js';
import { toScorecard } from '../../resources/scorecards.js';
import { HEADER, customFields, day, moment, ref, text, whole } from '../../resources/wire.js';
import { list } from './listing.js';
import { allEmbedded, embedded, header } from './wire.js';

/** A day without a time is a whole-day interview. */
const At = z.object({ date_time: moment }).nullish();

const Interview = z.object({
  ...header,
  application_id: ref,
  status: text,
  start: At,
  end: At,
  location: text,
  video_conferencing_url: text,
  interview: z.object({ name: text }).nullish(),
  organizer: embedded,
  interviewers: allEmbedded,
});

export const interviews = defineResource({
  model: 'interviews',
  permission: 'interviews.read',
  list: list('scheduled_interviews', { since: 'updated_after' }),
  covers: [
    ...HEADER,
    'applicationRemoteId',
    'title',
    'status',
    'startAt',
    'endAt',
    'location',
    'meetingUrl',
    'organizerRemoteId',
    'interviewerRemoteIds',
  ],
  wire: Interview,
  map: ({ start, end, interview, organizer, interviewers, ...wire }) => ({
    ...toInterview({
      ...wire,
      job_id: null,
      starts_at: start?.date_time ?? null,
      ends_at: end?.date_time ?? null,
      organizer_id: organizer,
    }),
    title: interview?.name ?? null,
    interviewerRemoteIds: interviewers,
  }),
});

const Scorecard = z.object({
  ...header,
  application_id: ref,
  candidate_id: ref,
  interviewer: embedded,
  submitted_by: embedded,
  overall_recommendation: text,
  interviewed_at: moment,
  submitted_at: moment,
  questions: z.array(z.object({ question: text, answer: text }).nullish()).nullish(),
});

/** What every scorecard asks at its end; private notes stay in Greenhouse. */
const TAKE_AWAYS = /^key take-?aways$/i;

/** v1 lists only what was submitted. */
export const scorecards = defineResource({
  model: 'scorecards',
  permission: 'scorecards.read',
  list: list('scorecards', { since: 'updated_after' }),
  covers: [
    ...HEADER,
    'applicationRemoteId',
    'candidateRemoteId',
    'authorRemoteId',
    'recommendation',
    'isSubmitted',
    'submittedAt',
    'interviewedAt',
    'comment',
  ],
  wire: Scorecard,
  map: ({ interviewer, submitted_by, overall_recommendation, questions, candidate_id, ...wire }) => ({
    ...toScorecard({
      ...wire,
      interviewer_id: interviewer,
      submitter_id: submitted_by,
      candidate_rating: overall_recommendation,
      status: 'complete',
      notes: (questions ?? []).find((entry) => TAKE_AWAYS.test(entry?.question ?? ''))?.answer ?? null,
      public_notes: null,
    }),
    candidateRemoteId: candidate_id,
    // v3 calls it `strong_no`.
    ...(overall_recommendation === 'definitely_not' && {
      recommendation: { value: 'STRONG_NO' as const, raw: overall_recommendation },
    }),
  }),
});

const Offer = z.object({
  ...header,
  application_id: ref,
  candidate_id: ref,
  job_id: ref,
  version: whole,
  status: text,
  sent_at: day,
  resolved_at: moment,
  starts_at: day,
  keyed_custom_fields: customFields,
});

export const offers = defineResource({
  model: 'offers',
  permission: 'offers.read',
  list: list('offers', { since: 'updated_after' }),
  covers: [
    ...HEADER,
    'customFields',
    'applicationRemoteId',
    'candidateRemoteId',
    'jobRemoteId',
    'status',
    'version',
    'sentAt',
    'resolvedAt',
    'startDate',
    'compensation',
  ],
  wire: Offer,
  map: ({ sent_at, starts_at, keyed_custom_fields, ...wire }) => ({
    ...toOffer({ ...wire, sent_on: sent_at, starts_on: starts_at, custom_fields: keyed_custom_fields }),
    compensation: keyed_custom_fields.map(asMoney).flatMap(toMoney),
  }),
});

/** Money comes as `{ amount, unit }` and as `{ value, currency }`. */
function asMoney(field: CustomField): CustomField {
  if (field.value === null || typeof field.value !== 'object') return field;
  const { amount, unit, value, currency } = field.value as Record<string, unknown>;
  return { ...field, value: { amount: amount ?? value, unit: unit ?? currency } };
}
