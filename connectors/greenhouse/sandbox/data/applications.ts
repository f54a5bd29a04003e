import { CANDIDATES, FIRST_APPLICATION_ID } from '../company.js';
import type { Course, Courses } from './course.js';
import { Draw } from './draw.js';
import { STAGES, jobId, postId, stageId } from './jobs.js';
import { REASON_COUNT, SOURCE_COUNT, optionName, poolId, poolStageId, reasonId, sourceId } from './lists.js';
import type { Names } from './names.js';
import { USERS, userId } from './organisation.js';
import type { peopleIds } from './people.js';
import { type Invented, type Row, ids, ranks, timeText } from './rows.js';

const DESK = CANDIDATES.length;
const DESK_STEP = 2003;
const STEP = 97;
const DAY_MS = 86_400_000;
export const ACTIVE_USERS = USERS - 3;

type Ids = Pick<Invented, 'size' | 'idAt' | 'rankOf'>;

/** Like the candidates' ids: those of the page on top. */
export function applicationIds(size: number): Ids {
  const crowd = ids(FIRST_APPLICATION_ID - STEP, STEP, size - DESK);
  const desk = ids(FIRST_APPLICATION_ID + (DESK - 1) * DESK_STEP, DESK_STEP, DESK);
  return {
    size,
    idAt: (rank) => (rank < DESK ? desk.idAt(rank) : crowd.idAt(rank - DESK)),
    rankOf: (id) => {
      if (id >= FIRST_APPLICATION_ID) return desk.rankOf(id);
      const rank = crowd.rankOf(id);
      return rank === null ? null : rank + DESK;
    },
  };
}

/** What the rows about applications are made from. */
export interface Pipeline {
  courses: Courses;
  people: ReturnType<typeof peopleIds>;
  applications: Ids;
  names: Names;
}

/** Applications, their history, and how they ended. */
export function makeApplications(pipeline: Pipeline) {
  const { courses, people, applications } = pipeline;
  return {
    applications: {
      ...applications,
      since: (rank: number) => courses.since(courses.candidateOf(rank)),
      row: (rank: number) => applicationRow(courses.course(rank), pipeline),
      of: {
        candidate_ids: (value: string) => {
          const candidate = people.rankOf(Number(value));
          return candidate === null ? [] : courses.applicationsOf(candidate);
        },
        stage_ids: (value: string) => {
          const rank = historyIds(applications.size).rankOf(Number(value));
          return rank === null ? [] : [Math.floor(rank / STAGES.length)];
        },
      },
    },
    application_stages: perApplication(pipeline, { first: HISTORY_FIRST, each: STAGES.length, row: historyRow }),
    rejection_details: perApplication(pipeline, { first: 4_561_001_003, each: 1, row: rejectionRow }),
    prospect_details: perApplication(pipeline, { first: 4_662_001_003, each: 1, row: prospectRow }),
  } satisfies Record<string, Invented>;
}

const HISTORY_FIRST = 4_120_001_003;

function historyIds(applications: number): Ids {
  return ids(HISTORY_FIRST, 7, applications * STAGES.length);
}

/** One of the rows that belong to an application. */
export interface OfApplication {
  course: Course;
  /** Which of the application's, from 0, oldest last. */
  slot: number;
  base: { id: number; created_at: string; updated_at: string; application_id: number };
  candidateId: number;
  draw: Draw;
}

interface PerApplication {
  first: number;
  each: number;
  row(of: OfApplication, pipeline: Pipeline): Row | null;
}

/** Rows of which every application has at most `each`. */
export function perApplication(pipeline: Pipeline, { first, each, row }: PerApplication): Invented {
  const { courses, people, applications } = pipeline;
  const own = ids(first, 7, applications.size * each);
  const ofApplication = (application: number | null) => (application === null ? [] : ranks(application * each, each));
  return {
    ...own,
    since: (rank) => courses.since(courses.candidateOf(Math.floor(rank / each))),
    row: (rank) => {
      const application = Math.floor(rank / each);
      const course = courses.course(application);
      const at = timeText(course.lastMs);
      const base = {
        id: own.idAt(rank),
        created_at: at,
        updated_at: at,
        application_id: applications.idAt(application),
      };
      const candidateId = people.idAt(course.candidate);
      return row({ course, slot: rank % each, base, candidateId, draw: new Draw(first, rank) }, pipeline);
    },
    of: {
      application_ids: (value) => ofApplication(applications.rankOf(Number(value))),
      candidate_ids: (value) => {
        const candidate = people.rankOf(Number(value));
        return candidate === null ? [] : courses.applicationsOf(candidate).flatMap(ofApplication);
      },
    },
  };
}

function applicationRow(course: Course, { people, applications, names }: Pipeline): Row {
  const { rank, job, stage, status } = course;
  const draw = new Draw(8, rank);
  const last = timeText(course.lastMs);
  const recruiter = job === null ? null : userId((job * 3) % ACTIVE_USERS);
  return {
    id: applications.idAt(rank),
    created_at: timeText(course.appliedMs),
    updated_at: last,
    agency_note_id: null,
    candidate_id: people.idAt(course.candidate),
    coordinator_id: null,
    job_id: job === null ? null : jobId(job),
    job_post_id: job !== null && draw.chance(0.8) ? postId(job) : null,
    recruiter_id: recruiter,
    referrer_id: null,
    source_id: draw.chance(0.95) ? sourceId(draw.below(SOURCE_COUNT)) : null,
    stage_id: stage === null ? null : historyIds(applications.size).idAt(historyRank(rank, stage)),
    // A hired application has left its last stage.
    job_interview_stage_id: job === null || stage === null || status === 'hired' ? null : stageId(job, stage),
    stage_name: stage === null || status === 'hired' ? null : STAGES[stage],
    status,
    needs_decision: status === 'in_process' && draw.chance(0.1),
    prospect: job === null,
    rejected_at: status === 'rejected' && course.endedMs !== null ? timeText(course.endedMs) : null,
    last_activity_at: last,
    location_address: draw.chance(0.5) ? draw.pick(names.cities) : null,
    answers: draw.chance(0.3)
      ? [{ question: 'How did you hear about us?', answer: draw.pick(['A friend', 'Yes', '']) }]
      : [],
    prospective_job_ids: job === null ? [jobId(draw.below(6))] : [],
    custom_fields: {
      notice_period: {
        name: 'Notice period',
        type: 'single_select',
        value: draw.chance(0.6) ? optionName('notice_period', draw.below(3)) : null,
      },
      assessment_score: { name: 'Assessment score', type: 'number', value: null },
    },
  };
}

/** The newest stage has the lowest rank. */
function historyRank(application: number, stage: number): number {
  return application * STAGES.length + (STAGES.length - 1 - stage);
}

function historyRow({ course, slot, base }: OfApplication): Row | null {
  const stage = STAGES.length - 1 - slot;
  const entered = course.enteredMs[stage];
  if (entered === undefined || course.job === null) return null;
  const exited = course.enteredMs[stage + 1] ?? course.endedMs;
  return {
    ...base,
    created_at: timeText(entered),
    updated_at: timeText(exited ?? entered),
    job_interview_stage_id: stageId(course.job, stage),
    entered_at: timeText(entered),
    exited_at: exited === null ? null : timeText(exited),
    days_in_stage: Math.floor(((exited ?? course.lastMs) - entered) / DAY_MS),
    current: stage === course.stage,
  };
}

function rejectionRow({ course, base, draw }: OfApplication): Row | null {
  if (course.status !== 'rejected') return null;
  return {
    ...base,
    rejected_by_id: userId(draw.below(ACTIVE_USERS)),
    rejection_note_id: null,
    rejection_reason_id: reasonId(draw.below(REASON_COUNT)),
    rejected_at: base.created_at,
    question_custom_fields: {
      would_reconsider: {
        name: 'Would reconsider',
        type: 'boolean',
        value: draw.chance(0.5) ? draw.chance(0.5) : null,
      },
    },
  };
}

function prospectRow({ course, base, draw }: OfApplication): Row | null {
  if (course.job !== null) return null;
  const pool = draw.below(2);
  return {
    ...base,
    pool_id: poolId(pool),
    pool_stage_id: poolStageId(pool, draw.below(3)),
    prospect_owner_id: userId(draw.below(ACTIVE_USERS)),
    department_id: null,
    office_id: null,
  };
}
