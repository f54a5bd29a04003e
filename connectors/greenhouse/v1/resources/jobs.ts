import { defineResource } from '#libs/connector-kit';
import type { HiringRole, HiringTeamMember } from '#libs/model';
import { z } from 'zod';
import { toJobPosting } from '../../resources/job-postings.js';
import { toJobStage } from '../../resources/job-stages.js';
import { toJob } from '../../resources/jobs.js';
import { HEADER, customFields, flag, moment, ref, text, whole } from '../../resources/wire.js';
import { list } from './listing.js';
import { allEmbedded, header } from './wire.js';

const Team = z
  .object({ hiring_managers: allEmbedded, recruiters: allEmbedded, coordinators: allEmbedded, sourcers: allEmbedded })
  .nullish();

const Job = z.object({
  ...header,
  name: text,
  requisition_id: text,
  notes: text,
  confidential: flag,
  status: text,
  opened_at: moment,
  closed_at: moment,
  is_template: flag,
  departments: allEmbedded,
  offices: allEmbedded,
  hiring_team: Team,
  keyed_custom_fields: customFields,
});

const ROLES: [list: keyof NonNullable<z.output<typeof Team>>, role: HiringRole, raw: string][] = [
  ['hiring_managers', 'HIRING_MANAGER', 'hiring_manager'],
  ['recruiters', 'RECRUITER', 'recruiter'],
  ['coordinators', 'COORDINATOR', 'coordinator'],
  ['sourcers', 'SOURCER', 'sourcer'],
];

function toTeam(team: z.output<typeof Team>): HiringTeamMember[] {
  return ROLES.flatMap(([of, value, raw]) =>
    (team?.[of] ?? []).map((userRemoteId) => ({ userRemoteId, role: { value, raw } })),
  );
}

export const jobs = defineResource({
  model: 'jobs',
  permission: 'jobs.read',
  list: list('jobs', { since: 'updated_after' }),
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
    'hiringTeam',
    'openedAt',
    'closedAt',
  ],
  wire: Job,
  map: ({ departments, offices, hiring_team, keyed_custom_fields, ...wire }) => ({
    ...toJob({ ...wire, department_id: null, office_ids: offices, custom_fields: keyed_custom_fields }),
    departmentRemoteIds: departments,
    hiringTeam: toTeam(hiring_team),
  }),
});

/** `priority` became v3's `sort_order`. */
export const jobStages = defineResource({
  model: 'job-stages',
  permission: 'job-stages.read',
  list: list('job_stages', { since: 'updated_after' }),
  covers: [...HEADER, 'jobRemoteId', 'name', 'order', 'isActive'],
  wire: z.object({ ...header, job_id: ref, name: text, priority: whole, active: flag }),
  map: ({ priority, ...wire }) => toJobStage({ ...wire, sort_order: priority }),
});

const QuestionWire = z.object({
  name: text,
  label: text,
  type: text,
  required: flag,
  values: z.array(z.object({ value: text, label: text }).nullish()).nullish(),
});

const Post = z.object({
  ...header,
  job_id: ref,
  title: text,
  location: z.object({ name: text }).nullish(),
  internal: flag,
  active: flag,
  live: flag,
  first_published_at: moment,
  content: text,
  internal_content: text,
  questions: z.array(QuestionWire.nullish()).nullish(),
});

/** A post has a text for the outside, one for inside, or both. */
export const jobPostings = defineResource({
  model: 'job-postings',
  permission: 'job-postings.read',
  list: list('job_posts', { since: 'updated_after' }),
  covers: [
    ...HEADER,
    'jobRemoteId',
    'title',
    'status',
    'isInternal',
    'contentHtml',
    'location',
    'questions',
    'publishedAt',
  ],
  wire: Post,
  map: ({ location, internal_content, questions, ...wire }) => ({
    ...toJobPosting({
      ...wire,
      content: wire.content ?? internal_content,
      language: null,
      public_url: null,
      questions: (questions ?? []).map((question) => question && toQuestion(question)),
    }),
    location: location?.name ?? null,
  }),
});

function toQuestion({ type, values, ...question }: z.output<typeof QuestionWire>) {
  const options = (values ?? []).map((option) => option && { id: option.value, label: option.label });
  return { ...question, id: null, answer_type: type, options };
}
