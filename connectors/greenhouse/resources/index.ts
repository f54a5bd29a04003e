import type { Resource } from '#libs/connector-kit';
import { applications, prospectDetails, rejectionDetails } from './applications.js';
import { attachments } from './attachments.js';
import { educations, employments } from './candidate-parts.js';
import { candidates } from './candidates.js';
import { departments } from './departments.js';
import { eeoc } from './eeoc.js';
import { interviewers, interviews } from './interviews.js';
import { jobPostings } from './job-postings.js';
import { jobStages } from './job-stages.js';
import { jobHiringManagers, jobOwners, jobs } from './jobs.js';
import { notes } from './notes.js';
import { offers } from './offers.js';
import { offices } from './offices.js';
import { prospectPoolStages, prospectPools } from './prospect-pools.js';
import { rejectReasons } from './reject-reasons.js';
import { scorecards } from './scorecards.js';
import { sources } from './sources.js';
import { tags } from './tags.js';
import { users } from './users.js';

/** In the order they are read: what others refer to comes first, parts after what they belong to. */
export const resources: readonly Resource[] = [
  users,
  departments,
  offices,
  sources,
  rejectReasons,
  tags,
  jobs,
  jobHiringManagers,
  jobOwners,
  jobStages,
  jobPostings,
  prospectPools,
  prospectPoolStages,
  candidates,
  educations,
  employments,
  applications,
  rejectionDetails,
  prospectDetails,
  attachments,
  notes,
  interviews,
  interviewers,
  scorecards,
  offers,
  eeoc,
];
