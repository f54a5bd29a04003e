import { makeActivity } from './activity.js';
import { applicationIds, makeApplications } from './applications.js';
import { Courses } from './course.js';
import { makeJobs } from './jobs.js';
import { makeLists } from './lists.js';
import { makeNames } from './names.js';
import { makeOrganisation } from './organisation.js';
import { makePeople, peopleIds } from './people.js';
import { type Invented, fixed } from './rows.js';

/** Every resource of the company as it was invented, by the name its list has in the API. */
export type Company = Readonly<Record<ResourceName, Invented>>;

export type ResourceName =
  | keyof ReturnType<typeof makePeople>
  | keyof ReturnType<typeof makeApplications>
  | keyof ReturnType<typeof makeActivity>
  | keyof ReturnType<typeof makeShortLists>;

/** The company as it was at `now`, with so many candidates. The same for the same two. */
export function makeCompany(now: string, candidates: number): Company {
  const ms = Date.parse(now);
  const names = makeNames();
  const courses = new Courses(ms, candidates);
  const people = peopleIds(courses.candidates);
  const pipeline = { courses, people, applications: applicationIds(courses.applications), names };
  return {
    ...makePeople(courses, names),
    ...makeApplications(pipeline),
    ...makeActivity(pipeline),
    ...makeShortLists(ms, courses.jobs, names),
  };
}

function makeShortLists(ms: number, jobCount: number, names: ReturnType<typeof makeNames>) {
  const organisation = makeOrganisation(ms, names);
  const jobs = makeJobs(ms, jobCount, organisation);
  const lists = makeLists(ms, organisation.users);
  return {
    departments: fixed(organisation.departments),
    offices: fixed(organisation.offices),
    users: fixed(organisation.users),
    jobs: fixed(jobs.jobs),
    job_interview_stages: fixed(jobs.stages),
    job_posts: fixed(jobs.posts),
    openings: fixed(jobs.openings),
    job_owners: fixed(jobs.owners),
    job_hiring_managers: fixed(jobs.managers),
    job_interviews: fixed(jobs.interviews),
    interview_kits: fixed(jobs.kits),
    sources: fixed(lists.sources),
    referrers: fixed(lists.referrers),
    rejection_reasons: fixed([...lists.reasons, ...lists.defaultReasons]),
    prospect_pools: fixed(lists.pools),
    prospect_pool_stages: fixed(lists.poolStages),
    candidate_tags: fixed(lists.tags),
    custom_fields: fixed(lists.customFields),
    custom_field_options: fixed(lists.options),
    email_templates: fixed(lists.emailTemplates),
    close_reasons: fixed(lists.closeReasons),
    // Nobody has made one yet.
    webhooks: fixed([]),
  };
}
