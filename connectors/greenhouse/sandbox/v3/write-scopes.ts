const VERBS: Readonly<Record<string, readonly string[]>> = {
  candidates: ['create', 'update', 'destroy', 'merge', 'anonymize'],
  applications: ['create', 'update', 'destroy', 'move', 'reject', 'unreject', 'hire', 'convert_to_candidate'],
  rejection_details: ['update'],
  notes: ['create'],
  attachments: ['create'],
  candidate_educations: ['create', 'destroy'],
  candidate_employments: ['create', 'destroy'],
  candidate_tags: ['create', 'destroy'],
  applied_candidate_tags: ['create', 'destroy'],
  jobs: ['create', 'update'],
  job_posts: ['update'],
  departments: ['create', 'update'],
  users: ['update'],
  webhooks: ['create', 'update', 'destroy'],
};

/** The scopes of what writes: one for each verb. */
export const WRITE_SCOPES: readonly string[] = Object.entries(VERBS).flatMap(([resource, verbs]) =>
  verbs.map((verb) => `harvest:${resource}:${verb}`),
);
