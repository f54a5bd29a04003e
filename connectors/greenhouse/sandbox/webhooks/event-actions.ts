/** What a webhook can be about: one of these each. A ping is not among them. */
export const EVENT_ACTIONS = [
  'new_candidate_application',
  'delete_application',
  'application_updated',
  'offer_created',
  'offer_approved',
  'offer_updated',
  'offer_deleted',
  'new_prospect_application',
  'delete_candidate',
  'hire_candidate',
  'merge_candidate',
  'candidate_stage_change',
  'unhire_candidate',
  'reject_candidate',
  'unreject_candidate',
  'update_candidate',
  'candidate_anonymized',
  'interview_deleted',
  'scorecard_deleted',
  'job_created',
  'job_deleted',
  'job_updated',
  'job_approved',
  'job_post_created',
  'job_post_updated',
  'job_post_deleted',
  'job_interview_stage_deleted',
  'department_deleted',
  'office_deleted',
] as const;

export type EventAction = (typeof EVENT_ACTIONS)[number];

/** As the Dev Center names them ("When"); pings carry this, not the action. */
export const EVENT_LABELS: Readonly<Partial<Record<EventAction, string>>> = {
  new_candidate_application: 'Candidate has submitted application',
  new_prospect_application: 'Prospect created',
  candidate_stage_change: 'Candidate has changed stage',
  hire_candidate: 'Candidate has been hired',
  reject_candidate: 'Candidate or Prospect rejected',
  unreject_candidate: 'Candidate or Prospect unrejected',
  update_candidate: 'Candidate or Prospect updated',
};
