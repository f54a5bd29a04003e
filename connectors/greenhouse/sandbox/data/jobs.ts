import { STAGE_NAME } from '../company.js';
import { Draw } from './draw.js';
import { type Organisation, USERS, stamps, userId } from './organisation.js';
import { type Row, timeText } from './rows.js';

const DAY_MS = 86_400_000;
/** One job for so many candidates. */
const CANDIDATES_PER_JOB = 60;
const FEWEST = 8;
const MOST = 400;

export const STAGES = ['Application Review', 'Phone screen', STAGE_NAME, 'Face to face', 'Offer'];

const TITLES: [title: string, department: number][] = [
  ['Backend Engineer', 0],
  ['Customer Support Specialist', 4],
  ['Data Analyst', 1],
  ['Platform Engineer', 2],
  ['Account Executive', 6],
  ['Talent Partner', 5],
  ['Frontend Engineer', 0],
  ['Financial Controller', 7],
  ['Product Designer', 0],
  ['Customer Success Manager', 3],
  ['Machine Learning Engineer', 1],
  ['Night shift lead <Support>', 4],
];
const LEVELS = ['', 'Senior ', 'Staff ', 'Junior ', 'Lead '];

/** Everything about jobs; the first three are those of the recruiter's page. */
export interface Jobs {
  jobs: Row[];
  stages: Row[];
  posts: Row[];
  openings: Row[];
  owners: Row[];
  managers: Row[];
  interviews: Row[];
  kits: Row[];
}

export function jobCount(candidates: number): number {
  return Math.min(MOST, Math.max(FEWEST, Math.round(candidates / CANDIDATES_PER_JOB)));
}

export const jobId = (at: number) => 4_011_500_003 + at * 1000;
export const stageId = (job: number, at: number) => 4_023_114_003 + (job * STAGES.length + at) * 1000;
export const postId = (job: number) => 4_033_001_003 + job * 1000;
export const openingId = (job: number, at: number) => 4_044_000_003 + (job * 2 + at) * 1000;
export const jobInterviewId = (job: number, stage: number) => 4_090_003_003 + (job * STAGES.length + stage) * 1000;
export const kitId = (job: number, stage: number) => 4_091_001_003 + (job * STAGES.length + stage) * 1000;

/** The stage of the interview plan by its id: of which job, and where in it. */
export function stageAt(id: number): { job: number; at: number } {
  const rank = (id - stageId(0, 0)) / 1000;
  return { job: Math.floor(rank / STAGES.length), at: rank % STAGES.length };
}

export function makeJobs(now: number, count: number, organisation: Organisation): Jobs {
  const all: Jobs = {
    jobs: [],
    stages: [],
    posts: [],
    openings: [],
    owners: [],
    managers: [],
    interviews: [],
    kits: [],
  };
  for (let at = 0; at < count; at++) addJob(all, at, now, organisation);
  // A post without a job gathers prospects.
  all.posts.push({ ...post(count, 'General interest', now - 300 * DAY_MS), job_id: null });
  return all;
}

function addJob(all: Jobs, at: number, now: number, { departments, offices }: Organisation): void {
  const draw = new Draw(2, at);
  const [title, department] = TITLES[at % TITLES.length]!;
  const openedMs = now - (40 + draw.below(900)) * DAY_MS;
  const isOpen = at < FEWEST || draw.chance(0.7);
  const name = `${LEVELS[Math.floor(at / TITLES.length) % LEVELS.length]}${title}`;
  const requisition = `REQ-${77 + at}`;
  all.jobs.push({
    ...stamps(jobId(at), openedMs),
    updated_at: timeText(openedMs + 30 * DAY_MS),
    name,
    requisition_id: at % 9 === 8 ? null : requisition,
    notes: at % 3 === 0 ? '<p>Team of <b>6</b>. &nbsp;Two interviews at most.</p>' : null,
    confidential: at % 11 === 10,
    status: isOpen ? 'open' : draw.chance(0.1) ? 'draft' : 'closed',
    opened_at: timeText(openedMs + DAY_MS),
    closed_at: isOpen ? null : timeText(openedMs + 30 * DAY_MS),
    is_template: false,
    copied_from_id: null,
    department_id: departments[department]?.id ?? null,
    office_ids: [offices[at % offices.length]!.id],
    custom_fields: {
      employment_type: {
        name: 'Employment type',
        type: 'single_select',
        value: at % 5 === 4 ? 'Part-time' : 'Full-time',
      },
      salary_range: {
        name: 'Salary range',
        type: 'currency_range',
        value: at % 4 === 3 ? null : { unit: 'GBP', min_value: '45000.0', max_value: '80000.0' },
      },
    },
  });
  for (const [order, stage] of STAGES.entries()) addStage(all, { job: at, order, stage, openedMs });
  all.posts.push(post(at, name, openedMs));
  for (const sort_order of [0, 1]) all.openings.push(opening(at, sort_order, openedMs, requisition));
  for (const [order, type] of (['recruiter', 'coordinator', 'sourcer'] as const).entries()) {
    const id = 4_046_000_003 + (at * 3 + order) * 1000;
    const user_id = userId((at * 3 + order) % (USERS - 3));
    all.owners.push({ ...stamps(id, openedMs), job_id: jobId(at), user_id, type, responsible: type !== 'sourcer' });
  }
  const manager = { job_id: jobId(at), user_id: userId((at * 5 + 1) % (USERS - 3)) };
  all.managers.push({ ...stamps(4_047_000_003 + at * 1000, openedMs), ...manager });
}

interface StageOfJob {
  job: number;
  order: number;
  stage: string;
  openedMs: number;
}

function addStage(all: Jobs, { job, order, stage, openedMs }: StageOfJob): void {
  const job_interview_stage_id = stageId(job, order);
  const job_id = jobId(job);
  all.stages.push({
    ...stamps(job_interview_stage_id, openedMs),
    job_id,
    sort_order: order,
    name: stage,
    active: true,
  });
  all.interviews.push({
    ...stamps(jobInterviewId(job, order), openedMs),
    job_id,
    job_interview_stage_id,
    name: stage === STAGE_NAME ? 'Take-home test' : `${stage} interview`,
    schedulable: stage !== STAGE_NAME,
    estimated_minutes: 45,
  });
  all.kits.push({
    ...stamps(kitId(job, order), openedMs),
    job_interview_id: jobInterviewId(job, order),
    content: '<p>Look at the last two roles.</p>',
  });
}

function post(at: number, title: string, ms: number): Row {
  return {
    ...stamps(postId(at), ms + DAY_MS),
    title,
    internal: at % 6 === 5,
    active: at % 13 !== 12,
    live: at % 4 !== 3,
    featured: at % 10 === 0,
    first_published_at: at % 4 === 3 ? null : timeText(ms + 2 * DAY_MS),
    content: `<h2>About the role</h2><p>We look for a <strong>${title.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</strong>.</p><ul><li>You&#39;ll learn</li><li>You&rsquo;ll ship</li></ul>`,
    internal_content: at % 6 === 5 ? '<p>Ask Robin.</p>' : null,
    language: at % 5 === 4 ? 'de' : 'en',
    public_url: `https://boards.greenhouse.io/lumen/jobs/${postId(at)}`,
    demographic_question_set_id: null,
    job_id: jobId(at),
    job_board_id: 4_034_001_003,
    questions: questions(at),
  };
}

function questions(at: number) {
  const base = 4_050_001_003 + at * 10;
  const plain = { description: null, private: false, options: [] };
  return [
    { ...plain, id: base, answer_type: 'attachment', required: true, label: 'Resume', name: 'resume' },
    { ...plain, id: base + 1, answer_type: 'short_text', required: false, label: 'LinkedIn profile', name: null },
    {
      ...plain,
      id: base + 2,
      answer_type: 'multi_value_single_select',
      required: true,
      label: 'May you work here?',
      name: `question_${base + 2}`,
      options: [
        { id: base + 3, label: 'Yes' },
        { id: base + 4, label: 'No' },
      ],
    },
  ];
}

function opening(job: number, sort_order: number, ms: number, requisition: string): Row {
  return {
    ...stamps(openingId(job, sort_order), ms),
    job_id: jobId(job),
    opened_at: timeText(ms),
    closed_at: null,
    sort_order,
    opening_id: `${requisition}-${sort_order + 1}`,
    application_id: null,
    close_reason_id: null,
    target_start_on: null,
    // With one open a hire needs no opening named, with two it does.
    open: sort_order === 0 || job % 2 === 1,
    custom_fields: {},
  };
}
