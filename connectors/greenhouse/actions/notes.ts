import { type Action, type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionInputs } from '#libs/model';
import { NO_ID, defined, existingCandidate, idOf, maybeNumber, numberOf, outcome } from './calls.js';

/** Read as `publicly_visible` and so on, which is refused on the way in. */
export const VISIBILITY = { PUBLIC: 'public', PRIVATE: 'private', ADMIN_ONLY: 'admin_only' } as const;

/** The lists may be empty and must be there; the other types refuse them. */
function emailFields({ type, email, subject }: ActionInputs['notes.create']) {
  if (type !== 'EMAIL') {
    if (email) throw new ActionRefused('Only a note of the type EMAIL has senders and recipients.', 'email');
    return {};
  }
  if (!subject) throw new ActionRefused('A note of the type EMAIL has a subject.', 'subject');
  if (!email) throw new ActionRefused('A note of the type EMAIL has senders and recipients.', 'email');
  return { email_from: email.from, email_to: email.to, email_cc: email.cc };
}

async function create(input: ActionInputs['notes.create'], context: ActionContext) {
  const { candidateRemoteId, applicationRemoteId } = input;
  const json = defined({
    candidate_id: numberOf(candidateRemoteId, 'candidateRemoteId'),
    application_id: maybeNumber(applicationRemoteId, 'applicationRemoteId'),
    // In upper case, whatever the server's own error message says.
    note_type: input.type,
    // A default is documented; without it the call was refused.
    visibility: VISIBILITY[input.visibility],
    subject: input.subject,
    body: input.body,
    user_id: maybeNumber(context.onBehalfOf, 'onBehalfOf'),
    ...emailFields(input),
  });
  await existingCandidate(context, candidateRemoteId);
  const note = idOf((await context.send({ method: 'POST', path: 'notes', json })).body);
  return outcome(note, { notes: [note] }, note === null ? [NO_ID] : []);
}

export const createNote: Action<'notes.create'> = {
  permission: 'notes.write',
  takes: [
    'candidateRemoteId',
    'applicationRemoteId',
    'type',
    'visibility',
    'subject',
    'body',
    'email.from',
    'email.to',
    'email.cc',
  ],
  needs: ['candidateRemoteId', 'type', 'visibility', 'body'],
  choices: {
    type: ['NOTE', 'ACTIVITY', 'EMAIL'],
    visibility: Object.keys(VISIBILITY),
    candidateRemoteId: { model: 'candidates' },
    applicationRemoteId: { model: 'applications' },
  },
  onBehalfOf: 'optional',
  effects: [
    'The note cannot be changed or deleted through the API.',
    'A note of the type EMAIL records an e-mail; none is sent.',
    'The note shows the user acted for as its author, if one is given.',
  ],
  run: create,
};
