import type { Permission, Permissions } from '#libs/connector-kit';

/**
 * One scope per operation, `harvest:<resource>:<action>`; reading is always `list`. Labels are Greenhouse's names of the
 * resources with what may be done, as a customer finds them where scopes are ticked.
 */
const scope = (name: string): string => `harvest:${name}`;

/** A list can be tried by asking for one row. `also` are scopes of lists that what is read has its names from. */
function reads(label: string, resource: string, also: string[] = []): Permission {
  return {
    label: `${label}: list`,
    access: 'read',
    scopes: [`${resource}:list`, ...also].map(scope),
    probe: { method: 'GET', path: resource, query: { per_page: 1 }, grantedWhen: [200] },
  };
}

/**
 * A write is tried with an empty body, which lacks what is required (422), or on a record that cannot be there (404). Whoever
 * lacks the scope is told so (403). `also` are scopes of what the hub reads before it writes.
 */
function writes(
  label: string,
  names: string[],
  try_: { method?: 'PATCH'; path: string },
  also: string[] = [],
): Permission {
  const { method = 'POST', path } = try_;
  return {
    label,
    access: 'write',
    scopes: [...names, ...also].map(scope),
    probe: { method, path, json: {}, isRepeatable: true, grantedWhen: [404, 422] },
  };
}

const READS: Permissions = {
  'candidates.read': reads('Candidates', 'candidates'),
  'educations.read': reads('Candidate educations', 'candidate_educations', ['custom_field_options:list']),
  'employments.read': reads('Candidate employments', 'candidate_employments'),
  'applications.read': reads('Applications', 'applications'),
  'rejection-details.read': reads('Rejection details', 'rejection_details'),
  'prospect-details.read': reads('Prospect details', 'prospect_details'),
  'jobs.read': reads('Jobs', 'jobs'),
  'job-owners.read': reads('Job owners', 'job_owners'),
  'job-hiring-managers.read': reads('Job hiring managers', 'job_hiring_managers'),
  'job-postings.read': reads('Job posts', 'job_posts'),
  'job-stages.read': reads('Job interview stages', 'job_interview_stages'),
  'departments.read': reads('Departments', 'departments'),
  'offices.read': reads('Offices', 'offices'),
  'users.read': reads('Users', 'users'),
  'sources.read': reads('Sources', 'sources'),
  'prospect-pools.read': reads('Prospect pools', 'prospect_pools'),
  'prospect-pool-stages.read': reads('Prospect pool stages', 'prospect_pool_stages'),
  'reject-reasons.read': reads('Rejection reasons', 'rejection_reasons'),
  'attachments.read': reads('Attachments', 'attachments'),
  'notes.read': reads('Notes', 'notes'),
  'interviews.read': reads('Interviews', 'interviews'),
  'interviewers.read': reads('Interviewers', 'interviewers'),
  'scorecards.read': reads('Scorecards', 'scorecards'),
  'offers.read': reads('Offers', 'offers'),
  'tags.read': reads('Candidate tags', 'candidate_tags'),
  'eeoc.read': reads('EEOC', 'eeoc'),
};

const WRITES: Permissions = {
  'candidates.write': writes(
    'Candidates: create, update',
    ['candidates:create', 'candidates:update'],
    { path: 'candidates' },
    ['candidates:list'],
  ),
  'applications.write': writes(
    'Applications: create, update',
    ['applications:create', 'applications:update'],
    { path: 'applications' },
    ['candidates:list'],
  ),
  'applications.move': writes('Applications: move', ['applications:move'], { path: 'applications/0/move' }, [
    'applications:list',
    'application_stages:list',
  ]),
  'applications.reject': writes(
    'Applications: reject, unreject',
    ['applications:reject', 'applications:unreject'],
    { path: 'applications/0/reject' },
    ['applications:list'],
  ),
  'applications.hire': writes('Applications: hire', ['applications:hire'], { path: 'applications/0/hire' }, [
    'applications:list',
  ]),
  'notes.write': writes('Notes: create', ['notes:create'], { path: 'notes' }, ['candidates:list']),
  'attachments.write': writes('Attachments: create', ['attachments:create'], { path: 'attachments' }, [
    'applications:list',
  ]),
  'educations.write': writes(
    'Candidate educations: create, destroy',
    ['candidate_educations:create', 'candidate_educations:destroy'],
    { path: 'candidate_educations' },
    ['candidate_educations:list', 'candidates:list', 'custom_field_options:list'],
  ),
  'employments.write': writes(
    'Candidate employments: create, destroy',
    ['candidate_employments:create', 'candidate_employments:destroy'],
    { path: 'candidate_employments' },
    ['candidate_employments:list', 'candidates:list'],
  ),
  'tags.write': writes(
    'Candidate tags: create; applied candidate tags: create, destroy',
    ['candidate_tags:create', 'applied_candidate_tags:create', 'applied_candidate_tags:destroy'],
    { path: 'applied_candidate_tags' },
    ['applied_candidate_tags:list', 'candidate_tags:list', 'candidates:list'],
  ),
  // No action of ours needs the next ones; a product asks for them to write through the passthrough.
  'departments.write': writes('Departments: create, update', ['departments:create', 'departments:update'], {
    path: 'departments',
  }),
  'offices.write': writes('Offices: create, update', ['offices:create', 'offices:update'], { path: 'offices' }),
  'jobs.write': writes('Jobs: create, update', ['jobs:create', 'jobs:update'], { path: 'jobs' }),
  'job-postings.write': writes('Job posts: update', ['job_posts:update'], { method: 'PATCH', path: 'job_posts/0' }),
  'users.write': writes('Users: update', ['users:update'], { method: 'PATCH', path: 'users/0' }),
  // For partners only. A list shows whether the family is granted; making one to see would leave it there.
  'webhooks.write': {
    label: 'Webhooks: list, create, update, destroy',
    access: 'write',
    scopes: ['webhooks:list', 'webhooks:create', 'webhooks:update', 'webhooks:destroy'].map(scope),
    probe: { method: 'GET', path: 'webhooks', query: { per_page: 1 }, grantedWhen: [200] },
  },
};

export const permissions: Permissions = { ...READS, ...WRITES };
