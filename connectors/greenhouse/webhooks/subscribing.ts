import type { ApiReply, SubscribedWebhook, WebhooksPart } from '#libs/connector-kit';
import { z } from 'zod';
import { UNSETTLED } from '../api/unsettled.js';
import { list } from '../resources/listing.js';
import { id } from '../resources/wire.js';

const Row = z.object({
  id,
  endpoint_url: z.string(),
  event_action_type: z.string(),
  deactivated: z.boolean().nullish(),
});

function toSubscribed(row: unknown): SubscribedWebhook | null {
  const { success, data } = Row.safeParse(row);
  if (!success) return null;
  return {
    remoteId: data.id,
    action: data.event_action_type,
    url: data.endpoint_url,
    isActive: data.deactivated !== true,
  };
}

/**
 * For partners of Greenhouse. The secret is never given back, so nothing can be adopted whose secret we did not choose.
 * https://harvestdocs.greenhouse.io/reference/post_v3-webhooks
 */
export const subscribing: NonNullable<WebhooksPart['subscribing']> = {
  permission: 'webhooks.write',
  list: { ...list('webhooks'), read: toSubscribed },
  create: ({ action, name, url, secret, errorEmail }) => ({
    method: 'POST',
    path: 'webhooks',
    json: {
      name,
      endpoint_url: url,
      event_action_type: action,
      secret_key: secret,
      max_attempts: UNSETTLED.webhookAttempts,
      deactivated: false,
      ...(errorEmail === null ? {} : { error_recipient_email: errorEmail }),
    },
  }),
  created: ({ body }: ApiReply) => toSubscribed(body),
  remove: (remoteId) => ({ method: 'DELETE', path: `webhooks/${encodeURIComponent(remoteId)}` }),
};
