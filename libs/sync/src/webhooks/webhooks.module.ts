import { Module } from '@nestjs/common';
import { AccountsModule } from '#libs/accounts';
import { ConnectorsModule } from '#libs/connectors';
import { EngineModule } from '#libs/engine';
import { IntegrationStoreModule } from '#libs/integrations';
import { SyncStoreModule } from '../sync-store.module.js';
import { GoneRecords } from './gone-records.js';
import { HookIntake } from './hook-intake.js';
import { HooksMount } from './hooks-mount.js';
import { InboxWorker } from './inbox-worker.js';
import { SubscribingService } from './subscribing.service.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { WebhookActing } from './webhook-acting.js';
import { ProviderWebhooksController } from './webhooks.controller.js';
import { WebhooksService } from './webhooks.service.js';

/** Taking webhooks of ATSs in, and having them sent. */
@Module({
  imports: [AccountsModule, ConnectorsModule, EngineModule, IntegrationStoreModule, SyncStoreModule],
  controllers: [ProviderWebhooksController],
  providers: [
    HookIntake,
    HooksMount,
    SubscriptionsRepository,
    SubscriptionsService,
    SubscribingService,
    WebhooksService,
  ],
})
export class ProviderWebhooksModule {}

/** Acting on them. */
@Module({
  imports: [ConnectorsModule, SyncStoreModule],
  providers: [GoneRecords, WebhookActing, InboxWorker],
})
export class WebhookActingModule {}
