import { Injectable } from '@nestjs/common';
import type { NextPage, SubscribedWebhook, WebhooksPart } from '#libs/connector-kit';
import { Connections } from '#libs/connections';
import { type Access, Engine, type ReadPage } from '#libs/engine';
import { HubError } from '#libs/errors';
import type { RemoteWebhook } from './subscriptions.repository.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { type Subscription, SubscriptionsService } from './subscriptions.service.js';

/** More than any ATS lets an organisation have. */
const MOST_PAGES = 50;

type Subscribing = NonNullable<WebhooksPart['subscribing']>;

export interface Wanted {
  /** The ATS's names; null: all. */
  actions: readonly string[] | null;
  errorEmail: string | null;
  /** Those in place are made anew, because their secret is no longer the right one. */
  renew: boolean;
}

export interface SubscribeResult {
  /** Null when it was done through the API. */
  reason: string | null;
  created: string[];
  kept: string[];
}

/** What says that this ATS, or these credentials, do not allow it: then a person does it. */
const NOT_ALLOWED: ReadonlySet<string> = new Set([
  'provider_forbidden',
  'provider_not_found',
  'provider_rejected',
  'integration_not_connected',
  'needs_relink',
]);

/** Makes webhooks in the ATS through its API, where it has one for that. */
@Injectable()
export class SubscribingService {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly repository: SubscriptionsRepository,
    private readonly connections: Connections,
    private readonly engine: Engine,
  ) {}

  /** @throws HubError not_found, invalid_input for actions the ATS does not have, and what the ATS answers. */
  async subscribe(accountId: string, integrationId: string, wanted: Wanted): Promise<SubscribeResult> {
    const subscription = await this.subscriptions.get(accountId, integrationId);
    const actions = actionsOf(subscription.webhooks, wanted.actions);
    const { subscribing } = subscription.webhooks;
    const byHand = (reason: string): SubscribeResult => ({ reason, created: [], kept: [] });
    await this.save(subscription, subscription.row.remote, wanted.errorEmail);
    if (!subscribing) return byHand(`${subscription.connector.name} has no API for making webhooks.`);
    try {
      const access = await this.connections.access(accountId, integrationId);
      return await this.make({ access, subscription, subscribing, wanted }, actions);
    } catch (error) {
      if (error instanceof HubError && NOT_ALLOWED.has(error.code)) return byHand(error.detail);
      throw error;
    }
  }

  private async make(
    at: { access: Access; subscription: Subscription; subscribing: Subscribing; wanted: Wanted },
    actions: readonly string[],
  ): Promise<SubscribeResult> {
    const { access, subscription, subscribing, wanted } = at;
    const there = await this.find(access, subscribing, subscription.url);
    const kept = there.filter(({ action, isActive }) => isActive && !wanted.renew && actions.includes(action));
    const remote: RemoteWebhook[] = kept.map(({ remoteId, action }) => ({ remoteId, action }));
    const missing = actions.filter((action) => !kept.some((one) => one.action === action));
    for (const action of missing) {
      const made = await this.create(access, subscribing, subscription, { action, errorEmail: wanted.errorEmail });
      if (made) remote.push({ remoteId: made.remoteId, action });
      await this.save(subscription, remote, wanted.errorEmail);
    }
    // The old ones go last: for a moment both tell us, which does no harm.
    const old = there.filter(
      ({ remoteId, action }) => missing.includes(action) && !remote.some((one) => one.remoteId === remoteId),
    );
    for (const { remoteId } of old)
      await this.engine.send(access, subscribing.remove(remoteId), { priority: 'interactive' });
    await this.save(subscription, remote, wanted.errorEmail);
    return { reason: null, created: missing, kept: kept.map(({ action }) => action) };
  }

  /** Those that point to the integration's address. */
  private async find(access: Access, subscribing: Subscribing, url: string): Promise<SubscribedWebhook[]> {
    const { list } = subscribing;
    const found: SubscribedWebhook[] = [];
    let at: NextPage | null = null;
    for (let page = 0; page === 0 || at !== null; page++) {
      if (page === MOST_PAGES) throw new HubError('provider_bad_reply', { detail: 'The list of webhooks never ends.' });
      const read: ReadPage = await this.engine.readPage(access, list, at, undefined, { priority: 'interactive' });
      found.push(...read.rows.flatMap((row) => list.read(row) ?? []).filter((webhook) => webhook.url === url));
      at = read.next;
    }
    return found;
  }

  private async create(
    access: Access,
    subscribing: Subscribing,
    { url, secret, vendorName }: Subscription,
    { action, errorEmail }: { action: string; errorEmail: string | null },
  ): Promise<SubscribedWebhook | null> {
    const request = subscribing.create({ action, name: `${vendorName}: ${action}`, url, secret, errorEmail });
    return subscribing.created(await this.engine.send(access, request, { priority: 'interactive' }));
  }

  private save({ row }: Subscription, remote: readonly RemoteWebhook[], errorEmail: string | null): Promise<void> {
    return this.repository.saveRemote(row.accountId, row.integrationId, { remote, errorEmail });
  }
}

function actionsOf({ events }: WebhooksPart, wanted: readonly string[] | null): string[] {
  const known = events.map(({ action }) => action);
  const at = wanted?.findIndex((action) => !known.includes(action)) ?? -1;
  if (at < 0) return wanted ? [...new Set(wanted)] : known;
  const message = `entry ${at} is no event of this ATS`;
  throw new HubError('invalid_input', { detail: `actions ${message}.`, errors: [{ path: 'actions', message }] });
}
