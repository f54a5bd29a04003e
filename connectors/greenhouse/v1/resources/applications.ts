import { defineResource } from '#libs/connector-kit';
import { z } from 'zod';
import { toApplication } from '../../resources/applications.js';
import { customFields, flag, id, moment, ref, text } from '../../resources/wire.js';
import { list } from './listing.js';
import { embedded } from './wire.js';

const Wire = z.object({
  id,
  candidate_id: ref,
  prospect: flag,
  applied_at: moment,
  rejected_at: moment,
  last_activity_at: moment,
  location: z.object({ address: text }).nullish(),
  source: embedded,
  recruiter: embedded,
  coordinator: embedded,
  rejection_reason: embedded,
  jobs: z.array(z.object({ id: ref }).nullish()).nullish(),
  job_post_id: ref,
  status: text,
  current_stage: z.object({ id: ref, name: text }).nullish(),
  answers: z.array(z.object({ question: text, answer: text }).nullish()).nullish(),
  prospect_detail: z.object({ prospect_pool: embedded }).nullish(),
  keyed_custom_fields: customFields,
});

/**
 * There is no list by ids, and none of what changed: only of what saw activity, which is every change a recruiter makes. The
 * job's own list is asked for one job at a time.
 */
export const applications = defineResource({
  model: 'applications',
  permission: 'applications.read',
  list: {
    ...list('applications', { since: 'last_activity_after' }),
    byParents: { jobs: { query: ([job]) => ({ job_id: job }), most: 1 } },
  },
  covers: [
    'remoteId',
    'remoteCreatedAt',
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
    'prospectPoolRemoteId',
    'rejectReasonRemoteId',
    'appliedAt',
    'rejectedAt',
    'lastActivityAt',
    'location',
    'answers',
  ],
  wire: Wire,
  map: ({ current_stage, location, source, recruiter, coordinator, keyed_custom_fields, ...wire }) => ({
    ...toApplication({
      ...wire,
      created_at: wire.applied_at,
      updated_at: null,
      job_id: null,
      prospective_job_ids: [],
      source_id: source,
      recruiter_id: recruiter,
      coordinator_id: coordinator,
      job_interview_stage_id: current_stage?.id ?? null,
      stage_name: current_stage?.name ?? null,
      location_address: location?.address ?? null,
      custom_fields: keyed_custom_fields,
    }),
    prospectPoolRemoteId: wire.prospect_detail?.prospect_pool ?? null,
    rejectReasonRemoteId: wire.rejection_reason,
  }),
});
