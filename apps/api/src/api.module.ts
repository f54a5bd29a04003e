import { Module } from '@nestjs/common';
import { AccountsModule } from '#libs/accounts';
import { AssessmentsModule } from '#libs/assessments';
import { EventsModule } from '#libs/events';
import { FilesModule } from '#libs/files';
import { HttpModule } from '#libs/http';
import { IntegrationsModule } from '#libs/integrations';
import { HealthModule } from '#libs/platform';
import { WebhooksModule } from '#libs/webhooks';
import { ProblemsController } from './problems.controller.js';

/** Everything that answers HTTP. Stands on `PlatformModule` and `QueueModule`, which the process's root module brings. */
@Module({
  imports: [
    HealthModule,
    HttpModule,
    AccountsModule,
    IntegrationsModule,
    AssessmentsModule,
    EventsModule,
    FilesModule,
    WebhooksModule,
  ],
  controllers: [ProblemsController],
})
export class ApiModule {}
