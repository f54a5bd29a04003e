import { defineResource } from '#libs/connector-kit';
import { type Attachment, enumValue } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, header, recordOf, ref, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-attachments
const Wire = z.object({
  ...header,
  application_id: ref,
  candidate_id: ref,
  type: text,
  filename: text,
  // Signed; dies after 7 days.
  url: text,
});

const TYPES = {
  resume: 'RESUME',
  cover_letter: 'COVER_LETTER',
  take_home_test: 'TAKE_HOME_TEST',
  offer_packet: 'OFFER_PACKET',
  offer_letter: 'OFFER_LETTER',
  signed_offer_letter: 'SIGNED_OFFER_LETTER',
  form_attachment: 'FORM',
} as const;

export function toAttachment(wire: z.output<typeof Wire>): Attachment {
  return {
    ...recordOf(wire),
    candidateRemoteId: wire.candidate_id,
    applicationRemoteId: wire.application_id,
    jobRemoteId: null,
    type: enumValue(wire.type, TYPES),
    // Every attachment has a name there; one without is called what its row is called.
    file: { filename: wire.filename ?? `attachment-${wire.id}`, url: wire.url, contentType: null },
  };
}

export const attachments = defineResource({
  model: 'attachments',
  permission: 'attachments.read',
  list: list('attachments', { parents: { candidates: 'candidate_ids', applications: 'application_ids' } }),
  covers: [...HEADER, 'candidateRemoteId', 'applicationRemoteId', 'type', 'file'],
  wire: Wire,
  map: toAttachment,
});
