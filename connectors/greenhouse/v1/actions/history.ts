import type { ActionContext } from '#libs/connector-kit';
import type { ActionInputs } from '#libs/model';
import { z } from 'zod';
import { NO_ID, defined, idOf, numberOf, outcome } from '../../actions/calls.js';
import { wholeDate } from '../../actions/history.js';
import { optionFor } from '../../actions/options.js';
import { ref } from '../../resources/wire.js';
import { define } from './calls.js';

/** Educations and employments, which stand within the candidate: made and removed, never changed. */

type List = 'educations' | 'employments';

async function create({ send }: ActionContext, candidateId: string, list: List, json: Record<string, unknown>) {
  numberOf(candidateId, 'candidateRemoteId');
  const { body } = await send({ method: 'POST', path: `candidates/${candidateId}/${list}`, json: defined(json) });
  const made = idOf(body);
  return outcome(made, { candidates: [candidateId] }, made === null ? [NO_ID] : []);
}

const Parts = z.array(z.object({ id: ref }).nullish()).nullish();
const Candidate = z.object({ educations: Parts, employments: Parts });

/** Removing what is not there any more is done already. */
async function remove({ send }: ActionContext, candidateId: string, list: List, part: { id: string; path: string }) {
  numberOf(candidateId, 'candidateRemoteId');
  numberOf(part.id, part.path);
  const { body } = await send({ method: 'GET', path: `candidates/${candidateId}` });
  const parts = Candidate.safeParse(body).data?.[list];
  if (parts && !parts.some((one) => one?.id === part.id)) {
    return outcome(null, {}, ['The candidate does not have it; nothing was sent.']);
  }
  await send({ method: 'DELETE', path: `candidates/${candidateId}/${list}/${part.id}` });
  return outcome(null, { candidates: [candidateId] });
}

/** Schools, degrees and disciplines are lists of the organization; they are given by name, or by id. */
const listed = (path: string) => ({ path, query: {} });

/** Dates are written as times. */
function timeOf(date: string | undefined, path: string): string | undefined {
  const day = wholeDate(date, path);
  return day === undefined ? undefined : `${day}T00:00:00.000Z`;
}

async function educationBody(input: ActionInputs['educations.create'], context: ActionContext) {
  const dates = { start_date: timeOf(input.startDate, 'startDate'), end_date: timeOf(input.endDate, 'endDate') };
  return {
    school_id: await optionFor(context, listed('schools'), input.institution, 'institution'),
    degree_id: await optionFor(context, listed('degrees'), input.degree, 'degree'),
    discipline_id: await optionFor(context, listed('disciplines'), input.field, 'field'),
    ...dates,
  };
}

export const createEducation = define<'educations.create'>({
  permission: 'educations.write',
  takes: ['candidateRemoteId', 'institution', 'degree', 'field', 'startDate', 'endDate'],
  needs: ['candidateRemoteId'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  effects: [
    'School, degree and discipline must be among those the organization has.',
    'Sending this twice makes two entries.',
  ],
  run: async (input, context) =>
    create(context, input.candidateRemoteId, 'educations', await educationBody(input, context)),
});

export const removeEducation = define<'educations.remove'>({
  permission: 'educations.write',
  takes: ['candidateRemoteId', 'educationRemoteId'],
  needs: ['candidateRemoteId', 'educationRemoteId'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  effects: [],
  run: ({ candidateRemoteId, educationRemoteId }, context) =>
    remove(context, candidateRemoteId, 'educations', { id: educationRemoteId, path: 'educationRemoteId' }),
});

export const createEmployment = define<'employments.create'>({
  permission: 'employments.write',
  takes: ['candidateRemoteId', 'company', 'title', 'startDate', 'endDate'],
  needs: ['candidateRemoteId', 'company', 'title', 'startDate'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  effects: ['Sending this twice makes two entries.'],
  run: (input, context) =>
    create(context, input.candidateRemoteId, 'employments', {
      company_name: input.company,
      title: input.title,
      start_date: timeOf(input.startDate, 'startDate'),
      end_date: timeOf(input.endDate, 'endDate'),
    }),
});

export const removeEmployment = define<'employments.remove'>({
  permission: 'employments.write',
  takes: ['candidateRemoteId', 'employmentRemoteId'],
  needs: ['candidateRemoteId', 'employmentRemoteId'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  effects: [],
  run: ({ candidateRemoteId, employmentRemoteId }, context) =>
    remove(context, candidateRemoteId, 'employments', { id: employmentRemoteId, path: 'employmentRemoteId' }),
});
