import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  type ApiVersion,
  type Connector,
  definePart,
  defineResource,
  linkHeader,
  type Listing,
  type Permissions,
  type WebhookHint,
  type WebhooksPart,
} from '#libs/connector-kit';
import { enumValue, type ModelName } from '#libs/model';
import { z } from 'zod';

const header = (wire: { id: number; updated_at: string }) => ({
  remoteId: String(wire.id),
  remoteUrl: null,
  remoteCreatedAt: null,
  remoteUpdatedAt: wire.updated_at,
  customFields: [],
});
const Wire = z.object({ id: z.number(), updated_at: z.string() });
const Named = Wire.extend({ name: z.string().nullish() });

/** `can`: what the list can be asked for besides the whole of it. */
function list(path: string, ...can: ('since' | 'ids' | 'candidates')[]): Listing {
  return {
    path,
    pages: linkHeader({ size: 100 }),
    ...(can.includes('since') ? { since: (moment: string) => ({ since: moment }) } : {}),
    ...(can.includes('ids') ? { byIds: { query: (ids: readonly string[]) => ({ ids: ids.join(',') }), most: 2 } } : {}),
    ...(can.includes('candidates')
      ? {
          byParents: { candidates: { query: (ids: readonly string[]) => ({ candidate_ids: ids.join(',') }), most: 2 } },
        }
      : {}),
  };
}

/** Of a model of which only the name matters here. */
function named(model: 'users' | 'tags' | 'eeoc', listing: Listing) {
  return defineResource({
    model,
    permission: model,
    covers: [],
    list: listing,
    wire: Named,
    map: (wire) => ({ ...header(wire), name: wire.name ?? null }),
  });
}

const candidates = defineResource({
  model: 'candidates',
  permission: 'candidates',
  covers: ['lastName', 'educations'],
  list: list('candidates', 'since', 'ids'),
  wire: Named,
  map: (wire) => ({ ...header(wire), lastName: wire.name ?? null, educations: [] }) as never,
});

const educations = definePart({
  name: 'educations',
  of: 'candidates',
  shape: 'list',
  field: 'educations',
  permission: 'candidates',
  covers: ['educations'],
  list: list('educations', 'since', 'candidates'),
  wire: Wire.extend({ candidate_id: z.number(), school: z.string() }),
  map: (wire) => ({
    parentRemoteId: String(wire.candidate_id),
    remoteId: String(wire.id),
    value: { institution: wire.school },
  }),
});

const applications = defineResource({
  model: 'applications',
  permission: 'applications',
  covers: ['candidateRemoteId', 'status', 'stageRemoteId', 'stageName', 'rejectedAt', 'lastActivityAt'],
  list: list('applications', 'since', 'ids'),
  wire: Wire.extend({
    candidate_id: z.number().nullish(),
    status: z.string(),
    stage_id: z.number().nullish(),
    stage_name: z.string().nullish(),
    rejected_at: z.string().nullish(),
  }),
  map: (wire) =>
    ({
      ...header(wire),
      candidateRemoteId: wire.candidate_id == null ? null : String(wire.candidate_id),
      status: enumValue(wire.status, { active: 'ACTIVE', rejected: 'REJECTED', hired: 'HIRED' }),
      stageRemoteId: wire.stage_id == null ? null : String(wire.stage_id),
      stageName: wire.stage_name ?? null,
      rejectedAt: wire.rejected_at ?? null,
      lastActivityAt: wire.updated_at,
    }) as never,
});

const attachments = defineResource({
  model: 'attachments',
  permission: 'attachments',
  covers: ['candidateRemoteId', 'type', 'file'],
  list: list('attachments', 'since', 'ids', 'candidates'),
  wire: Wire.extend({ candidate_id: z.number(), type: z.string(), filename: z.string(), url: z.string() }),
  map: (wire) => ({
    ...header(wire),
    candidateRemoteId: String(wire.candidate_id),
    applicationRemoteId: null,
    jobRemoteId: null,
    type: enumValue(wire.type, { resume: 'RESUME', cover_letter: 'COVER_LETTER' }),
    file: { filename: wire.filename, url: wire.url, contentType: null },
  }),
});

const PERMISSIONS = ['users', 'tags', 'eeoc', 'candidates', 'applications', 'attachments', 'webhooks'];

const v1: ApiVersion = {
  host: 'api',
  basePath: 'v1',
  rateLimit: { requests: 100_000, perSeconds: 1 },
  check: { method: 'GET', path: 'me' },
  permissions: Object.fromEntries(
    PERMISSIONS.map((name) => [name, { label: name, access: 'read' as const, scopes: [`${name}:list`] }]),
  ) satisfies Permissions,
  resources: [
    applications,
    candidates,
    educations,
    attachments,
    named('users', list('users')),
    named('tags', list('tags', 'ids')),
    named('eeoc', list('eeoc')),
  ],
  actions: {},
  failure: ({ status, body }) => {
    const { error } = (body ?? {}) as { error?: string };
    return status === 422 && error === 'cursor expired' ? { kind: 'cursor_expired', reasons: [error] } : null;
  },
};

/** What a webhook of {@link FakeAts} says: `{ action, hints }`, signed in `x-signature`. */
const Body = z.object({ action: z.string(), hints: z.array(z.unknown()) });

/** As the ATS signs. */
export function sign(body: string | Buffer, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

const webhooks: WebhooksPart = {
  events: [
    { action: 'candidate_changed', when: 'Candidate changed' },
    { action: 'stage_changed', when: 'Stage changed' },
  ],
  secretCharacters: 40,
  verify: ({ headers, rawBody }, secret) => {
    const given = Buffer.from(headers['x-signature'] ?? '');
    const wanted = Buffer.from(sign(Buffer.from(rawBody), secret));
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  },
  deliveryId: ({ headers }) => headers['x-event-id'] ?? null,
  parse: (body) => {
    const { action, hints } = Body.parse(body);
    return action === 'ping' ? null : { action, hints: hints as WebhookHint[] };
  },
  manual: ({ url, secret, errorEmail, vendorName }) => ({
    where: 'Settings > Webhooks',
    steps: ['Open Settings.', 'Choose Webhooks.'],
    webhooks: webhooks.events.map(({ when }) => ({
      name: `${vendorName}: ${when}`,
      when,
      url,
      secret,
      fields: [{ label: 'Errors to', value: errorEmail ?? '' }],
    })),
  }),
  subscribing: {
    permission: 'webhooks',
    list: { ...list('webhooks'), read: readWebhook },
    create: ({ action, url, secret }) => ({ method: 'POST', path: 'webhooks', json: { action, url, secret } }),
    created: ({ body }) => readWebhook(body),
    remove: (remoteId) => ({ method: 'DELETE', path: `webhooks/${remoteId}` }),
  },
};

function readWebhook(row: unknown) {
  const { id, action, url } = row as { id: number; action: string; url: string };
  return { remoteId: String(id), action, url, isActive: true };
}

/** The declaration of the ATS that {@link FakeAts} is, at `origin`. Made by hand: plain http is for tests. */
export function fakeConnector(origin: string): Connector {
  return {
    slug: 'fake-ats',
    name: 'Fake ATS',
    docs: 'https://developers.fake-ats.example',
    api: {
      regions: { main: { api: origin } },
      connect: [
        {
          kind: 'key',
          id: 'key',
          label: 'API key',
          version: 'v1',
          steps: [],
          fields: { apiKey: { label: 'API key', kind: 'secret' } },
          authorize: ({ apiKey = '' }) => ({ authorization: `Bearer ${apiKey}` }),
        },
      ],
      versions: { v1 },
      webhooks,
    },
  };
}

/** The models of {@link FakeAts} that are synced unless told otherwise, and their parts. */
export const SYNCED: readonly (ModelName | 'educations')[] = [
  'users',
  'tags',
  'educations',
  'candidates',
  'applications',
  'attachments',
];
