import type { WebhookEventKind } from '#libs/connector-kit';

/**
 * The 29 events. `when` is the entry of the list "When" in Greenhouse's screens where set-up pages show it, else the
 * event's name in the documentation.
 */
export const events: readonly WebhookEventKind[] = [
  { action: 'new_candidate_application', when: 'Candidate has submitted application' },
  { action: 'new_prospect_application', when: 'Prospect created' },
  { action: 'application_updated', when: 'Application updated' },
  { action: 'candidate_stage_change', when: 'Candidate has changed stage' },
  { action: 'hire_candidate', when: 'Candidate has been hired' },
  { action: 'unhire_candidate', when: 'Candidate has been unhired' },
  { action: 'reject_candidate', when: 'Candidate or Prospect rejected' },
  { action: 'unreject_candidate', when: 'Candidate or Prospect unrejected' },
  { action: 'delete_application', when: 'Delete Application' },
  { action: 'update_candidate', when: 'Candidate or Prospect updated' },
  { action: 'delete_candidate', when: 'Delete Candidate' },
  { action: 'merge_candidate', when: 'Merged Candidate' },
  { action: 'candidate_anonymized', when: 'Candidate anonymized' },
  { action: 'job_created', when: 'Job Created' },
  { action: 'job_updated', when: 'Job Updated' },
  { action: 'job_approved', when: 'Job Approved' },
  { action: 'job_deleted', when: 'Job Deleted' },
  { action: 'job_post_created', when: 'Job Post Created' },
  { action: 'job_post_updated', when: 'Job Post Updated' },
  { action: 'job_post_deleted', when: 'Job Post Deleted' },
  { action: 'job_interview_stage_deleted', when: 'Job Interview Stage Deleted' },
  { action: 'offer_created', when: 'Offer Created' },
  { action: 'offer_approved', when: 'Offer Approved' },
  { action: 'offer_updated', when: 'Offer Updated' },
  { action: 'offer_deleted', when: 'Offer Deleted' },
  { action: 'interview_deleted', when: 'Interview Deleted' },
  { action: 'scorecard_deleted', when: 'Scorecard Deleted' },
  { action: 'department_deleted', when: 'Department Deleted' },
  { action: 'office_deleted', when: 'Office Deleted' },
];
