import { CANDIDATES } from '../company.js';
import { Draw } from './draw.js';
import { STAGES, jobCount } from './jobs.js';
import { SPAN_MS } from './rows.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How far back the oldest candidate goes. */
const HISTORY_MS = 3 * 365 * DAY_MS;
const SETTLED_AFTER_MS = 60 * DAY_MS;
const DESK = CANDIDATES.length;
const DESK_STAGE = 2;
const DESK_JOBS = ['Backend Engineer', 'Customer Support Specialist', 'Data Analyst'];

export type Status = 'in_process' | 'rejected' | 'hired' | 'converted';

/** How one application went, from its rank alone; everything told of it agrees with this. */
export interface Course {
  rank: number;
  /** The rank of the candidate. */
  candidate: number;
  /** The n-th job; null for a prospect. */
  job: number | null;
  status: Status;
  /** The n-th stage of the job; null for a prospect. */
  stage: number | null;
  appliedMs: number;
  /** When each stage up to the present one was entered. */
  enteredMs: number[];
  /** When it was rejected or hired, or null. */
  endedMs: number | null;
  lastMs: number;
}

/** When everything happened, and what belongs to whom. Ranks count from the newest. */
export class Courses {
  readonly candidates: number;
  readonly applications: number;
  readonly jobs: number;
  private readonly gapMs: number;
  private readonly endMs: number;

  constructor(now: number, candidates: number) {
    this.candidates = Math.max(DESK, candidates);
    this.jobs = jobCount(this.candidates);
    const others = this.candidates - DESK;
    // Of two candidates the first has applied twice.
    this.applications = DESK + Math.floor(others / 2) * 3 + (others % 2) * 2;
    this.endMs = now - HOUR_MS;
    this.gapMs = HISTORY_MS / this.candidates;
  }

  /** When a candidate came. */
  since(candidate: number): number {
    return Math.floor(this.endMs - HOUR_MS - candidate * this.gapMs);
  }

  candidateOf(application: number): number {
    if (application < DESK) return application;
    const other = application - DESK;
    return DESK + Math.floor(other / 3) * 2 + (other % 3 === 2 ? 1 : 0);
  }

  /** Newest first. */
  applicationsOf(candidate: number): number[] {
    if (candidate < DESK) return [candidate];
    const other = candidate - DESK;
    const first = DESK + Math.floor(other / 2) * 3;
    return other % 2 === 0 ? [first, first + 1] : [first + 2];
  }

  course(rank: number): Course {
    const candidate = this.candidateOf(rank);
    const draw = new Draw(3, rank);
    const isSecond = rank >= DESK && (rank - DESK) % 3 === 0;
    const appliedMs = this.capped(this.since(candidate) + 1000 + (isSecond ? draw.below(20) * DAY_MS : 0));
    if (rank < DESK) return this.atDesk(rank, candidate, appliedMs);
    if (draw.chance(0.06)) return this.prospect({ rank, candidate, appliedMs, draw });
    const isSettled = this.endMs - appliedMs > SETTLED_AFTER_MS;
    const status = statusFor(draw.next(), isSettled);
    const stage = status === 'hired' ? STAGES.length - 1 : draw.below(isSettled ? STAGES.length : 3);
    const enteredMs = this.entered(appliedMs, stage, draw);
    const endedMs = status === 'in_process' ? null : this.capped(enteredMs.at(-1)! + (1 + draw.below(6)) * DAY_MS);
    return {
      ...{ rank, candidate, job: draw.below(this.jobs), status, stage, appliedMs, enteredMs, endedMs },
      lastMs: endedMs ?? enteredMs.at(-1)!,
    };
  }

  /** Of all that happened to a candidate, the last. */
  lastMs(candidate: number): number {
    return Math.max(...this.applicationsOf(candidate).map((rank) => this.course(rank).lastMs));
  }

  private atDesk(rank: number, candidate: number, appliedMs: number): Course {
    const { job } = CANDIDATES[DESK - 1 - rank]!;
    const enteredMs = [0, 1, 2].map((at) => this.capped(appliedMs + at * 10 * 60_000));
    return {
      ...{
        rank,
        candidate,
        job: DESK_JOBS.indexOf(job),
        status: 'in_process',
        stage: DESK_STAGE,
        appliedMs,
        enteredMs,
      },
      ...{ endedMs: null, lastMs: enteredMs[DESK_STAGE]! },
    };
  }

  private prospect({
    rank,
    candidate,
    appliedMs,
    draw,
  }: Pick<Course, 'rank' | 'candidate' | 'appliedMs'> & { draw: Draw }): Course {
    const status = draw.chance(0.2) ? 'converted' : 'in_process';
    return {
      ...{ rank, candidate, job: null, status, stage: null, appliedMs, enteredMs: [], endedMs: null },
      lastMs: this.capped(appliedMs + draw.below(10) * DAY_MS),
    };
  }

  private entered(appliedMs: number, stage: number, draw: Draw): number[] {
    const times = [appliedMs];
    for (let at = 1; at <= stage; at++) times.push(this.capped(times[at - 1]! + (1 + draw.below(8)) * DAY_MS));
    return times;
  }

  private capped(ms: number): number {
    return Math.min(ms, this.endMs);
  }
}

function statusFor(chance: number, isSettled: boolean): Status {
  if (!isSettled) return chance < 0.85 ? 'in_process' : 'rejected';
  if (chance < 0.05) return 'in_process';
  return chance < 0.9 ? 'rejected' : 'hired';
}

/** 20 days to apply again, 8 for each stage, 6 for the end: all within the span that filters count on. */
export const LONGEST_MS = (20 + 8 * STAGES.length + 6 + 10) * DAY_MS;
if (LONGEST_MS > SPAN_MS) throw new Error('an application may not go on for longer than filters look');
