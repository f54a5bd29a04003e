import { z } from 'zod';
import { keepFile } from '../../files.js';
import { type Writing, active, changed, newRow, putAll } from '../../operations/change.js';
import { emitCandidate } from '../../webhooks/application-events.js';
import { presented } from '../present.js';
import { unprocessable } from '../refusal.js';
import type { WriteCall, WriteRoute } from '../write-route.js';
import { filled, id, named, readWrite } from './body.js';

const Attachment = z.strictObject({
  application_id: id,
  filename: filled,
  type: z.enum([
    'resume',
    'cover_letter',
    'take_home_test',
    'offer_packet',
    'offer_letter',
    'signed_offer_letter',
    'other',
  ]),
  content: z.string().optional(),
  url: z.url({ protocol: /^https?$/ }).optional(),
  visibility: z.enum(['public', 'private', 'admin_only']).optional(),
});

const BLOCKED = /\.(exe|bat|cmd|com|js|vbs|scr|jar|msi|ps1|sh)$/i;
const TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  txt: 'text/plain',
  png: 'image/png',
  jpg: 'image/jpeg',
};
/** Of these there is one that counts. */
const SINGLE = ['resume', 'cover_letter'];

export const attachmentWrites: readonly WriteRoute[] = [
  { method: 'POST', path: 'attachments', scope: 'harvest:attachments:create', run: create },
];

/** Always on an application. A new résumé or cover letter makes the one before an attachment like any other. */
async function create(call: WriteCall) {
  const scene = await readWrite(call, Attachment);
  const { application_id, filename, type, content, url } = scene.body;
  const application = named(scene, 'applications', application_id);
  if ((content === undefined) === (url === undefined))
    throw unprocessable('Exactly one of content and url is required.');
  if (BLOCKED.test(filename)) throw unprocessable({ filename: 'has an extension that is not allowed' });
  if (type === 'take_home_test' && /\.html?$/i.test(filename)) throw unprocessable({ filename: 'must not be HTML' });
  const candidate_id = Number(application.candidate_id);
  const row = newRow(scene, 'attachments', {
    ...{ application_id, candidate_id, type, filename, url: filename },
    ...(url !== undefined && { _from: url }),
  });
  if (content !== undefined) {
    if (!isBase64(content)) throw unprocessable({ content: 'is not Base64' });
    const contentType = TYPES[filename.split('.').at(-1)!.toLowerCase()] ?? 'application/octet-stream';
    await keepFile(row.id, { contentType, content }, call.context);
  }
  const before = scene.world.attachments
    .where('application_ids', application_id)
    .filter((old) => SINGLE.includes(type) && old.type === type)
    .map((old): Writing => ['attachments', changed(old, scene.now, { type: 'other' })]);
  await putAll(scene, ...before, ['attachments', row], ...active(scene, candidate_id));
  await emitCandidate(scene, 'update_candidate', candidate_id);
  return { status: 201, body: presented('attachments', row, call.context) };
}

function isBase64(text: string): boolean {
  return text.length > 0 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}
