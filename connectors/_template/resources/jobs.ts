import { defineResource, onePage } from '#libs/connector-kit';
import { type Job, enumValue } from '#libs/model';
import { z } from 'zod';
import { id, moment, text } from './wire.js';

// https://docs.linden.example/api/openings
const Wire = z.object({ id, created: moment, changed: moment, headline: text, number: text, state: text });

const STATES = { live: 'OPEN', paused: 'ON_HOLD', done: 'CLOSED' } as const;

export function toJob(wire: z.output<typeof Wire>): Job {
  return {
    remoteId: wire.id,
    remoteUrl: null,
    remoteCreatedAt: wire.created,
    remoteUpdatedAt: wire.changed,
    customFields: [],
    title: wire.headline,
    code: wire.number,
    status: enumValue(wire.state, STATES),
    isConfidential: null,
    isTemplate: null,
    notesHtml: null,
    departmentRemoteIds: [],
    officeRemoteIds: [],
    hiringTeam: [],
    openedAt: null,
    closedAt: null,
  };
}

/** Comes whole: Linden has no pages here, and no way to ask for what changed. */
export const jobs = defineResource({
  model: 'jobs',
  permission: 'openings',
  list: { path: 'openings', pages: onePage({ at: 'items' }) },
  covers: ['remoteId', 'remoteCreatedAt', 'remoteUpdatedAt', 'title', 'code', 'status'],
  wire: Wire,
  map: toJob,
});
