import { definePart, defineResource } from '#libs/connector-kit';
import { type Application, enumValue } from '#libs/model';
import { z } from 'zod';
import { UNSETTLED } from '../api/unsettled.js';
import { list } from './listing.js';
import { HEADER, customFields, flag, header, id, moment, recordOf, ref, refs, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-applications
const Wire = z.object({
  ...header,
  candidate_id: ref,
  job_id: ref,
  // Seen in place of `job_id`.
  jobs: z.array(z.object({ id: ref }).nullish()).nullish(),
  prospective_job_ids: refs,
  job_post_id: ref,
  source_id: ref,
  recruiter_id: ref,
  coordinator_id: ref,
  // Not `stage_id`: that is a row of the stage history and no stage of the job.
  job_interview_stage_id: ref,
  stage_name: text,
  status: text,
  prospect: flag,
  rejected_at: moment,
  last_activity_at: moment,
  location_address: text,
  answers: z.array(z.object({ question: text, answer: text }).nullish()).nullish(),
  custom_fields: customFields,
});

/** Rows say `in_process` where the filter of the same name says `active`. */
const STATUS = {
  in_process: 'ACTIVE',
  active: 'ACTIVE',
  rejected: 'REJECTED',
  hired: 'HIRED',
  converted: 'CONVERTED',
} as const;

export function toApplication(wire: z.output<typeof Wire>): Application {
  const jobs = [wire.job_id, ...(wire.jobs ?? []).map((job) => job?.id ?? null)].filter((job) => job !== null);
  const isProspect = wire.prospect === true;
  const person = wire.candidate_id && `${UNSETTLED.screens}/people/${wire.candidate_id}?application_id=${wire.id}`;
  return {
    ...recordOf(wire, { remoteUrl: person ?? undefined, customFields: wire.custom_fields }),
    candidateRemoteId: wire.candidate_id,
    jobRemoteId: isProspect ? null : (jobs[0] ?? null),
    prospectiveJobRemoteIds: isProspect ? [...new Set([...wire.prospective_job_ids, ...jobs])] : [],
    jobPostingRemoteId: wire.job_post_id,
    status: enumValue(wire.status, STATUS),
    isProspect: wire.prospect,
    stageRemoteId: wire.job_interview_stage_id,
    stageName: wire.stage_name,
    sourceRemoteId: wire.source_id,
    recruiterRemoteId: wire.recruiter_id,
    coordinatorRemoteId: wire.coordinator_id,
    prospectPoolRemoteId: null,
    rejectReasonRemoteId: null,
    // v1's `applied_at`.
    appliedAt: wire.created_at,
    hiredAt: null,
    rejectedAt: wire.rejected_at,
    lastActivityAt: wire.last_activity_at,
    location: wire.location_address,
    answers: (wire.answers ?? []).flatMap((entry) =>
      entry?.question ? [{ question: entry.question, answer: entry.answer }] : [],
    ),
  };
}

export const applications = defineResource({
  model: 'applications',
  permission: 'applications.read',
  list: list('applications', { parents: { candidates: 'candidate_ids', jobs: 'job_ids' } }),
  covers: [
    ...HEADER,
    'remoteUrl',
    'customFields',
    'candidateRemoteId',
    'jobRemoteId',
    'prospectiveJobRemoteIds',
    'jobPostingRemoteId',
    'status',
    'isProspect',
    'stageRemoteId',
    'stageName',
    'sourceRemoteId',
    'recruiterRemoteId',
    'coordinatorRemoteId',
    'appliedAt',
    'rejectedAt',
    'lastActivityAt',
    'location',
    'answers',
  ],
  wire: Wire,
  map: toApplication,
});

/** Why an application was rejected stands apart from it, one row per rejected application. */
export const rejectionDetails = definePart({
  name: 'rejection_details',
  of: 'applications',
  shape: 'fields',
  permission: 'rejection-details.read',
  list: list('rejection_details', { parents: { applications: 'application_ids' } }),
  covers: ['rejectReasonRemoteId'],
  wire: z.object({ ...header, application_id: id, rejection_reason_id: ref }),
  map: (wire) => ({
    parentRemoteId: wire.application_id,
    remoteId: wire.id,
    value: { rejectReasonRemoteId: wire.rejection_reason_id },
  }),
});

/** The pool a prospect is in. */
export const prospectDetails = definePart({
  name: 'prospect_details',
  of: 'applications',
  shape: 'fields',
  permission: 'prospect-details.read',
  list: list('prospect_details', { parents: { applications: 'application_ids' } }),
  covers: ['prospectPoolRemoteId'],
  wire: z.object({ ...header, application_id: id, pool_id: ref }),
  map: (wire) => ({
    parentRemoteId: wire.application_id,
    remoteId: wire.id,
    value: { prospectPoolRemoteId: wire.pool_id },
  }),
});
