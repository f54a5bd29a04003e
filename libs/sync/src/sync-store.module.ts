import { Module } from '@nestjs/common';
import { ConnectionStoreModule } from '#libs/connections';
import { EventsModule } from '#libs/events';
import { RecordStoreModule } from '#libs/records';
import { AttachmentFiles } from './attachments/attachment-files.js';
import { ConnectionListener } from './connection-listener.js';
import { FollowUps } from './follow-ups.js';
import { RunQueue } from './runs/run-queue.js';
import { RunsRepository } from './runs/runs.repository.js';
import { SettingsRepository } from './settings/settings.repository.js';
import { SyncTelemetry } from './sync-telemetry.js';
import { Transitions } from './transitions/transitions.js';
import { InboxRepository } from './webhooks/inbox.repository.js';

/** What every process needs that connects integrations or changes records: it begins and ends syncs, and follows changes. */
@Module({
  imports: [ConnectionStoreModule, RecordStoreModule, EventsModule],
  providers: [
    RunQueue,
    RunsRepository,
    SettingsRepository,
    InboxRepository,
    Transitions,
    AttachmentFiles,
    FollowUps,
    SyncTelemetry,
    ConnectionListener,
  ],
  exports: [
    ConnectionStoreModule,
    RecordStoreModule,
    EventsModule,
    RunQueue,
    RunsRepository,
    SettingsRepository,
    InboxRepository,
    Transitions,
    AttachmentFiles,
    SyncTelemetry,
  ],
})
export class SyncStoreModule {}
