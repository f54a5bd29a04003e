import { Inject, Injectable } from '@nestjs/common';
import { AccountsService } from '#libs/accounts';
import { CONFIG, type Config } from '#libs/config';
import type { Connector, WebhooksPart } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { HubError } from '#libs/errors';
import { IntegrationsService } from '#libs/integrations';
import { newId } from '#libs/model';
import { Cipher } from '#libs/store';
import { type SubscriptionRow, SubscriptionsRepository } from './subscriptions.repository.js';
import { hashToken, newSecret, newToken } from './token.js';

/** An integration's webhooks as they are to be: address, secret and who is behind it. */
export interface Subscription {
  row: SubscriptionRow;
  connector: Connector;
  webhooks: WebhooksPart;
  url: string;
  secret: string;
  vendorName: string;
}

/** Which address and secret the ATS of an integration is to use. */
@Injectable()
export class SubscriptionsService {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly integrations: IntegrationsService,
    private readonly connectors: ConnectorRegistry,
    private readonly accounts: AccountsService,
    private readonly cipher: Cipher,
  ) {}

  /** Made when there was none. @throws HubError not_found, capability_unsupported for an ATS without webhooks. */
  async get(accountId: string, integrationId: string): Promise<Subscription> {
    const { provider } = await this.integrations.get(accountId, integrationId);
    const connector = this.connectors.find(provider);
    const webhooks = connector?.api?.webhooks;
    if (!connector || !webhooks) throw new HubError('capability_unsupported');
    const row = await this.ensure({ accountId, integrationId, provider, webhooks });
    const { name: vendorName } = await this.accounts.getPartner(accountId);
    const url = `${this.config.publicUrl}/hooks/${provider}/${this.cipher.open(row.token)}`;
    return { row, connector, webhooks, url, secret: this.cipher.open(row.secret), vendorName };
  }

  /** A new secret; the old one counts for a while more. Then what the ATS has is to be changed. */
  async rotate(accountId: string, integrationId: string, overlapSeconds: number): Promise<void> {
    const { webhooks } = await this.get(accountId, integrationId);
    const secret = this.cipher.seal(newSecret(webhooks.secretCharacters));
    await this.subscriptions.rotate(accountId, integrationId, { secret, overlapSeconds });
  }

  private async ensure(of: {
    accountId: string;
    integrationId: string;
    provider: string;
    webhooks: WebhooksPart;
  }): Promise<SubscriptionRow> {
    const { accountId, integrationId, provider, webhooks } = of;
    const found = await this.subscriptions.find(accountId, integrationId);
    if (found) return found;
    const token = newToken();
    await this.subscriptions.insert({
      id: newId('webhookSubscription'),
      accountId,
      integrationId,
      provider,
      tokenHash: hashToken(token),
      token: this.cipher.seal(token),
      secret: this.cipher.seal(newSecret(webhooks.secretCharacters)),
    });
    // Another call may have been faster; then its is the one.
    return (await this.subscriptions.find(accountId, integrationId))!;
  }
}
