import type { ModelName } from '#libs/model';

/** DELTA asks for what changed; INITIAL and FULL read whole lists and compare; AD_HOC is for a choice of models. */
export const RUN_MODES = ['INITIAL', 'DELTA', 'FULL', 'AD_HOC'] as const;
export type RunMode = (typeof RUN_MODES)[number];

/** PARTIAL: over, and some resources could not be read. */
export const RUN_STATUSES = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/**
 * Of one resource in one run. COMPARING: all pages are read, what is no longer there is being found. NOT_ASKED_FOR: the
 * connection never asked for the permission, so nobody tries.
 */
export const RESOURCE_STATES = [
  'WAITING',
  'READING',
  'COMPARING',
  'DONE',
  'NOT_ASKED_FOR',
  'NOT_PERMITTED',
  'FAILED',
] as const;
export type ResourceState = (typeof RESOURCE_STATES)[number];

export interface Counts {
  seen: number;
  new: number;
  modified: number;
  deleted: number;
  unchanged: number;
  unreadable: number;
}

/** How far a run is with one resource; kept as JSON in its row. */
export interface ResourceProgress {
  /** The model, or the name of a part. */
  key: string;
  model: ModelName;
  state: ResourceState;
  /** Whether it had never been read completely before. */
  isFirst: boolean;
  /** The moment from which changes are asked for; null: the whole list. */
  since: string | null;
  /** By the database's clock. */
  startedAt: string | null;
  /** How often the list was begun again because its cursor had expired. */
  restarts: number;
  /** Ids noted to compare by; after a crash of PostgreSQL there are fewer. */
  noted: number;
  /** Some row could not even be named: then nothing can be said to be missing. */
  hasNameless: boolean;
  counts: Counts;
  error: string | null;
}

export const NO_COUNTS: Readonly<Counts> = { seen: 0, new: 0, modified: 0, deleted: 0, unchanged: 0, unreadable: 0 };

/** A run as a worker has it. */
export interface RunRow {
  id: string;
  accountId: string;
  integrationId: string;
  jobId: string;
  mode: RunMode;
  isWhole: boolean;
  models: ModelName[] | null;
  acceptsDeletions: boolean;
  status: RunStatus;
  resources: ResourceProgress[];
  current: string | null;
  cursor: unknown;
  error: string | null;
  errorDetail: string | null;
  tries: number;
  emitted: number;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  consumedAt: Date | null;
  eventsFrom: Date | null;
  eventsTo: Date | null;
}

/** In `asked`, when somebody has said that what is missing is gone. */
export const ACCEPTED = '!';

/** The columns of `sync_runs r` as {@link RunRow} names them. */
export const RUN_COLUMNS = `r.id, r.account_id AS "accountId", r.integration_id AS "integrationId", r.job_id AS "jobId", r.mode,
  r.is_whole AS "isWhole", r.models, position('${ACCEPTED}' IN r.asked) > 0 AS "acceptsDeletions", r.status, r.resources, r.current, r.cursor, r.error, r.error_detail AS "errorDetail",
  r.tries, r.emitted, r.created_at AS "createdAt", r.started_at AS "startedAt", r.finished_at AS "finishedAt",
  r.consumed_at AS "consumedAt", r.events_from AS "eventsFrom", r.events_to AS "eventsTo"`;

/** All counts of a run together. */
export function totalOf(resources: readonly ResourceProgress[]): Counts {
  const total: Counts = { ...NO_COUNTS };
  for (const { counts } of resources) {
    for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += counts[name];
  }
  return total;
}
