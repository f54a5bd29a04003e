import type { SandboxContext, SandboxWebhook, SandboxWebhookForm } from '#libs/connector-kit';
import { userId } from '../data/organisation.js';
import { worldOf } from '../data/world.js';
import { newRow, putAll, sceneOf } from '../operations/change.js';
import { Refusal } from '../v3/refusal.js';
import { refuseTarget } from '../v3/writes/webhooks.js';
import { deliveryLog, ping } from './delivery.js';
import { type EventAction, EVENT_ACTIONS } from './event-actions.js';

/** Nothing here makes these happen. */
const NEVER: ReadonlySet<EventAction> = new Set([
  'offer_created',
  'offer_approved',
  'offer_updated',
  'offer_deleted',
  'unhire_candidate',
  'interview_deleted',
  'scorecard_deleted',
  'job_deleted',
  'job_approved',
  'job_post_created',
  'job_post_deleted',
  'job_interview_stage_deleted',
  'department_deleted',
  'office_deleted',
]);

/** What a Site Admin does in the Dev Center: one webhook for each event, seven attempts, and a ping at once. */
export async function addByHand(context: SandboxContext, forms: readonly SandboxWebhookForm[]): Promise<string | null> {
  const scene = await sceneOf(context, userId(0));
  const there = [...scene.world.webhooks.newestFirst()];
  for (const { name, action, url, secret } of forms) {
    const isPlayed = EVENT_ACTIONS.includes(action as EventAction) && !NEVER.has(action as EventAction);
    const isThere = there.some((row) => row.event_action_type === action && row.endpoint_url === url);
    if (!isPlayed || isThere) continue;
    try {
      refuseTarget(url, context);
    } catch (error) {
      if (error instanceof Refusal) return 'The address must begin with https.';
      throw error;
    }
    const row = newRow(scene, 'webhooks', {
      ...{ name, endpoint_url: url, event_action_type: action, max_attempts: 7, deactivated: false },
      ...{ additional_headers: null, error_recipient_email: null, last_delivered: null, _secret_key: secret },
      _basic: { basic_auth_username: null, basic_auth_password: null },
    });
    await putAll(scene, ['webhooks', row]);
    await ping(scene, row.id);
  }
  return null;
}

/** The list and the log of the Dev Center. */
export async function viewWebhooks(context: SandboxContext): Promise<SandboxWebhook[]> {
  const { webhooks } = await worldOf(context);
  const log = deliveryLog(context);
  return [...webhooks.newestFirst()].map(({ id, name, event_action_type, endpoint_url, deactivated }) => ({
    id: String(id),
    name: String(name),
    event: String(event_action_type),
    url: String(endpoint_url),
    isActive: deactivated === false,
    lastDelivery: log.find(({ webhookId }) => webhookId === id)?.text ?? null,
  }));
}
