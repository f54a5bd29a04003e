import { Module } from '@nestjs/common';
import { EngineModule } from '#libs/engine';
import { IntegrationStoreModule } from '#libs/integrations';
import { AttachmentLinksModule } from '../attachments/attachment-links.module.js';
import { SyncStoreModule } from '../sync-store.module.js';
import { SyncCleaning, SyncClocks } from '../sync-clocks.js';
import { WebhookActingModule } from '../webhooks/webhooks.module.js';
import { Comparison } from './comparison.js';
import { Consumption } from './consumption.js';
import { MissingRecords } from './missing-records.js';
import { PageSaver } from './page-saver.js';
import { ResourceReader } from './resource-reader.js';
import { RunEnd } from './run-end.js';
import { RunExecutor } from './run-executor.js';
import { RunPlanner } from './run-planner.js';
import { RunStore } from './run-store.js';
import { Schedule } from './schedule.js';
import { SeenIds } from './seen-ids.js';
import { SyncStates } from './sync-states.js';
import { SyncWorker } from './sync-worker.js';

/** Reading integrations, and acting on what their ATSs tell: the dispatchers' side. */
@Module({
  imports: [EngineModule, IntegrationStoreModule, SyncStoreModule, WebhookActingModule, AttachmentLinksModule],
  providers: [
    RunStore,
    SeenIds,
    SyncStates,
    MissingRecords,
    PageSaver,
    Comparison,
    ResourceReader,
    RunPlanner,
    RunEnd,
    RunExecutor,
    SyncWorker,
    Schedule,
    Consumption,
    SyncCleaning,
    SyncClocks,
  ],
})
export class SyncWorkerModule {}
