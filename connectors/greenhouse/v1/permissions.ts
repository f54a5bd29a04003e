import type { Permission, Permissions } from '#libs/connector-kit';

/** Keys are given endpoints one by one. The labels are the names of the endpoints, as they are ticked in Greenhouse. */
function reads(label: string, path: string): Permission {
  return {
    label,
    access: 'read',
    scopes: [],
    probe: { method: 'GET', path, query: { per_page: 1 }, grantedWhen: [200] },
  };
}

/** A write wants a user, and whoever names none or one without rights is refused alike: it cannot be tried harmlessly. */
const writes = (label: string): Permission => ({ label, access: 'write', scopes: [] });

export const permissions: Permissions = {
  'candidates.read': reads('Candidates: GET List Candidates, GET Retrieve Candidate', 'candidates'),
  'applications.read': reads('Applications: GET List Applications, GET Retrieve Application', 'applications'),
  'jobs.read': reads('Jobs: GET List Jobs', 'jobs'),
  'job-postings.read': reads('Job Posts: GET List Job Posts', 'job_posts'),
  'job-stages.read': reads('Job Stages: GET List Job Stages', 'job_stages'),
  'departments.read': reads('Departments: GET List Departments', 'departments'),
  'offices.read': reads('Offices: GET List Offices', 'offices'),
  'users.read': reads('Users: GET List Users', 'users'),
  'sources.read': reads('Sources: GET List Sources', 'sources'),
  'prospect-pools.read': reads('Prospect Pools: GET List Prospect Pools', 'prospect_pools'),
  'reject-reasons.read': reads('Rejection Reasons: GET List Rejection Reasons', 'rejection_reasons'),
  'interviews.read': reads('Scheduled Interviews: GET List Scheduled Interviews', 'scheduled_interviews'),
  'scorecards.read': reads('Scorecards: GET List Scorecards', 'scorecards'),
  'offers.read': reads('Offers: GET List Offers', 'offers'),
  'tags.read': reads('Tags: GET List Candidate Tags', 'tags/candidate'),
  'eeoc.read': reads('EEOC: GET List EEOC', 'eeoc'),
  'candidates.write': writes('Candidates: POST Add Candidate, POST Add Prospect, PATCH Edit Candidate'),
  'applications.write': writes('Candidates: POST Add Application to Candidate/Prospect'),
  'applications.move': writes('Applications: POST Move Application, POST Transfer Application to Job'),
  'applications.reject': writes('Applications: POST Reject Application, POST Unreject Application'),
  'applications.hire': writes('Applications: POST Hire Application'),
  'notes.write': writes('Candidates: POST Add Note, POST Add E-mail Note'),
  'attachments.write': writes('Candidates: POST Add Attachment; Applications: POST Add Attachment'),
  'educations.write': writes(
    'Candidates: POST Add Education, DELETE Remove Education; Education: GET List Schools, Degrees, Disciplines',
  ),
  'employments.write': writes('Candidates: POST Add Employment, DELETE Remove Employment'),
  'tags.write': writes(
    'Candidates: GET List Tags, PUT Add Tag, DELETE Remove Tag; Tags: GET List Candidate Tags, POST Add New Candidate Tag',
  ),
};
