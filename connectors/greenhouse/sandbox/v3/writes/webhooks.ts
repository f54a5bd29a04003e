import { z } from 'zod';
import type { SandboxContext } from '#libs/connector-kit';
import { changed, newRow, putAll } from '../../operations/change.js';
import { ping } from '../../webhooks/delivery.js';
import { EVENT_ACTIONS } from '../../webhooks/event-actions.js';
import { presented } from '../present.js';
import { unprocessable } from '../refusal.js';
import type { WriteCall, WriteRoute } from '../write-route.js';
import { deleted, filled, readWrite, recordOf } from './body.js';

const MOST_ATTEMPTS = 7;
const MAX_CHARACTERS = 255;
const Webhook = z.strictObject({
  name: filled,
  endpoint_url: filled,
  event_action_type: z.enum(EVENT_ACTIONS),
  secret_key: filled,
  max_attempts: z.int().min(1).max(MOST_ATTEMPTS),
  deactivated: z.boolean().optional(),
  basic_auth_username: z.string().max(MAX_CHARACTERS).nullish(),
  basic_auth_password: z.string().max(MAX_CHARACTERS).nullish(),
  additional_headers: z.string().nullish(),
  error_recipient_email: z.email().nullish(),
});

export const webhookWrites: readonly WriteRoute[] = [
  { method: 'POST', path: 'webhooks', scope: 'harvest:webhooks:create', run: create },
  { method: 'PATCH', path: 'webhooks/:id', scope: 'harvest:webhooks:update', run: update },
  { method: 'DELETE', path: 'webhooks/:id', scope: 'harvest:webhooks:destroy', run: remove },
];

async function create(call: WriteCall) {
  const scene = await readWrite(call, Webhook);
  const { secret_key, basic_auth_username, basic_auth_password, ...fields } = scene.body;
  refuseTarget(fields.endpoint_url, call.context);
  const row = newRow(scene, 'webhooks', {
    ...{ additional_headers: null, error_recipient_email: null, deactivated: false, last_delivered: null },
    ...fields,
    // Written, and never told again.
    _secret_key: secret_key,
    _basic: { basic_auth_username: basic_auth_username ?? null, basic_auth_password: basic_auth_password ?? null },
  });
  await putAll(scene, ['webhooks', row]);
  call.context.later(() => ping(scene, row.id));
  return { status: 201, body: presented('webhooks', row, call.context) };
}

async function update(call: WriteCall) {
  const webhook = await recordOf(call, 'webhooks');
  const scene = await readWrite(call, Webhook.partial());
  const { secret_key, basic_auth_username, basic_auth_password, ...fields } = scene.body;
  if (fields.endpoint_url !== undefined) refuseTarget(fields.endpoint_url, call.context);
  const basic = webhook._basic as Record<string, string | null>;
  const row = changed(webhook, scene.now, {
    ...fields,
    ...(secret_key !== undefined && { _secret_key: secret_key }),
    _basic: {
      basic_auth_username: basic_auth_username ?? basic.basic_auth_username,
      basic_auth_password: basic_auth_password ?? basic.basic_auth_password,
    },
  });
  await putAll(scene, ['webhooks', row]);
  call.context.later(() => ping(scene, row.id));
  return { status: 200, body: presented('webhooks', row, call.context) };
}

async function remove(call: WriteCall) {
  const webhook = await recordOf(call, 'webhooks');
  const scene = await readWrite(call, z.strictObject({}));
  await scene.world.webhooks.remove(webhook.id);
  return deleted(webhook, 'webhooks', scene.now);
}

/** https only, but for the hub itself, which may run on this machine without. */
export function refuseTarget(address: string, { hub }: SandboxContext): void {
  const url = URL.parse(address);
  const own = [hub.selfUrl, hub.publicUrl].map((text) => new URL(text).hostname);
  const isOwn = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]', ...own].includes(url.hostname);
  if (url?.protocol !== 'https:' && !isOwn) throw unprocessable({ endpoint_url: 'must be an https URL' });
}
