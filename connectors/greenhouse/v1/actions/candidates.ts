import { type ActionContext, ActionRefused, type RowPlace } from '#libs/connector-kit';
import type { ActionInputs, ApplicationInput, CandidateInput, ProspectInput } from '#libs/model';
import { z } from 'zod';
import { NO_ID, defined, idOf, maybeNumber, numberOf, outcome } from '../../actions/calls.js';
import { CANDIDATE_CHOICES, CANDIDATE_FIELDS, toCandidateBody } from '../../actions/candidate-body.js';
import { APPLICATION_CHOICES } from '../../actions/candidates.js';
import { id } from '../../resources/wire.js';
import { define } from './calls.js';
import { toWrittenFields } from './custom-fields.js';

/** As in v3, without the preferred name, and with a recruiter and a coordinator of the person. */
const FIELDS = [
  ...CANDIDATE_FIELDS.filter((field) => field !== 'candidate.preferredName'),
  'candidate.recruiterRemoteId',
  'candidate.coordinatorRemoteId',
];
const CHOICES = {
  ...CANDIDATE_CHOICES,
  'candidate.recruiterRemoteId': { model: 'users' },
  'candidate.coordinatorRemoteId': { model: 'users' },
} as const;

/** The keys of `custom_fields` may differ from the lasting ones, which writing wants. */
const PLACES: readonly RowPlace[] = [
  { model: 'candidates', at: "$.keyed_custom_fields['{key}'].value", input: 'candidate.customFields' },
];

const DUPLICATES = 'Greenhouse does not look for duplicates: sending this twice makes two candidates.';

function toBody({ customFields, ...candidate }: CandidateInput): Record<string, unknown> {
  return {
    ...toCandidateBody(candidate),
    ...defined({
      recruiter: toUser(candidate.recruiterRemoteId, 'candidate.recruiterRemoteId'),
      coordinator: toUser(candidate.coordinatorRemoteId, 'candidate.coordinatorRemoteId'),
      custom_fields: customFields && toWrittenFields(customFields),
    }),
  };
}

function toUser(remoteId: string | null | undefined, path: string): { id: number } | undefined {
  const user = maybeNumber(remoteId, path);
  return user === undefined ? undefined : { id: user };
}

export function toApplicationBody(application: ApplicationInput): Record<string, unknown> {
  const at = 'application';
  const job = maybeNumber(application.jobRemoteId, `${at}.jobRemoteId`);
  if (job === undefined) {
    throw new ActionRefused('An application is for a job; without one, create a prospect.', `${at}.jobRemoteId`);
  }
  return defined({
    job_id: job,
    initial_stage_id: maybeNumber(application.stageRemoteId, `${at}.stageRemoteId`),
    source_id: maybeNumber(application.sourceRemoteId, `${at}.sourceRemoteId`),
    recruiter_id: maybeNumber(application.recruiterRemoteId, `${at}.recruiterRemoteId`),
    coordinator_id: maybeNumber(application.coordinatorRemoteId, `${at}.coordinatorRemoteId`),
  });
}

export const APPLICATION_FIELDS = [
  'application.jobRemoteId',
  'application.stageRemoteId',
  'application.sourceRemoteId',
  'application.recruiterRemoteId',
  'application.coordinatorRemoteId',
];

/** An answer may come before the record is whole: it has ids then, and nothing else. */
const Created = z.object({ id, application_ids: z.array(id).nullish() });

async function create({ send }: ActionContext, path: string, json: Record<string, unknown>) {
  const { body } = await send({ method: 'POST', path, json });
  const { data } = Created.safeParse(body);
  return { candidate: data?.id ?? null, applications: data?.application_ids ?? [] };
}

export const createCandidate = define<'candidates.create'>({
  permission: 'candidates.write',
  takes: [...FIELDS, ...APPLICATION_FIELDS],
  needs: ['candidate.firstName', 'candidate.lastName', 'application.jobRemoteId'],
  places: PLACES,
  choices: { ...CHOICES, ...APPLICATION_CHOICES },
  effects: [DUPLICATES, 'The candidate enters the first stage of the job, or the stage given.'],
  run: async ({ candidate, application = {} }, context) => {
    const json = { ...toBody(candidate), applications: [toApplicationBody(application)] };
    const made = await create(context, 'candidates', json);
    const changed = { candidates: [made.candidate], applications: made.applications };
    return outcome(made.candidate, changed, made.candidate === null ? [NO_ID] : []);
  },
});

async function update({ candidateRemoteId, candidate }: ActionInputs['candidates.update'], { send }: ActionContext) {
  numberOf(candidateRemoteId, 'candidateRemoteId');
  const json = toBody(candidate);
  if (Object.keys(json).length === 0) throw new ActionRefused('Nothing to change was given.', 'candidate');
  // The same values a second time change nothing.
  await send({ method: 'PATCH', path: `candidates/${candidateRemoteId}`, json, isRepeatable: true });
  return outcome(null, { candidates: [candidateRemoteId] });
}

export const updateCandidate = define<'candidates.update'>({
  permission: 'candidates.write',
  takes: ['candidateRemoteId', ...FIELDS],
  needs: ['candidateRemoteId'],
  places: PLACES,
  choices: { ...CHOICES, candidateRemoteId: { model: 'candidates' } },
  effects: [
    'Only the fields given change.',
    'A list replaces the whole list in Greenhouse: e-mails, phones, addresses, websites, social links and tags that are not given are gone.',
    'Custom fields that are not given stay as they are.',
  ],
  run: update,
});

const LOST_POOL = 'The prospect was made, and could not be put into the pool; do it in Greenhouse.';

/** New prospects take jobs and a source; the pool is set on the application that comes of it. */
async function createProspectIn(context: ActionContext, candidate: CandidateInput, prospect: ProspectInput) {
  const pool = poolOf(prospect);
  const application = defined({
    job_ids: prospect.jobRemoteIds?.map((job, index) => numberOf(job, `prospect.jobRemoteIds.${index}`)),
    source_id: maybeNumber(prospect.sourceRemoteId, 'prospect.sourceRemoteId'),
  });
  const made = await create(context, 'prospects', { ...toBody(candidate), application });
  const isInPool = pool === null || (await putIntoPool(context, made.applications[0], pool));
  const warnings = [...(made.candidate === null ? [NO_ID] : []), ...(isInPool ? [] : [LOST_POOL])];
  return outcome(made.candidate, { candidates: [made.candidate], applications: made.applications }, warnings);
}

function poolOf(prospect: ProspectInput) {
  const pool = maybeNumber(prospect.prospectPoolRemoteId, 'prospect.prospectPoolRemoteId');
  const stage = maybeNumber(prospect.prospectPoolStageRemoteId, 'prospect.prospectPoolStageRemoteId');
  if (pool !== undefined) return defined({ prospect_pool_id: pool, prospect_stage_id: stage });
  if (stage === undefined) return null;
  throw new ActionRefused('A stage of a pool needs the pool.', 'prospect.prospectPoolRemoteId');
}

/** A failure is told as a warning: the person is there, and a second try would make another one. */
async function putIntoPool({ send }: ActionContext, application: string | undefined, json: object): Promise<boolean> {
  if (application === undefined) return false;
  try {
    await send({ method: 'PATCH', path: `applications/${application}`, json, isRepeatable: true });
    return true;
  } catch {
    return false;
  }
}

export const createProspect = define<'prospects.create'>({
  permission: 'candidates.write',
  takes: [
    ...FIELDS,
    'prospect.jobRemoteIds',
    'prospect.sourceRemoteId',
    'prospect.prospectPoolRemoteId',
    'prospect.prospectPoolStageRemoteId',
  ],
  needs: ['candidate.firstName', 'candidate.lastName'],
  places: PLACES,
  choices: {
    ...CHOICES,
    'prospect.jobRemoteIds': { model: 'jobs' },
    'prospect.sourceRemoteId': { model: 'sources' },
    'prospect.prospectPoolRemoteId': { model: 'prospect-pools' },
  },
  effects: [DUPLICATES, 'A pool is set in a second step, on the application that comes of the first.'],
  run: ({ candidate, prospect }, context) => createProspectIn(context, candidate, prospect),
});

export const createApplication = define<'applications.create'>({
  permission: 'applications.write',
  takes: ['candidateRemoteId', ...APPLICATION_FIELDS],
  needs: ['candidateRemoteId', 'application.jobRemoteId'],
  choices: { ...APPLICATION_CHOICES, candidateRemoteId: { model: 'candidates' } },
  effects: [
    'The candidate enters the first stage of the job, or the stage given.',
    'Sending this twice may make two applications.',
  ],
  run: async ({ candidateRemoteId, application }, { send }) => {
    numberOf(candidateRemoteId, 'candidateRemoteId');
    const json = toApplicationBody(application);
    const path = `candidates/${candidateRemoteId}/applications`;
    const made = idOf((await send({ method: 'POST', path, json })).body);
    const warnings = made === null ? [NO_ID] : [];
    return outcome(made, { applications: [made], candidates: [candidateRemoteId] }, warnings);
  },
});
