import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { IncomingWebhook, WebhooksPart } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { HubError } from '#libs/errors';
import { Cipher } from '#libs/store';
import { LOGGER, type Logger } from '#libs/telemetry';
import { SyncTelemetry } from '../sync-telemetry.js';
import { InboxRepository } from './inbox.repository.js';
import { type SubscriptionRow, SubscriptionsRepository } from './subscriptions.repository.js';
import { hashToken } from './token.js';

/** What of a webhook's headers is kept; the others name proxies, or carry secrets. */
const KEPT_HEADER = /^(content-type|user-agent|.*(?:event|delivery|webhook)-?id.*|.*-event)$/;
const MOST_HEADER = 500;
const PLAIN_WORD = /^[0-9A-Za-z_-]{1,100}$/;

/** A webhook as it came to the address of some token. */
export interface AddressedWebhook {
  provider: string;
  token: string;
  webhook: IncomingWebhook;
}

/** Keeps webhooks that are genuine. What it has taken is stored. */
@Injectable()
export class HookIntake {
  constructor(
    private readonly connectors: ConnectorRegistry,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly inbox: InboxRepository,
    private readonly cipher: Cipher,
    private readonly telemetry: SyncTelemetry,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws HubError not_found for an address nobody gave out, unauthorized for what the ATS did not sign. */
  async receive({ provider, token, webhook }: AddressedWebhook): Promise<void> {
    const webhooks = this.connectors.find(provider)?.api?.webhooks;
    const isPlain = PLAIN_WORD.test(token);
    const subscription = webhooks && isPlain ? await this.subscriptions.findByToken(provider, hashToken(token)) : null;
    if (!webhooks || !subscription) throw new HubError('not_found');
    if (!this.isGenuine(webhooks, subscription, webhook)) return this.refuse(subscription);
    const isNew = await this.store(webhooks, subscription, webhook);
    this.telemetry.webhookReceived(isNew ? 'stored' : 'repeated');
  }

  private async refuse({ accountId, integrationId, provider }: SubscriptionRow): Promise<never> {
    await this.subscriptions.noteRefused(accountId, integrationId);
    this.telemetry.webhookReceived('refused');
    this.log.warn({ integrationId, provider }, 'a webhook with a bad signature was refused');
    throw new HubError('unauthorized', { detail: 'The signature is missing, wrong or too old.' });
  }

  /** In a rotation's overlap the old secret counts, too. */
  private isGenuine(
    webhooks: WebhooksPart,
    { secret, previousSecret }: SubscriptionRow,
    webhook: IncomingWebhook,
  ): boolean {
    const now = Date.now();
    const secrets = previousSecret ? [secret, previousSecret] : [secret];
    return secrets.some((sealed) => webhooks.verify(webhook, this.cipher.open(sealed), now));
  }

  private store(
    webhooks: WebhooksPart,
    { accountId, integrationId }: SubscriptionRow,
    webhook: IncomingWebhook,
  ): Promise<boolean> {
    const body = Buffer.from(webhook.rawBody);
    const name = webhooks.deliveryId(webhook);
    return this.inbox.receive({
      accountId,
      integrationId,
      action: null,
      headers: keptHeaders(webhook.headers),
      body,
      dedupe: createHash('sha256')
        .update(`${name ?? ''}\n`)
        .update(body)
        .digest(),
      isNamed: name !== null,
    });
  }
}

function keptHeaders(headers: IncomingWebhook['headers']): Record<string, string> {
  const kept = Object.entries(headers).filter(([name, value]) => value !== undefined && KEPT_HEADER.test(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, value!.replaceAll('\0', '').toWellFormed().slice(0, MOST_HEADER)]),
  );
}
