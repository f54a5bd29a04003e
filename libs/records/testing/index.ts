import { z } from 'zod';
import { definePart, defineResource, onePage } from '#libs/connector-kit';
import { EventsService } from '#libs/events';
import { type Attachment, type Candidate, type JobPosting, enumValue, newId } from '#libs/model';
import type { RecordScope } from '../src/store/record-change.js';
import { RecordEvents } from '../src/events/record-events.js';
import { RecordHooks } from '../src/events/record-hooks.js';
import { WatchedFields } from '../src/events/watched-fields.js';
import { EffectiveMappings } from '../src/mappings/effective-mappings.js';
import { MappedChanges } from '../src/mappings/mapped-changes.js';
import { MappedFields } from '../src/mappings/mapped-fields.js';
import { AliasesRepository } from '../src/store/aliases.repository.js';
import { PartStore } from '../src/store/part-store.js';
import { PartsRepository } from '../src/store/parts.repository.js';
import { RecordStore } from '../src/store/record-store.js';
import { RecordsRepository } from '../src/store/records.repository.js';
import { UnreadableRepository } from '../src/store/unreadable.repository.js';

/** The mirror without Nest, for tests that bring their own database. */
export function aRecordStore() {
  const records = new RecordsRepository();
  const unreadable = new UnreadableRepository();
  const parts = new PartStore(records, new PartsRepository(), unreadable);
  const mapped = new MappedFields(new EffectiveMappings());
  return new RecordStore(records, parts, unreadable, new AliasesRepository(), mapped, new MappedChanges(mapped));
}

/** The events of records, with where to take part in them. */
export function recordEvents(): { events: RecordEvents; hooks: RecordHooks; watched: WatchedFields } {
  const hooks = new RecordHooks();
  const watched = new WatchedFields();
  const mapped = new MappedFields(new EffectiveMappings());
  return { events: new RecordEvents(new EventsService(), watched, hooks, mapped), hooks, watched };
}

export function aScope(): RecordScope {
  return { accountId: newId('account'), integrationId: newId('integration') };
}

const Id = z.union([z.number(), z.string()]);
const list = { path: 'people', pages: onePage() };
const times = { created_at: z.string().nullish(), updated_at: z.string().nullish() };

const CandidateWire = z.object({
  id: Id,
  ...times,
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  emails: z.array(z.string()).default([]),
  recruiter_id: Id.nullish(),
});

/** Candidates of an imaginary ATS; its rows are plain. */
export const candidates = defineResource({
  model: 'candidates',
  permission: 'candidates',
  list: { ...list, byIds: { query: (ids) => ({ ids: ids.join(',') }), most: 2 } },
  covers: ['firstName', 'lastName', 'emails', 'recruiterRemoteId', 'educations'],
  wire: CandidateWire,
  map: (wire): Candidate => ({
    remoteId: String(wire.id),
    remoteUrl: `https://ats.example/people/${wire.id}`,
    remoteCreatedAt: wire.created_at ?? null,
    remoteUpdatedAt: wire.updated_at ?? null,
    customFields: [],
    firstName: wire.first_name ?? null,
    lastName: wire.last_name ?? null,
    fullName: null,
    preferredName: null,
    title: null,
    company: null,
    emails: wire.emails.map((value) => ({ value, type: enumValue(null, {}) })),
    phones: [],
    links: [],
    addresses: [],
    tags: [],
    isPrivate: null,
    canEmail: null,
    timeZone: null,
    recruiterRemoteId: wire.recruiter_id == null ? null : String(wire.recruiter_id),
    coordinatorRemoteId: null,
    educations: [],
    employments: [],
    lastActivityAt: null,
  }),
});

/** Educations of those candidates, kept apart; a row without a school means nothing. */
export const educations = definePart({
  name: 'educations',
  of: 'candidates',
  shape: 'list',
  field: 'educations',
  permission: 'candidates',
  list: {
    ...list,
    path: 'educations',
    byParents: { candidates: { query: (ids) => ({ of: ids.join(',') }), most: 2 } },
  },
  covers: ['educations'],
  wire: z.object({ id: Id, candidate_id: Id, school: z.string().nullable() }),
  map: ({ id, candidate_id, school }) =>
    school === null
      ? null
      : {
          remoteId: String(id),
          parentRemoteId: String(candidate_id),
          value: {
            remoteId: String(id),
            institution: school,
            degree: null,
            field: null,
            startDate: null,
            endDate: null,
          },
        },
});

/** A part whose one row per candidate sets fields. */
export const preferences = definePart({
  name: 'preferences',
  of: 'candidates',
  shape: 'fields',
  permission: 'candidates',
  list: { ...list, path: 'preferences' },
  covers: ['timeZone', 'canEmail'],
  wire: z.object({ id: Id, candidate_id: Id, zone: z.string() }),
  map: ({ id, candidate_id, zone }) => ({
    remoteId: String(id),
    parentRemoteId: String(candidate_id),
    value: { timeZone: zone },
  }),
});

/** Job posts of the same ATS. */
export const postings = defineResource({
  model: 'job-postings',
  permission: 'jobs',
  list: { ...list, path: 'posts' },
  covers: ['title', 'contentHtml'],
  wire: z.object({ id: Id, job_id: Id.nullish(), title: z.string().nullish(), content: z.string().nullish() }),
  map: ({ id, job_id, title, content }): JobPosting => ({
    remoteId: String(id),
    remoteUrl: null,
    remoteCreatedAt: null,
    remoteUpdatedAt: null,
    customFields: [],
    jobRemoteId: job_id == null ? null : String(job_id),
    title: title ?? null,
    status: enumValue(null, {}),
    isInternal: null,
    contentHtml: content ?? null,
    language: null,
    location: null,
    url: null,
    questions: [],
    publishedAt: null,
  }),
});

/** Files of those candidates. */
export const attachments = defineResource({
  model: 'attachments',
  permission: 'candidates',
  list: { ...list, path: 'files', byParents: { candidates: { query: (ids) => ({ of: ids.join(',') }), most: 50 } } },
  covers: ['candidateRemoteId', 'file'],
  wire: z.object({ id: Id, candidate_id: Id, filename: z.string(), url: z.string() }),
  map: ({ id, candidate_id, filename, url }): Attachment => ({
    remoteId: String(id),
    remoteUrl: null,
    remoteCreatedAt: null,
    remoteUpdatedAt: null,
    customFields: [],
    candidateRemoteId: String(candidate_id),
    applicationRemoteId: null,
    jobRemoteId: null,
    type: enumValue('resume', { resume: 'RESUME' }),
    file: { filename, url, contentType: null },
  }),
});
