import { createHmac } from 'node:crypto';
import { type SandboxContext, basicAuthorization } from '#libs/connector-kit';
import type { Row } from '../data/rows.js';
import { type World, worldOf } from '../data/world.js';
import { tuningOf } from '../tuning.js';
import { EVENT_LABELS, type EventAction } from './event-actions.js';
import { eventBody } from './event-body.js';

const COLLECTION = 'deliveries';
const SHOWN = 20;

/** One event on its way to one webhook. */
export interface Delivery {
  webhookId: number;
  action: string;
  /** Stays the same over all attempts. */
  eventId: string;
  body: string;
  /** The one that comes next, from 1. */
  attempt: number;
}

interface Place {
  world: World;
  context: SandboxContext;
}

/** Delivers as soon as the present answer is out, and again after each failure, as often as the webhook says. */
export async function deliver(place: Place, delivery: Delivery): Promise<void> {
  place.context.later(() => attempt(place, delivery));
  return Promise.resolve();
}

async function attempt({ world, context }: Place, delivery: Delivery): Promise<void> {
  const webhook = world.webhooks.get(delivery.webhookId);
  const key = `${delivery.eventId} ${delivery.webhookId}`;
  // What a disabled webhook misses it never gets.
  if (webhook?.deactivated !== false) return forget(context, key);
  const outcome = await send(webhook, delivery, context);
  note(context, delivery, outcome.text);
  if (outcome.isTaken) {
    await world.webhooks.put({ ...world.webhooks.get(webhook.id)!, last_delivered: context.now() });
    return delivery.attempt > 1 ? forget(context, key) : undefined;
  }
  const wait = tuningOf(context).webhookWaitsSeconds[delivery.attempt - 1];
  if (wait === undefined || delivery.attempt >= Number(webhook.max_attempts)) return forget(context, key);
  const next = { ...delivery, attempt: delivery.attempt + 1 };
  const dueAt = new Date(Date.parse(context.now()) + wait * 1000).toISOString();
  await context.store.put(COLLECTION, key, { ...next, dueAt });
  context.later(() => attempt({ world, context }, next), wait * 1000);
}

/** Takes up the attempts that were due after a former run of the process. */
export async function resumeDeliveries(context: SandboxContext): Promise<void> {
  const waiting = await context.store.list<(Delivery & { dueAt: string }) | null>(COLLECTION);
  const world = await worldOf(context);
  for (const delivery of waiting) {
    if (!delivery) continue;
    const wait = Math.max(1, Date.parse(delivery.dueAt) - Date.parse(context.now()));
    context.later(() => attempt({ world, context }, delivery), wait);
  }
}

async function forget({ store }: SandboxContext, key: string): Promise<void> {
  if (await store.get(COLLECTION, key)) await store.put(COLLECTION, key, null);
}

/** Only a 200 is success. */
async function send(
  webhook: Row,
  { body, eventId }: Pick<Delivery, 'body' | 'eventId'>,
  { hub }: SandboxContext,
): Promise<{ isTaken: boolean; text: string }> {
  const { basic_auth_username: user, basic_auth_password: password } = webhook._basic as Record<string, string | null>;
  const digest = createHmac('sha256', String(webhook._secret_key)).update(body).digest('hex');
  const headers: Record<string, string> = {
    ...additional(webhook.additional_headers),
    'content-type': 'application/json',
    'greenhouse-event-id': eventId,
    signature: `sha256 ${digest}`,
    ...(user ? { authorization: basicAuthorization(user, password ?? '') } : {}),
  };
  const reply = await hub.call({ method: 'POST', url: String(webhook.endpoint_url), headers, body });
  return { isTaken: reply.status === 200, text: reply.failure ?? String(reply.status) };
}

const TAKEN_HEADERS = /^(content-type|content-length|greenhouse-event-id|authorization|user-agent|signature)$/i;

/** `Name: value`, one a line. */
function additional(text: unknown): Record<string, string> {
  const lines = typeof text === 'string' ? text.split('\n') : [];
  const pairs = lines.map((line) => /^\s*([\w-]+)\s*:\s*([\x20-\x7e]*?)\s*$/.exec(line));
  return Object.fromEntries(
    pairs.filter((pair) => pair !== null && !TAKEN_HEADERS.test(pair[1]!)).map((pair) => [pair![1]!, pair![2]!]),
  );
}

/** Says hello to a webhook that was saved; one that does not answer is switched off. */
export async function ping({ world, context }: Place, webhookId: number): Promise<void> {
  const webhook = world.webhooks.get(webhookId);
  if (webhook?.deactivated !== false) return;
  const payload = {
    web_hook_id: webhook.id,
    endpoint_url: webhook.endpoint_url,
    ...{ created_at: webhook.created_at, updated_at: webhook.updated_at, name: webhook.name },
    event: EVENT_LABELS[webhook.event_action_type as EventAction] ?? webhook.event_action_type,
    ...{ active: true, 'content-type': 'application/json' },
  };
  const eventId = `ping${webhook.id}${Date.parse(context.now())}`;
  const outcome = await send(webhook, { body: eventBody('ping', payload), eventId }, context);
  note(context, { webhookId, action: 'ping', attempt: 1 }, outcome.text);
  const now = world.webhooks.get(webhookId);
  if (!outcome.isTaken && now) await world.webhooks.put({ ...now, deactivated: true });
}

interface Logged {
  webhookId: number;
  at: string;
  text: string;
}

/** What the Dev Center's log would say, newest first; gone with the process. */
export function deliveryLog(context: SandboxContext): Logged[] {
  return context.memory<Logged[]>('delivery log', () => []);
}

function note(context: SandboxContext, of: Pick<Delivery, 'webhookId' | 'action' | 'attempt'>, text: string): void {
  const log = deliveryLog(context);
  log.unshift({ webhookId: of.webhookId, at: context.now(), text: `${of.action}, attempt ${of.attempt}: ${text}` });
  log.splice(SHOWN);
}
