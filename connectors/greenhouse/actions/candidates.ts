import { type Action, type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionInputs, ApplicationInput, CandidateInput, ProspectInput } from '#libs/model';
import { z } from 'zod';
import { UNSETTLED } from '../api/unsettled.js';
import { customFields, id } from '../resources/wire.js';
import { NO_ID, defined, idOf, maybeNumber, numberOf, outcome, readOne } from './calls.js';
import { CANDIDATE_CHOICES, CANDIDATE_FIELDS, CANDIDATE_PLACES, toCandidateBody } from './candidate-body.js';
import { mergeFields, toWrittenFields } from './custom-fields.js';

/** The part of an application that is the same wherever it is created. */
export function toApplicationBody(application: ApplicationInput, at = 'application'): Record<string, unknown> {
  return defined({
    job_id: maybeNumber(application.jobRemoteId, `${at}.jobRemoteId`),
    initial_stage_id: maybeNumber(application.stageRemoteId, `${at}.stageRemoteId`),
    source_id: maybeNumber(application.sourceRemoteId, `${at}.sourceRemoteId`),
    recruiter_id: maybeNumber(application.recruiterRemoteId, `${at}.recruiterRemoteId`),
    coordinator_id: maybeNumber(application.coordinatorRemoteId, `${at}.coordinatorRemoteId`),
    custom_fields: application.customFields && toWrittenFields(application.customFields),
  });
}

/** `{ candidate, application }` was seen; a bare row is taken as well. */
const Created = z.object({ candidate: z.unknown(), application: z.unknown() });

async function create({ send }: ActionContext, candidate: CandidateInput, application?: Record<string, unknown>) {
  const json = { ...toCandidateBody(candidate), ...(application && { application }) };
  const { body } = await send({ method: 'POST', path: 'candidates', json });
  const created = Created.safeParse(body).data;
  const candidateId = idOf(created?.candidate) ?? idOf(body);
  const applicationId = idOf(created?.application);
  const isUnnamed = candidateId === null || (application !== undefined && applicationId === null);
  return outcome(candidateId, { candidates: [candidateId], applications: [applicationId] }, isUnnamed ? [NO_ID] : []);
}

/** At most one application comes with a new candidate, and custom fields of it come afterwards. */
const APPLICATION_FIELDS = [
  'jobRemoteId',
  'stageRemoteId',
  'sourceRemoteId',
  'recruiterRemoteId',
  'coordinatorRemoteId',
];

export const APPLICATION_CHOICES = {
  'application.jobRemoteId': { model: 'jobs' },
  'application.stageRemoteId': { model: 'job-stages' },
  'application.sourceRemoteId': { model: 'sources' },
  'application.recruiterRemoteId': { model: 'users' },
  'application.coordinatorRemoteId': { model: 'users' },
} as const;

export const createCandidate: Action<'candidates.create'> = {
  permission: 'candidates.write',
  takes: [...CANDIDATE_FIELDS, ...APPLICATION_FIELDS.map((field) => `application.${field}`)],
  needs: ['candidate.firstName', 'candidate.lastName'],
  places: CANDIDATE_PLACES,
  choices: { ...CANDIDATE_CHOICES, ...APPLICATION_CHOICES },
  onBehalfOf: 'unused',
  effects: [
    'Greenhouse does not look for duplicates: sending this twice makes two candidates.',
    'With an application the candidate enters the first stage of the job, or the stage given.',
  ],
  run: (input, context) => {
    if (input.application && !input.application.jobRemoteId) {
      throw new ActionRefused(
        'An application is for a job; without one, create a prospect.',
        'application.jobRemoteId',
      );
    }
    return create(context, input.candidate, input.application && toApplicationBody(input.application));
  },
};

const Present = z.object({ id, custom_fields: customFields });

async function update(input: ActionInputs['candidates.update'], context: ActionContext) {
  const { candidateRemoteId, candidate } = input;
  numberOf(candidateRemoteId, 'candidateRemoteId');
  const json = toCandidateBody(candidate);
  if (Object.keys(json).length === 0) throw new ActionRefused('Nothing to change was given.', 'candidate');
  if (candidate.customFields && UNSETTLED.customFieldsReplace) {
    const present = await readOne(context, 'candidates', candidateRemoteId, Present);
    if (present === null) throw new ActionRefused('Greenhouse has no such candidate.', 'candidateRemoteId');
    json.custom_fields = mergeFields(present.custom_fields, candidate.customFields);
  }
  // The same values a second time change nothing.
  await context.send({ method: 'PATCH', path: `candidates/${candidateRemoteId}`, json, isRepeatable: true });
  return outcome(null, { candidates: [candidateRemoteId] });
}

export const updateCandidate: Action<'candidates.update'> = {
  permission: 'candidates.write',
  takes: ['candidateRemoteId', ...CANDIDATE_FIELDS],
  needs: ['candidateRemoteId'],
  places: CANDIDATE_PLACES,
  choices: { ...CANDIDATE_CHOICES, candidateRemoteId: { model: 'candidates' } },
  onBehalfOf: 'unused',
  effects: [
    'Only the fields given change.',
    'A list replaces the whole list in Greenhouse: e-mails, phones, addresses, websites, social links and tags that are not given are gone.',
    'Custom fields that are not given are read first and written again with the others.',
  ],
  run: update,
};

/** A prospect is a candidate whose application has a pool, or jobs in view, in place of a job. */
function toProspectBody(prospect: ProspectInput): Record<string, unknown> {
  if (prospect.prospectPoolStageRemoteId && !prospect.prospectPoolRemoteId) {
    throw new ActionRefused('A stage of a pool needs the pool.', 'prospect.prospectPoolRemoteId');
  }
  return defined({
    prospect: true,
    job_ids: prospect.jobRemoteIds?.map((job, index) => numberOf(job, `prospect.jobRemoteIds.${index}`)),
    prospect_pool_id: maybeNumber(prospect.prospectPoolRemoteId, 'prospect.prospectPoolRemoteId'),
    prospect_pool_stage_id: maybeNumber(prospect.prospectPoolStageRemoteId, 'prospect.prospectPoolStageRemoteId'),
    prospect_owner_id: maybeNumber(prospect.ownerRemoteId, 'prospect.ownerRemoteId'),
  });
}

export const createProspect: Action<'prospects.create'> = {
  permission: 'candidates.write',
  takes: [
    ...CANDIDATE_FIELDS,
    'prospect.jobRemoteIds',
    'prospect.prospectPoolRemoteId',
    'prospect.prospectPoolStageRemoteId',
    'prospect.ownerRemoteId',
  ],
  needs: ['candidate.firstName', 'candidate.lastName'],
  places: CANDIDATE_PLACES,
  choices: {
    ...CANDIDATE_CHOICES,
    'prospect.jobRemoteIds': { model: 'jobs' },
    'prospect.prospectPoolRemoteId': { model: 'prospect-pools' },
    'prospect.ownerRemoteId': { model: 'users' },
  },
  onBehalfOf: 'unused',
  effects: ['Greenhouse does not look for duplicates: sending this twice makes two candidates.'],
  run: (input, context) => create(context, input.candidate, toProspectBody(input.prospect)),
};
