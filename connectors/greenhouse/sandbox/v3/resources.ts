import type { ResourceName } from '../data/company-data.js';
import type { Row } from '../data/rows.js';
import { EVENT_ACTIONS } from '../webhooks/event-actions.js';
import { type FilterSpec, flag, ids, text, words } from './filters.js';

/** One list of the API. */
export interface Resource {
  filters: Readonly<Record<string, FilterSpec>>;
  /** Rows that are only shown when these parameters ask for them. */
  isHidden?(row: Row, parameters: ReadonlySet<string>): boolean;
}

const time = (field: string): FilterSpec => ({ kind: 'time', field });
const BASE = { ids: ids('id'), created_at: time('created_at'), updated_at: time('updated_at') };
const list = (filters: Resource['filters'] = {}, isHidden?: Resource['isHidden']): Resource => ({
  filters: { ...BASE, ...filters },
  ...(isHidden && { isHidden }),
});

const CANDIDATES = ids('candidate_id');
const APPLICATIONS = ids('application_id');
const JOBS = ids('job_id');
const USERS = ids('user_id');

/** Asked in the form with brackets, lists of offers were seen to refuse times. */
const PIPED: Readonly<Record<string, FilterSpec>> = {
  created_at: { kind: 'time', field: 'created_at', refusesBrackets: true },
  updated_at: { kind: 'time', field: 'updated_at', refusesBrackets: true },
};

const INTERVIEW_STATES = words(
  'status',
  'to_be_scheduled',
  'scheduled',
  'awaiting_feedback',
  'complete',
  'skipped',
  'collect_feedback',
  'to_be_sent',
  'sent',
  'received',
);

const APPLICATION_FILTERS: Resource['filters'] = {
  candidate_ids: CANDIDATES,
  job_ids: JOBS,
  prospective_job_ids: ids('prospective_job_ids'),
  job_post_ids: ids('job_post_id'),
  source_ids: ids('source_id'),
  referrer_ids: ids('referrer_id'),
  // Ids of rows of the stage history: with those of the interview plan the list is empty.
  stage_ids: ids('stage_id'),
  job_interview_stage_ids: ids('job_interview_stage_id'),
  stage_name: text('stage_name'),
  // Asked for with one word, told with another.
  status: {
    kind: 'word',
    field: 'status',
    words: { active: 'in_process', rejected: 'rejected', hired: 'hired', converted: 'converted' },
  },
  prospect: flag('prospect'),
  last_activity_at: time('last_activity_at'),
};

/** Every list there is, by the name of its path. */
export const RESOURCES: Readonly<Record<ResourceName, Resource>> = {
  candidates: list({
    email: { kind: 'own', test: (email) => (row) => hasEmail(row, email) },
    tag: { kind: 'own', test: (tag) => (row) => (row.tags as string[]).includes(tag) },
    last_activity_at: time('last_activity_at'),
    private: flag('private'),
  }),
  applications: list(APPLICATION_FILTERS),
  application_stages: list({
    application_ids: APPLICATIONS,
    job_interview_stage_ids: ids('job_interview_stage_id'),
    current: flag('current'),
  }),
  rejection_details: list({ application_ids: APPLICATIONS }),
  prospect_details: list({ application_ids: APPLICATIONS }),
  attachments: list({ application_ids: APPLICATIONS, candidate_ids: CANDIDATES, type: text('type') }),
  notes: list({ candidate_ids: CANDIDATES, application_ids: APPLICATIONS, user_ids: USERS, type: text('type') }),
  candidate_educations: list({ candidate_ids: CANDIDATES }),
  candidate_employments: list({ candidate_ids: CANDIDATES }),
  candidate_tags: list({ name: text('name') }),
  applied_candidate_tags: list({ candidate_ids: CANDIDATES, candidate_tag_ids: ids('candidate_tag_id') }),
  jobs: list({
    status: words('status', 'open', 'draft', 'closed'),
    department_id: { kind: 'id', field: 'department_id' },
    office_id: { kind: 'id', field: 'office_ids' },
    requisition_id: text('requisition_id'),
    confidential: flag('confidential'),
    opened_at: time('opened_at'),
    closed_at: time('closed_at'),
  }),
  job_owners: list({ job_ids: JOBS, user_ids: USERS, type: words('type', 'sourcer', 'recruiter', 'coordinator') }),
  job_hiring_managers: list({ job_ids: JOBS, user_ids: USERS }),
  openings: list({ job_ids: JOBS, open: flag('open'), opening_id: text('opening_id') }),
  job_interview_stages: list({ job_ids: JOBS, active: flag('active') }),
  job_interviews: list({ job_ids: JOBS, job_interview_stage_ids: ids('job_interview_stage_id') }),
  interview_kits: list({ job_interview_ids: ids('job_interview_id') }),
  job_posts: list(
    { job_ids: JOBS, active: flag('active'), live: flag('live'), internal: flag('internal') },
    (row, asked) => row.active === false && !asked.has('active'),
  ),
  departments: list({ external_ids: { kind: 'texts', field: 'external_id' } }),
  offices: list({ external_ids: { kind: 'texts', field: 'external_id' } }),
  sources: list(),
  referrers: list({ user_ids: USERS }),
  rejection_reasons: list(
    { include_defaults: { kind: 'own', test: () => null } },
    (row, asked) => row.id < 4_000_001_000 && !asked.has('include_defaults=true'),
  ),
  prospect_pools: list({ active: flag('active') }),
  prospect_pool_stages: list({ prospect_pool_ids: ids('prospect_pool_id') }),
  users: list(
    {
      primary_email: text('primary_email'),
      employee_ids: { kind: 'texts', field: 'employee_id' },
      deactivated: flag('deactivated'),
      show_service_accounts: { kind: 'own', test: () => null },
    },
    (row, asked) => row.primary_email === '' && !asked.has('show_service_accounts=true'),
  ),
  interviews: list({
    application_ids: APPLICATIONS,
    job_ids: JOBS,
    status: INTERVIEW_STATES,
    starts_at: time('starts_at'),
  }),
  interviewers: list({ interview_ids: ids('interview_id'), user_ids: USERS }),
  // With job_ids it was seen to be refused.
  scorecards: list({
    application_ids: APPLICATIONS,
    interviewer_ids: ids('interviewer_id'),
    status: words('status', 'draft', 'complete'),
    submitted_at: time('submitted_at'),
  }),
  offers: list({
    ...PIPED,
    application_ids: APPLICATIONS,
    candidate_ids: CANDIDATES,
    job_ids: JOBS,
    status: words('status', 'Created', 'Accepted', 'Rejected', 'Deprecated'),
  }),
  eeoc: list({ application_ids: APPLICATIONS }),
  custom_fields: list({ field_type: text('field_type'), active: flag('active'), name_key: text('name_key') }),
  custom_field_options: list({
    custom_field_ids: ids('custom_field_id'),
    custom_field_key: text('_custom_field_key'),
    active: flag('active'),
  }),
  email_templates: list(),
  close_reasons: list(),
  webhooks: list({
    event_action_type: words('event_action_type', ...EVENT_ACTIONS),
    deactivated: flag('deactivated'),
    last_delivered: time('last_delivered'),
  }),
};

export function isResource(name: string): name is ResourceName {
  return Object.hasOwn(RESOURCES, name);
}

function hasEmail(row: Row, email: string): boolean {
  const addresses = row.email_addresses as { value: string }[];
  return addresses.some(({ value }) => value.toLowerCase() === email.toLowerCase());
}
