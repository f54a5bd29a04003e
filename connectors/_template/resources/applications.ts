import { bodyToken, defineResource } from '#libs/connector-kit';
import { type Application, enumValue } from '#libs/model';
import { z } from 'zod';
import { id, moment, ref, text } from './wire.js';

// https://docs.linden.example/api/applications
const Wire = z.object({ id, created: moment, changed: moment, person_id: ref, opening_id: ref, outcome: text });

const OUTCOMES = { open: 'ACTIVE', joined: 'HIRED', declined: 'REJECTED', withdrew: 'WITHDRAWN' } as const;

export function toApplication(wire: z.output<typeof Wire>): Application {
  return {
    remoteId: wire.id,
    remoteUrl: null,
    remoteCreatedAt: wire.created,
    remoteUpdatedAt: wire.changed,
    customFields: [],
    candidateRemoteId: wire.person_id,
    jobRemoteId: wire.opening_id,
    prospectiveJobRemoteIds: [],
    jobPostingRemoteId: null,
    status: enumValue(wire.outcome, OUTCOMES),
    isProspect: null,
    stageRemoteId: null,
    stageName: null,
    sourceRemoteId: null,
    recruiterRemoteId: null,
    coordinatorRemoteId: null,
    prospectPoolRemoteId: null,
    rejectReasonRemoteId: null,
    appliedAt: wire.created,
    hiredAt: null,
    rejectedAt: null,
    lastActivityAt: null,
    location: null,
    answers: [],
  };
}

export const applications = defineResource({
  model: 'applications',
  permission: 'people',
  list: {
    path: 'applications',
    pages: bodyToken({ size: 100, sizeName: 'limit', tokenAt: 'next', tokenName: 'after', at: 'items' }),
    since: (moment) => ({ changed_since: moment }),
    byIds: { query: (ids) => ({ ids: ids.join(',') }), most: 20 },
    byParents: { candidates: { query: (ids) => ({ person_ids: ids.join(',') }), most: 20 } },
  },
  covers: ['remoteId', 'remoteCreatedAt', 'remoteUpdatedAt', 'candidateRemoteId', 'jobRemoteId', 'status', 'appliedAt'],
  wire: Wire,
  map: toApplication,
});
