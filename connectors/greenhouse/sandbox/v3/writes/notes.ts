import { z } from 'zod';
import { active, newRow, putAll } from '../../operations/change.js';
import { unprocessable } from '../refusal.js';
import type { WriteCall, WriteRoute } from '../write-route.js';
import { filled, id, named, readWrite } from './body.js';

const Note = z.strictObject({
  candidate_id: id,
  application_id: id.optional(),
  user_id: id.optional(),
  // The server's own message lists them in lower case, and refuses them so.
  note_type: z.enum(['NOTE', 'ACTIVITY', 'EMAIL'], { error: 'must be one of: note, activity, email' }),
  // Not the words it is read with.
  visibility: z.enum(['public', 'private', 'admin_only']),
  body: filled,
  subject: z.string().optional(),
  email_from: z.array(filled).optional(),
  email_to: z.array(filled).optional(),
  email_cc: z.array(filled).optional(),
});

const SHOWN = { public: 'publicly_visible', private: 'privately_visible', admin_only: 'admin_only_visible' } as const;
const OF_EMAILS = ['email_from', 'email_to', 'email_cc'] as const;

export const noteWrites: readonly WriteRoute[] = [
  { method: 'POST', path: 'notes', scope: 'harvest:notes:create', run: create },
];

/** The candidate is not looked for: a wrong id makes a note that nobody finds and nobody can delete. */
async function create(call: WriteCall) {
  const scene = await readWrite(call, Note);
  const { note_type: type, body, visibility, subject, ...rest } = scene.body;
  const { candidate_id, application_id, user_id, ...email } = rest;
  const isEmail = type === 'EMAIL';
  for (const name of OF_EMAILS) {
    if (isEmail && email[name] === undefined) throw unprocessable({ [name]: 'is required for an EMAIL' });
    if (!isEmail && email[name] !== undefined) throw unprocessable(`Invalid body params: ${name}`);
  }
  if (isEmail && subject === undefined) throw unprocessable({ subject: 'is required for an EMAIL' });
  if (user_id !== undefined) named(scene, 'users', user_id);
  const row = newRow(scene, 'notes', {
    ...{ candidate_id, application_id: application_id ?? null, body, body_with_tags: body },
    ...{ subject: subject ?? null, type, user_id: user_id ?? scene.userId },
    // Written as lists, read as text with commas.
    email_from: email.email_from?.join(', ') ?? null,
    email_to: email.email_to?.join(', ') ?? null,
    email_cc: email.email_cc ?? null,
    ...{ import_hash: null, visibility: SHOWN[visibility], email_attachment_file_names: null },
  });
  await putAll(scene, ['notes', row], ...active(scene, candidate_id));
  return { status: 201, body: row };
}
