import { type Action, ActionRefused } from '#libs/connector-kit';
import type { CandidateInput } from '#libs/model';

/** Linden takes what is sent and leaves the rest. Answers are sent as they are read, one by one. */
function toBody({ firstName, lastName, customFields }: CandidateInput): Record<string, unknown> {
  return {
    ...(firstName !== undefined && { given_name: firstName }),
    ...(lastName !== undefined && { family_name: lastName }),
    ...(customFields && { answers: customFields.map(({ key, value }) => ({ question: key, text: value })) }),
  };
}

export const updateCandidate: Action<'candidates.update'> = {
  permission: 'people.write',
  takes: ['candidateRemoteId', 'candidate.firstName', 'candidate.lastName', 'candidate.customFields'],
  needs: ['candidateRemoteId'],
  // What customers keep in fields of their own. A field mapping with such a path is read and written: the text in the place
  // of {key} becomes the key of an entry of `customFields`.
  places: [{ model: 'candidates', at: "$.answers[?@.question == '{key}'].text", input: 'candidate.customFields' }],
  choices: { candidateRemoteId: { model: 'candidates' } },
  onBehalfOf: 'unused',
  effects: ['Only the fields and answers given change.'],
  async run({ candidateRemoteId, candidate }, { send }) {
    const json = toBody(candidate);
    if (Object.keys(json).length === 0) throw new ActionRefused('Nothing to change was given.', 'candidate');
    // The same values a second time change nothing.
    const path = `people/${encodeURIComponent(candidateRemoteId)}`;
    await send({ method: 'PATCH', path, json, isRepeatable: true });
    return { remoteId: null, changed: [{ model: 'candidates', remoteIds: [candidateRemoteId] }], warnings: [] };
  },
};
