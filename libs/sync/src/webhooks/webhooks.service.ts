import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import { isPublicHttps } from '#libs/integrations';
import { InboxRepository } from './inbox.repository.js';
import { SubscribingService } from './subscribing.service.js';
import { type Subscription, SubscriptionsService } from './subscriptions.service.js';
import type {
  ProviderWebhooksDto,
  RotateWebhookSecretDto,
  SubscribeDto,
  SubscribedDto,
  WebhookEventDto,
} from './webhooks.dto.js';

const DAY_SECONDS = 86_400;

/** The webhooks of an integration's ATS, as clients see them. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly subscribing: SubscribingService,
    private readonly inbox: InboxRepository,
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
  ) {}

  /** With `showsSecret` the list for a person has the secret in it, else only its end. */
  async get(accountId: string, integrationId: string, showsSecret: boolean): Promise<ProviderWebhooksDto> {
    const subscription = await this.subscriptions.get(accountId, integrationId);
    const { row, webhooks, url, secret, vendorName } = subscription;
    const counts = await this.inbox.countByState(accountId, integrationId);
    return {
      url,
      canSubscribe: webhooks.subscribing !== undefined,
      madeBy: row.madeBy,
      events: await this.eventsOf(subscription),
      received: {
        pending: counts.PENDING ?? 0,
        done: counts.DONE ?? 0,
        failed: counts.FAILED ?? 0,
        refused: row.refused,
        lastRefusedAt: row.refusedAt?.toISOString() ?? null,
      },
      manual: webhooks.manual({
        url,
        secret: showsSecret ? secret : `…${secret.slice(-4)}`,
        errorEmail: row.errorEmail,
        vendorName,
      }),
      warnings: this.warningsOf(subscription),
    };
  }

  async subscribe(accountId: string, integrationId: string, wanted: SubscribeDto): Promise<SubscribedDto> {
    const { reason, created, kept } = await this.subscribing.subscribe(accountId, integrationId, {
      actions: wanted.actions ?? null,
      errorEmail: wanted.errorEmail ?? null,
      renew: false,
    });
    const webhooks = await this.get(accountId, integrationId, true);
    return { outcome: reason === null ? 'SUBSCRIBED' : 'MANUAL', reason, created, kept, webhooks };
  }

  /** What the hub made in the ATS is made anew with the new secret; what people made, they have to change. */
  async rotate(
    accountId: string,
    integrationId: string,
    { overlapSeconds = DAY_SECONDS }: RotateWebhookSecretDto,
  ): Promise<ProviderWebhooksDto> {
    await this.subscriptions.rotate(accountId, integrationId, overlapSeconds);
    const { row } = await this.subscriptions.get(accountId, integrationId);
    const actions = row.remote.map(({ action }) => action);
    const wanted = { actions, errorEmail: row.errorEmail, renew: true };
    if (actions.length > 0) await this.subscribing.subscribe(accountId, integrationId, wanted);
    return this.get(accountId, integrationId, true);
  }

  private async eventsOf({ row, webhooks }: Subscription): Promise<WebhookEventDto[]> {
    const last = await this.inbox.findLastByAction(row.accountId, row.integrationId);
    const byAction = new Map(last.map((one) => [one.action, one]));
    return webhooks.events.map(({ action, when }) => {
      const received = byAction.get(action);
      return {
        action,
        when,
        isSubscribed: row.remote.some((one) => one.action === action),
        lastReceivedAt: received?.receivedAt.toISOString() ?? null,
        lastState: received?.state ?? null,
        lastError: received?.error ?? null,
      };
    });
  }

  private warningsOf({ connector }: Subscription): string[] {
    const { publicUrl } = this.config;
    if (isPublicHttps(publicUrl)) return [];
    return [
      `PUBLIC_URL is ${publicUrl}, which is not a public https address: ${connector.name} cannot reach this hub there.`,
    ];
  }
}
