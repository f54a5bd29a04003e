import { Module } from '@nestjs/common';
import { AccountsModule } from '#libs/accounts';
import { ActionsModule } from '#libs/actions';
import { AssessmentsModule } from '#libs/assessments';
import { ConnectionsModule } from '#libs/connections';
import { EventsModule } from '#libs/events';
import { FilesModule } from '#libs/files';
import { HttpModule } from '#libs/http';
import { IntegrationsModule } from '#libs/integrations';
import { PassthroughModule } from '#libs/passthrough';
import { HealthModule } from '#libs/platform';
import { RecordReadsModule } from '#libs/records';
import { SyncModule } from '#libs/sync';
import { WebhooksModule } from '#libs/webhooks';
import { ProblemsController } from './problems.controller.js';

/** Everything that answers HTTP. Stands on `PlatformModule` and `QueueModule`, which the process's root module brings. */
@Module({
  imports: [
    HealthModule,
    HttpModule,
    AccountsModule,
    IntegrationsModule,
    ConnectionsModule,
    AssessmentsModule,
    EventsModule,
    FilesModule,
    PassthroughModule,
    RecordReadsModule,
    ActionsModule,
    SyncModule,
    WebhooksModule,
  ],
  controllers: [ProblemsController],
})
export class ApiModule {}
