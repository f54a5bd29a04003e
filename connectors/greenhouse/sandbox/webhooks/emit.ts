import { randomBytes } from 'node:crypto';
import type { Row } from '../data/rows.js';
import type { Scene } from '../operations/change.js';
import { deliver } from './delivery.js';
import type { EventAction } from './event-actions.js';
import { eventBody } from './event-body.js';

type Place = Pick<Scene, 'world' | 'context'>;

/** Whether anybody listens to this. */
export function hasWebhook(place: Place, action: EventAction): boolean {
  return listeners(place, action).length > 0;
}

/** Sends an event to all who listen to it, once the present answer is out. */
export async function emit(place: Place, action: EventAction, payload: unknown): Promise<void> {
  const body = eventBody(action, payload);
  for (const webhook of listeners(place, action)) {
    const eventId = randomBytes(5).toString('hex');
    await deliver(place, { webhookId: webhook.id, action, eventId, body, attempt: 1 });
  }
}

function listeners({ world }: Place, action: EventAction): Row[] {
  return [...world.webhooks.newestFirst()].filter(
    (row) => row.event_action_type === action && row.deactivated === false,
  );
}
