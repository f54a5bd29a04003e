import type { Resource } from '#libs/connector-kit';
import { applications } from './applications.js';
import { attachments } from './attachments.js';
import { candidates } from './candidates.js';
import { eeoc } from './eeoc.js';
import { interviews, offers, scorecards } from './evaluation.js';
import { jobPostings, jobStages, jobs } from './jobs.js';
import { departments, offices, users } from './organisation.js';
import { prospectPools, rejectReasons, sources, tags } from './short-lists.js';

/** Notes are missing: v1 has them per candidate only, each at an address of its own. */
export const resources: readonly Resource[] = [
  users,
  departments,
  offices,
  sources,
  rejectReasons,
  tags,
  jobs,
  jobStages,
  jobPostings,
  prospectPools,
  candidates,
  applications,
  attachments,
  interviews,
  scorecards,
  offers,
  eeoc,
];
