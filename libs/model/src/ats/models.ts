import { hash as digestOf } from 'node:crypto';
import { toBase62 } from '../ids.js';

/**
 * The kinds of record an ATS has, by the name their collection has in the API. `one` names a single record (in events
 * and errors), `prefix` begins its id, and `refs` says which fields name other records: `jobRemoteId` of an application
 * is the ATS's id of a job, and the API shows our id of it as `jobId` beside it. A field ending in `RemoteIds` is a list.
 * `diesWith` are those of them without whose record this one cannot be: it is deleted with it.
 */
export const MODELS = {
  candidates: { one: 'candidate', prefix: 'cand_', refs: { recruiterRemoteId: 'users', coordinatorRemoteId: 'users' } },
  applications: {
    one: 'application',
    prefix: 'appl_',
    refs: {
      candidateRemoteId: 'candidates',
      jobRemoteId: 'jobs',
      prospectiveJobRemoteIds: 'jobs',
      jobPostingRemoteId: 'job-postings',
      stageRemoteId: 'job-stages',
      sourceRemoteId: 'sources',
      recruiterRemoteId: 'users',
      coordinatorRemoteId: 'users',
      prospectPoolRemoteId: 'prospect-pools',
      rejectReasonRemoteId: 'reject-reasons',
    },
    diesWith: ['candidateRemoteId'],
  },
  jobs: {
    one: 'job',
    prefix: 'job_',
    refs: { departmentRemoteIds: 'departments', officeRemoteIds: 'offices' },
  },
  'job-postings': { one: 'jobPosting', prefix: 'post_', refs: { jobRemoteId: 'jobs' }, diesWith: ['jobRemoteId'] },
  'job-stages': { one: 'jobStage', prefix: 'stge_', refs: { jobRemoteId: 'jobs' }, diesWith: ['jobRemoteId'] },
  departments: { one: 'department', prefix: 'dept_', refs: { parentRemoteId: 'departments' } },
  offices: { one: 'office', prefix: 'offc_', refs: { parentRemoteId: 'offices' } },
  users: { one: 'user', prefix: 'user_', refs: { departmentRemoteIds: 'departments', officeRemoteIds: 'offices' } },
  sources: { one: 'source', prefix: 'srce_', refs: {} },
  'prospect-pools': {
    one: 'prospectPool',
    prefix: 'pool_',
    refs: { jobRemoteIds: 'jobs', departmentRemoteIds: 'departments', officeRemoteIds: 'offices' },
  },
  'reject-reasons': { one: 'rejectReason', prefix: 'rjrs_', refs: {} },
  attachments: {
    one: 'attachment',
    prefix: 'atch_',
    refs: { candidateRemoteId: 'candidates', applicationRemoteId: 'applications', jobRemoteId: 'jobs' },
    diesWith: ['candidateRemoteId', 'jobRemoteId'],
  },
  notes: {
    one: 'note',
    prefix: 'note_',
    refs: { candidateRemoteId: 'candidates', applicationRemoteId: 'applications', authorRemoteId: 'users' },
    diesWith: ['candidateRemoteId'],
  },
  interviews: {
    one: 'interview',
    prefix: 'intv_',
    refs: {
      applicationRemoteId: 'applications',
      jobRemoteId: 'jobs',
      stageRemoteId: 'job-stages',
      organizerRemoteId: 'users',
      interviewerRemoteIds: 'users',
    },
    diesWith: ['applicationRemoteId'],
  },
  scorecards: {
    one: 'scorecard',
    prefix: 'scor_',
    refs: {
      applicationRemoteId: 'applications',
      candidateRemoteId: 'candidates',
      interviewRemoteId: 'interviews',
      authorRemoteId: 'users',
    },
    diesWith: ['applicationRemoteId', 'candidateRemoteId'],
  },
  offers: {
    one: 'offer',
    prefix: 'offr_',
    refs: {
      applicationRemoteId: 'applications',
      candidateRemoteId: 'candidates',
      jobRemoteId: 'jobs',
      creatorRemoteId: 'users',
    },
    diesWith: ['applicationRemoteId', 'candidateRemoteId'],
  },
  tags: { one: 'tag', prefix: 'tag_', refs: {} },
  eeoc: {
    one: 'eeocAnswer',
    prefix: 'eeoc_',
    refs: { candidateRemoteId: 'candidates', applicationRemoteId: 'applications' },
    diesWith: ['applicationRemoteId', 'candidateRemoteId'],
  },
} as const satisfies Record<string, ModelSpec>;

interface ModelSpec {
  one: string;
  prefix: string;
  refs: Readonly<Record<string, string>>;
  diesWith?: readonly string[];
}

export type ModelName = keyof typeof MODELS;
export const MODEL_NAMES = Object.keys(MODELS) as ModelName[];

/** Personal data of a special kind: off unless an integration asks for it, and never part of an event. */
export const SENSITIVE_MODELS: readonly ModelName[] = ['eeoc'];

const TAIL_LENGTH = 22;

/**
 * Our id of an ATS's record: the same for ever for the same integration, model and remote id, so that a reference is
 * known before its record was read, and a record that is deleted and read again is the same one. Unlike other ids it
 * says nothing about time.
 */
export function recordId(integrationId: string, model: ModelName, remoteId: string): string {
  const hash = digestOf('sha256', `${integrationId}\n${model}\n${remoteId}`, 'buffer');
  const number = (hash.readBigUInt64BE(0) << 64n) | hash.readBigUInt64BE(8);
  return MODELS[model].prefix + toBase62(number, TAIL_LENGTH);
}

/** Whether a string has the form of an id of a record of that model; says nothing about existence. */
export function isRecordId(model: ModelName, value: string): boolean {
  const { prefix } = MODELS[model];
  return value.startsWith(prefix) && /^[0-9A-Za-z]{22}$/.test(value.slice(prefix.length));
}
