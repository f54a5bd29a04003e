import { createHash } from 'node:crypto';
import { defineResource } from '#libs/connector-kit';
import { z } from 'zod';
import { toAttachment } from '../../resources/attachments.js';
import { moment, ref, text } from '../../resources/wire.js';
import { list } from './listing.js';

const applications = list('applications', { since: 'last_activity_after' });

/**
 * Files stand inside their applications and have no id of their own. Theirs is made of the application and of what does not
 * change: type, name and time. The address does, each time it is given out.
 */
function filesOf(application: unknown): unknown[] {
  if (!isObject(application) || !Array.isArray(application.attachments)) return [];
  const { id: application_id, candidate_id, attachments: files } = application;
  return files.filter(isObject).map((file) => {
    const same = JSON.stringify([file.type, file.filename, file.created_at]);
    const mark = createHash('sha256').update(same).digest('hex').slice(0, 16);
    return { ...file, id: `${String(application_id)}-${mark}`, application_id, candidate_id };
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

export const attachments = defineResource({
  model: 'attachments',
  permission: 'applications.read',
  list: {
    ...applications,
    pages: { ...applications.pages, rows: (body) => applications.pages.rows(body)?.flatMap(filesOf) ?? null },
  },
  covers: ['remoteId', 'remoteCreatedAt', 'candidateRemoteId', 'applicationRemoteId', 'type', 'file'],
  wire: z.object({
    id: z.string().regex(/^\d{1,30}-[0-9a-f]{16}$/),
    created_at: moment,
    application_id: ref,
    candidate_id: ref,
    type: text,
    filename: text,
    url: text,
  }),
  map: (wire) => toAttachment({ ...wire, updated_at: null }),
});
