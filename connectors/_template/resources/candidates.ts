import { bodyToken, defineResource } from '#libs/connector-kit';
import { type Candidate, enumValue } from '#libs/model';
import { z } from 'zod';
import { id, moment, ref, text } from './wire.js';

// The vendor's page this was written from: https://docs.linden.example/api/people
// Only the fields that are read; whatever else comes passes by, and stays in the remote data.
const Wire = z.object({
  id,
  created: moment,
  changed: moment,
  given_name: text,
  family_name: text,
  mail: z.array(z.object({ address: z.string().min(1), kind: text })).nullish(),
  homepage: text,
  labels: z.array(z.string()).nullish(),
  owner_id: ref,
});

/** Their words, in lower case, and ours. What is not here becomes OTHER, with their word beside it. */
const EMAIL_KINDS = { home: 'PERSONAL', office: 'WORK', campus: 'SCHOOL' } as const;

/**
 * Pure and total: no I/O, no clock, and no throw for what `Wire` takes. Every field of the model is named, so that the
 * compiler says when there is a new one. What Linden does not have is null, or an empty list.
 */
export function toCandidate(wire: z.output<typeof Wire>): Candidate {
  return {
    remoteId: wire.id,
    remoteUrl: `https://app.linden.example/people/${wire.id}`,
    remoteCreatedAt: wire.created,
    remoteUpdatedAt: wire.changed,
    customFields: [],
    firstName: wire.given_name,
    lastName: wire.family_name,
    fullName: null,
    preferredName: null,
    title: null,
    company: null,
    emails: (wire.mail ?? []).map(({ address, kind }) => ({ value: address, type: enumValue(kind, EMAIL_KINDS) })),
    phones: [],
    links: wire.homepage ? [{ url: wire.homepage, type: 'WEBSITE' }] : [],
    addresses: [],
    tags: wire.labels ?? [],
    isPrivate: null,
    canEmail: null,
    timeZone: null,
    recruiterRemoteId: wire.owner_id,
    coordinatorRemoteId: null,
    // A list of its own in Linden: see educations.ts.
    educations: [],
    employments: [],
    lastActivityAt: null,
  };
}

export const candidates = defineResource({
  model: 'candidates',
  permission: 'people',
  list: {
    path: 'people',
    // { ok, items: [...], next: "token" }; the last page has no token. Other ways to page are in the kit.
    pages: bodyToken({ size: 100, sizeName: 'limit', tokenAt: 'next', tokenName: 'after', at: 'items' }),
    // What asks only for what changed. Without it each sync reads everything and compares.
    since: (moment) => ({ changed_since: moment }),
    // Single records, for webhooks and after writes.
    byIds: { query: (ids) => ({ ids: ids.join(',') }), most: 20 },
  },
  // The fields Linden gives. The contract test compares this with what the recorded traffic fills.
  covers: [
    'remoteId',
    'remoteUrl',
    'remoteCreatedAt',
    'remoteUpdatedAt',
    'firstName',
    'lastName',
    'emails',
    'links',
    'tags',
    'recruiterRemoteId',
  ],
  wire: Wire,
  map: toCandidate,
});
