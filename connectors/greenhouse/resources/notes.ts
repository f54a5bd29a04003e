import { defineResource } from '#libs/connector-kit';
import { type Note, enumValue } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, header, recordOf, ref, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-notes
const Wire = z.object({
  ...header,
  candidate_id: ref,
  application_id: ref,
  user_id: ref,
  type: text,
  subject: text,
  body: text,
  visibility: text,
});

const TYPES = {
  note: 'NOTE',
  email: 'EMAIL',
  activity: 'ACTIVITY',
  interview: 'INTERVIEW',
  feedback: 'FEEDBACK',
  take_home_test: 'TAKE_HOME_TEST',
  follow_up: 'TASK',
} as const;

/** Written as `public`, `private`, `admin_only`; read in other words. */
const VISIBILITY = {
  publicly_visible: 'PUBLIC',
  privately_visible: 'PRIVATE',
  admin_only_visible: 'ADMIN_ONLY',
  public: 'PUBLIC',
  private: 'PRIVATE',
  admin_only: 'ADMIN_ONLY',
} as const;

export function toNote(wire: z.output<typeof Wire>): Note {
  return {
    ...recordOf(wire),
    candidateRemoteId: wire.candidate_id,
    applicationRemoteId: wire.application_id,
    authorRemoteId: wire.user_id,
    type: enumValue(wire.type, TYPES),
    subject: wire.subject,
    body: wire.body,
    visibility: enumValue(wire.visibility, VISIBILITY),
  };
}

export const notes = defineResource({
  model: 'notes',
  permission: 'notes.read',
  list: list('notes', { parents: { candidates: 'candidate_ids', applications: 'application_ids' } }),
  covers: [
    ...HEADER,
    'candidateRemoteId',
    'applicationRemoteId',
    'authorRemoteId',
    'type',
    'subject',
    'body',
    'visibility',
  ],
  wire: Wire,
  map: toNote,
});
