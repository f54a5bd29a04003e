import { type Action, type ActionContext, ActionRefused } from '#libs/connector-kit';
import { z } from 'zod';
import { id, ref } from '../resources/wire.js';
import { NO_ID, defined, existingCandidate, idOf, numberOf, outcome, readOne } from './calls.js';
import { optionFor } from './options.js';

/** Educations and employments: made and removed, never changed. */

const Part = z.object({ id, candidate_id: ref });

/** Removing what is not there any more is done already; what belongs to somebody else is refused. */
async function remove(context: ActionContext, list: string, candidateId: string, target: { id: string; path: string }) {
  numberOf(target.id, target.path);
  const part = await readOne(context, list, target.id, Part);
  if (part === null) return outcome(null, {}, ['It was not there any more; nothing was sent.']);
  if (part.candidate_id !== candidateId) throw new ActionRefused('It belongs to another candidate.', target.path);
  await context.send({ method: 'DELETE', path: `${list}/${target.id}` });
  return outcome(null, { candidates: [candidateId] });
}

async function create(context: ActionContext, list: string, candidateId: string, json: Record<string, unknown>) {
  const body = { candidate_id: numberOf(candidateId, 'candidateRemoteId'), ...defined(json) };
  const made = idOf((await context.send({ method: 'POST', path: list, json: body })).body);
  return outcome(made, { candidates: [candidateId] }, made === null ? [NO_ID] : []);
}

/** Less than a whole date is not taken, and the rest of it would be invented. */
export function wholeDate(date: string | undefined, path: string): string | undefined {
  if (date !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    throw new ActionRefused('Greenhouse takes whole dates here, such as 2017-07-01.', path);
  }
  return date;
}

/** Schools, degrees and disciplines are options the organization has; they are given by name, or by the option's id. */
const keyed = (key: string) => ({ path: 'custom_field_options', query: { custom_field_key: key } });

export const createEducation: Action<'educations.create'> = {
  permission: 'educations.write',
  takes: ['candidateRemoteId', 'institution', 'degree', 'field', 'startDate', 'endDate'],
  needs: ['candidateRemoteId'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  onBehalfOf: 'unused',
  effects: [
    'Institution, degree and field must be options the organization has in Greenhouse; they are looked up by name first.',
    'Sending this twice makes two entries.',
  ],
  run: async (input, context) => {
    const dates = {
      start_date: wholeDate(input.startDate, 'startDate'),
      end_date: wholeDate(input.endDate, 'endDate'),
    };
    await existingCandidate(context, input.candidateRemoteId);
    return create(context, 'candidate_educations', input.candidateRemoteId, {
      school_name_custom_field_option_id: await optionFor(
        context,
        keyed('school_name'),
        input.institution,
        'institution',
      ),
      degree_custom_field_option_id: await optionFor(context, keyed('degree'), input.degree, 'degree'),
      discipline_custom_field_option_id: await optionFor(context, keyed('discipline'), input.field, 'field'),
      ...dates,
    });
  },
};

export const removeEducation: Action<'educations.remove'> = {
  permission: 'educations.write',
  takes: ['candidateRemoteId', 'educationRemoteId'],
  needs: ['candidateRemoteId', 'educationRemoteId'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  onBehalfOf: 'unused',
  effects: [],
  run: ({ candidateRemoteId, educationRemoteId }, context) =>
    remove(context, 'candidate_educations', candidateRemoteId, { id: educationRemoteId, path: 'educationRemoteId' }),
};

export const createEmployment: Action<'employments.create'> = {
  permission: 'employments.write',
  takes: ['candidateRemoteId', 'company', 'title', 'startDate', 'endDate'],
  needs: ['candidateRemoteId', 'company', 'title', 'startDate'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  onBehalfOf: 'unused',
  effects: ['Sending this twice makes two entries.'],
  run: async (input, context) => {
    const json = {
      company_name: input.company,
      title: input.title,
      start_date: wholeDate(input.startDate, 'startDate'),
      end_date: wholeDate(input.endDate, 'endDate'),
    };
    await existingCandidate(context, input.candidateRemoteId);
    return create(context, 'candidate_employments', input.candidateRemoteId, json);
  },
};

export const removeEmployment: Action<'employments.remove'> = {
  permission: 'employments.write',
  takes: ['candidateRemoteId', 'employmentRemoteId'],
  needs: ['candidateRemoteId', 'employmentRemoteId'],
  choices: { candidateRemoteId: { model: 'candidates' } },
  onBehalfOf: 'unused',
  effects: [],
  run: ({ candidateRemoteId, employmentRemoteId }, context) =>
    remove(context, 'candidate_employments', candidateRemoteId, { id: employmentRemoteId, path: 'employmentRemoteId' }),
};
