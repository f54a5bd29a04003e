import type { ParsedWebhook, WebhookHint } from '#libs/connector-kit';
import type { ModelName } from '#libs/model';
import { z } from 'zod';
import { id } from '../resources/wire.js';

/** The whole envelope: no time, no organization, no number of the attempt. */
const Envelope = z.object({ action: z.string().min(1).max(100), payload: z.record(z.string(), z.unknown()) });

type Payload = z.output<typeof Envelope>['payload'];
type ToHints = (payload: Payload) => WebhookHint[];

const read = (model: ModelName, ...remoteIds: string[]): WebhookHint => ({ do: 'read', model, remoteIds });
const gone = (model: ModelName, remoteIds: string[]): WebhookHint => ({ do: 'gone', model, remoteIds });
const readOf = (model: ModelName, parent: ModelName, remoteId: string): WebhookHint => ({
  do: 'readOf',
  model,
  parent,
  remoteIds: [remoteId],
});

/** The id at the end of a path. @throws Error naming the path, when there is none. */
function idAt(payload: Payload, ...path: string[]): string {
  const found = idIn(payload, ...path);
  if (found === null) throw new Error(`the webhook has no id at payload.${path.join('.')}`);
  return found;
}

function idIn(payload: unknown, ...path: string[]): string | null {
  const value = path.reduce<unknown>(
    (at, key) => (at !== null && typeof at === 'object' ? (at as Payload)[key] : undefined),
    payload,
  );
  return id.safeParse(value).data ?? null;
}

const application: ToHints = (payload) => [read('applications', idAt(payload, 'application', 'id'))];

/** A new application may come with a new person and a résumé, whose link dies in 7 days. */
const newApplication: ToHints = (payload) => {
  const person = idIn(payload, 'application', 'candidate', 'id') ?? idIn(payload, 'application', 'candidate_id');
  return [
    ...(person === null ? [] : [read('candidates', person)]),
    ...application(payload),
    ...(person === null ? [] : [readOf('attachments', 'candidates', person)]),
  ];
};

/** Hiring accepts the offer and may close the job. */
const hired: ToHints = (payload) => {
  const hiredFor = idAt(payload, 'application', 'id');
  const jobs = z.array(z.object({ id })).safeParse((payload.application as Payload).jobs).data ?? [];
  return [
    read('applications', hiredFor),
    readOf('offers', 'applications', hiredFor),
    ...(jobs.length > 0 ? [read('jobs', ...jobs.map((job) => job.id))] : []),
  ];
};

/** Flat when created or updated, wrapped when deleted; both are taken everywhere. */
const flatOr =
  (wrapper: string, make: (remoteId: string) => WebhookHint[]): ToHints =>
  (payload) =>
    make(idIn(payload, wrapper, 'id') ?? idAt(payload, 'id'));

/** No webhook follows for the applications that go with the person; the page and its example name the list differently. */
function goneApplications(payload: Payload): WebhookHint[] {
  const person = payload.person as Payload;
  const lists = [person.deleted_application_ids, person.application_ids, payload.deleted_application_ids];
  const ids = lists.flatMap((list) => z.array(id).safeParse(list).data ?? []);
  return ids.length === 0 ? [] : [gone('applications', [...new Set(ids)])];
}

/** Deletes arrive as merges where both are subscribed to. The applications move to the person that stays. */
const merged: ToHints = (payload) => {
  const into = idAt(payload, 'person', 'new_candidate_id');
  return [
    { do: 'merged', model: 'candidates', remoteId: idAt(payload, 'person', 'id'), into },
    ...goneApplications(payload),
    read('candidates', into),
    readOf('applications', 'candidates', into),
  ];
};

/** What else loses its content when such a field is anonymised; the person is read again in any case. */
const ANONYMISED: readonly [model: ModelName, fields: readonly string[]][] = [
  ['attachments', ['attachments']],
  ['notes', ['notes', 'rejection_notes', 'activity_items', 'innotes', 'inmails', 'touchpoints', 'emails']],
  ['offers', ['offers', 'all_offer_versions']],
  [
    'applications',
    [
      'source',
      'recruiter',
      'coordinator',
      'location',
      'application_questions',
      'rejection_reason',
      'rejection_reasons',
      'custom_application_fields',
      'candidate_stage_data',
      'credited_to',
      'prospect_pool_and_stage',
      'prospect_jobs',
    ],
  ],
];

const anonymised: ToHints = (payload) => {
  const person = idAt(payload, 'candidate_id');
  const fields = z.array(z.string()).safeParse(payload.anonymized_fields).data ?? [];
  return [
    read('candidates', person),
    ...ANONYMISED.filter(([, touched]) => touched.some((field) => fields.includes(field))).map(([model]) =>
      readOf(model, 'candidates', person),
    ),
  ];
};

const removed =
  (model: ModelName, wrapper: string): ToHints =>
  (payload) => [gone(model, [idAt(payload, wrapper, 'id')])];

const job: ToHints = (payload) => [read('jobs', idAt(payload, 'job', 'id'))];
const offer = flatOr('offer', (offerId) => [read('offers', offerId)]);
const jobPost = flatOr('job_post', (postId) => [read('job-postings', postId)]);

const HINTS: Readonly<Record<string, ToHints>> = {
  new_candidate_application: newApplication,
  new_prospect_application: newApplication,
  application_updated: application,
  candidate_stage_change: application,
  hire_candidate: hired,
  unhire_candidate: hired,
  reject_candidate: application,
  unreject_candidate: application,
  delete_application: removed('applications', 'application'),
  update_candidate: (payload) => {
    const person = idAt(payload, 'candidate', 'id');
    return [read('candidates', person), readOf('attachments', 'candidates', person)];
  },
  delete_candidate: (payload) => [gone('candidates', [idAt(payload, 'person', 'id')]), ...goneApplications(payload)],
  merge_candidate: merged,
  candidate_anonymized: anonymised,
  job_created: (payload) => [...job(payload), readOf('job-stages', 'jobs', idAt(payload, 'job', 'id'))],
  job_updated: job,
  job_approved: job,
  job_deleted: removed('jobs', 'job'),
  job_post_created: jobPost,
  job_post_updated: jobPost,
  job_post_deleted: flatOr('job_post', (postId) => [gone('job-postings', [postId])]),
  // A stage that was removed stays in the list, inactive.
  job_interview_stage_deleted: (payload) => [read('job-stages', idAt(payload, 'job_interview_stage', 'id'))],
  offer_created: offer,
  offer_approved: offer,
  offer_updated: offer,
  offer_deleted: flatOr('offer', (offerId) => [gone('offers', [offerId])]),
  interview_deleted: removed('interviews', 'interview'),
  scorecard_deleted: removed('scorecards', 'scorecard'),
  department_deleted: removed('departments', 'department'),
  office_deleted: removed('offices', 'office'),
};

/**
 * What an event says about records. Bodies are not taken for records: they lack fields, differ from event to event and
 * come in any order. @throws Error for a body that cannot be read.
 */
export function parse(body: unknown): ParsedWebhook | null {
  const { success, data } = Envelope.safeParse(body);
  if (!success) throw new Error('the webhook is no { action, payload }');
  const { action, payload } = data;
  if (action === 'ping') return null;
  return { action, hints: Object.hasOwn(HINTS, action) ? HINTS[action]!(payload) : [] };
}
