import { defineResource } from '#libs/connector-kit';
import type { JobStage } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, flag, header, recordOf, ref, text, whole } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-job-interview-stages
const Wire = z.object({ ...header, job_id: ref, name: text, sort_order: whole, active: flag });

/** Stages that were removed stay in the list, inactive, because the history of applications names them. */
export function toJobStage(wire: z.output<typeof Wire>): JobStage {
  return {
    ...recordOf(wire),
    jobRemoteId: wire.job_id,
    name: wire.name,
    order: wire.sort_order,
    isActive: wire.active,
  };
}

export const jobStages = defineResource({
  model: 'job-stages',
  permission: 'job-stages.read',
  list: list('job_interview_stages', { parents: { jobs: 'job_ids' } }),
  covers: [...HEADER, 'jobRemoteId', 'name', 'order', 'isActive'],
  wire: Wire,
  map: toJobStage,
});
