import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingWebhook, ParsedWebhook, WebhookHint, WebhooksPart } from '#libs/connector-kit';
import { z } from 'zod';
import { id } from './resources/wire.js';

const LONGEST_MS = 300_000;

/** `X-Linden-Signature: t=<seconds>,s=<hex>`: HMAC-SHA-256 of `<seconds>.<body>`. Older than five minutes is stale. */
function verify({ headers, rawBody }: IncomingWebhook, secret: string, nowMs: number): boolean {
  const [, seconds, given] = /^t=(\d{1,12}),s=([0-9a-f]{64})$/.exec(headers['x-linden-signature'] ?? '') ?? [];
  if (!seconds || !given || secret === '') return false;
  if (Math.abs(nowMs - Number(seconds) * 1000) > LONGEST_MS) return false;
  const right = createHmac('sha256', secret).update(`${seconds}.`).update(rawBody).digest();
  return timingSafeEqual(right, Buffer.from(given, 'hex'));
}

const Body = z.object({ event: z.string(), object: z.object({ id, replaced_by: id.nullish() }) });

/**
 * What an event says about records. Do not take a body for a record: say which one to read again, and what is gone. Then
 * events that come twice, late or in the wrong order all end in the same state.
 */
const HINTS: Readonly<Record<string, (object: z.output<typeof Body>['object']) => WebhookHint[]>> = {
  'person.saved': ({ id: person }) => [{ do: 'read', model: 'candidates', remoteIds: [person] }],
  'person.removed': ({ id: person, replaced_by: into }) => [
    into
      ? { do: 'merged', model: 'candidates', remoteId: person, into }
      : { do: 'gone', model: 'candidates', remoteIds: [person] },
  ],
  'application.saved': ({ id: application }) => [{ do: 'read', model: 'applications', remoteIds: [application] }],
};

function parse(body: unknown): ParsedWebhook | null {
  const { event, object } = Body.parse(body);
  // Linden's way to try the address; it says nothing about a record.
  if (event === 'hello') return null;
  return { action: event, hints: Object.hasOwn(HINTS, event) ? HINTS[event]!(object) : [] };
}

export const webhooks: WebhooksPart = {
  // `when` is what the customer finds in Linden's screen.
  events: [
    { action: 'person.saved', when: 'A person is added or changed' },
    { action: 'person.removed', when: 'A person is removed or merged' },
    { action: 'application.saved', when: 'An application is added or changed' },
  ],
  secretCharacters: 40,
  verify,
  deliveryId: ({ headers }) => headers['x-linden-event'] ?? null,
  parse,
  // Linden has no call to make webhooks, so the customer gets a list. Where there is one, add `subscribing`.
  manual: ({ url, secret, vendorName }) => ({
    where: 'Settings > Integrations > Webhooks',
    webhooks: webhooks.events.map(({ when }) => ({ name: `${vendorName}: ${when}`, when, url, secret, fields: [] })),
    steps: ['Open Settings > Integrations > Webhooks.', 'Choose "New webhook" for each entry of the list, and save.'],
  }),
};
