import { Module } from '@nestjs/common';
import { ConnectorsModule } from '#libs/connectors';
import { IntegrationStoreModule } from '#libs/integrations';
import { RunsService } from './runs/runs.service.js';
import { SyncsController } from './runs/syncs.controller.js';
import { UnreadableRecordsController } from './runs/unreadable-records.controller.js';
import { UnreadableRecordsService } from './runs/unreadable-records.service.js';
import { SyncSettingsController } from './settings/settings.controller.js';
import { SettingsService } from './settings/settings.service.js';
import { SyncStoreModule } from './sync-store.module.js';
import { TransitionsController } from './transitions/transitions.controller.js';
import { TransitionsService } from './transitions/transitions.service.js';
import { ProviderWebhooksModule } from './webhooks/webhooks.module.js';

/** Syncs, their settings, webhooks of ATSs and transitions over HTTP. */
@Module({
  imports: [ConnectorsModule, IntegrationStoreModule, SyncStoreModule, ProviderWebhooksModule],
  controllers: [SyncsController, SyncSettingsController, UnreadableRecordsController, TransitionsController],
  providers: [RunsService, SettingsService, UnreadableRecordsService, TransitionsService],
  exports: [SyncStoreModule],
})
export class SyncModule {}
