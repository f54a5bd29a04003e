import { type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionInputs } from '#libs/model';
import { NO_ID, defined, idOf, numberOf, outcome } from '../../actions/calls.js';
import { VISIBILITY } from '../../actions/notes.js';
import { actingUser, define } from './calls.js';

/** A note and a record of an e-mail are two endpoints; the latter knows one sender and one recipient, and no visibility. */
function toCall(input: ActionInputs['notes.create'], context: ActionContext) {
  const { type, body, subject, email } = input;
  const user_id = actingUser(context);
  if (type === 'NOTE') {
    if (email) throw new ActionRefused('Only a note of the type EMAIL has senders and recipients.', 'email');
    return { to: 'notes', json: { user_id, body, visibility: VISIBILITY[input.visibility] }, warnings: [] };
  }
  if (type !== 'EMAIL') throw new ActionRefused('Greenhouse takes NOTE or EMAIL here.', 'type');
  if (!subject) throw new ActionRefused('A note of the type EMAIL has a subject.', 'subject');
  if (!email?.from[0] || !email.to[0]) {
    throw new ActionRefused('A note of the type EMAIL has a sender and a recipient.', 'email');
  }
  const { from, to, cc } = email;
  const json = { user_id, from: from.join(', '), to: to.join(', '), cc, subject, body };
  return { to: 'emails', json, warnings: ['Greenhouse shows such a note to everybody who sees the candidate.'] };
}

export const createNote = define<'notes.create'>({
  permission: 'notes.write',
  takes: ['candidateRemoteId', 'type', 'visibility', 'subject', 'body', 'email.from', 'email.to', 'email.cc'],
  needs: ['candidateRemoteId', 'type', 'visibility', 'body'],
  choices: {
    type: ['NOTE', 'EMAIL'],
    visibility: Object.keys(VISIBILITY),
    candidateRemoteId: { model: 'candidates' },
  },
  effects: [
    'The note cannot be changed or deleted through the API.',
    'A note of the type EMAIL records an e-mail; none is sent.',
    'The note shows the user acted for as its author.',
  ],
  run: async (input, context) => {
    const { candidateRemoteId } = input;
    numberOf(candidateRemoteId, 'candidateRemoteId');
    const { to, json, warnings } = toCall(input, context);
    const path = `candidates/${candidateRemoteId}/activity_feed/${to}`;
    const note = idOf((await context.send({ method: 'POST', path, json: defined(json) })).body);
    return outcome(note, { candidates: [candidateRemoteId] }, [...warnings, ...(note === null ? [NO_ID] : [])]);
  },
});
