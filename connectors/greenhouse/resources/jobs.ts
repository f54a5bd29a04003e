import { definePart, defineResource } from '#libs/connector-kit';
import { type Job, enumValue } from '#libs/model';
import { z } from 'zod';
import { UNSETTLED } from '../api/unsettled.js';
import { list } from './listing.js';
import { HEADER, customFields, flag, header, id, moment, recordOf, ref, refs, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-jobs
const Wire = z.object({
  ...header,
  name: text,
  requisition_id: text,
  notes: text,
  confidential: flag,
  status: text,
  opened_at: moment,
  closed_at: moment,
  is_template: flag,
  department_id: ref,
  office_ids: refs,
  custom_fields: customFields,
});

const STATUS = { open: 'OPEN', draft: 'DRAFT', closed: 'CLOSED' } as const;

export function toJob(wire: z.output<typeof Wire>): Job {
  return {
    ...recordOf(wire, { remoteUrl: `${UNSETTLED.screens}/sdash/${wire.id}`, customFields: wire.custom_fields }),
    title: wire.name,
    code: wire.requisition_id,
    status: enumValue(wire.status, STATUS),
    isConfidential: wire.confidential,
    isTemplate: wire.is_template,
    notesHtml: wire.notes,
    departmentRemoteIds: wire.department_id === null ? [] : [wire.department_id],
    officeRemoteIds: wire.office_ids,
    hiringTeam: [],
    openedAt: wire.opened_at,
    closedAt: wire.closed_at,
  };
}

export const jobs = defineResource({
  model: 'jobs',
  permission: 'jobs.read',
  list: list('jobs'),
  covers: [
    ...HEADER,
    'remoteUrl',
    'customFields',
    'title',
    'code',
    'status',
    'isConfidential',
    'isTemplate',
    'notesHtml',
    'departmentRemoteIds',
    'officeRemoteIds',
    'openedAt',
    'closedAt',
  ],
  wire: Wire,
  map: toJob,
});

const ROLES = { recruiter: 'RECRUITER', coordinator: 'COORDINATOR', sourcer: 'SOURCER' } as const;

/** Recruiters, coordinators and sourcers. */
export const jobOwners = definePart({
  name: 'job_owners',
  of: 'jobs',
  shape: 'list',
  field: 'hiringTeam',
  permission: 'job-owners.read',
  list: list('job_owners', { parents: { jobs: 'job_ids' } }),
  covers: ['hiringTeam'],
  wire: z.object({ ...header, job_id: id, user_id: id, type: text }),
  map: (wire) => ({
    parentRemoteId: wire.job_id,
    remoteId: wire.id,
    value: { userRemoteId: wire.user_id, role: enumValue(wire.type, ROLES) },
  }),
});

/** The hiring managers, which Greenhouse keeps in a list of their own. */
export const jobHiringManagers = definePart({
  name: 'job_hiring_managers',
  of: 'jobs',
  shape: 'list',
  field: 'hiringTeam',
  permission: 'job-hiring-managers.read',
  list: list('job_hiring_managers', { parents: { jobs: 'job_ids' } }),
  covers: ['hiringTeam'],
  wire: z.object({ ...header, job_id: id, user_id: id }),
  map: (wire) => ({
    parentRemoteId: wire.job_id,
    remoteId: wire.id,
    value: { userRemoteId: wire.user_id, role: { value: 'HIRING_MANAGER', raw: 'hiring_manager' } },
  }),
});
