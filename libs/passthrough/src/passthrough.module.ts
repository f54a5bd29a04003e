import { Module } from '@nestjs/common';
import { ConnectionsModule } from '#libs/connections';
import { EngineModule } from '#libs/engine';
import { IntegrationsModule } from '#libs/integrations';
import { PassthroughController } from './passthrough.controller.js';
import { PassthroughService } from './passthrough.service.js';
import { RequestsController } from './requests.controller.js';
import { RequestsService } from './requests.service.js';

/** Calls of ATSs' own APIs through the hub, and the log of all calls. */
@Module({
  imports: [ConnectionsModule, EngineModule, IntegrationsModule],
  controllers: [PassthroughController, RequestsController],
  providers: [PassthroughService, RequestsService],
})
export class PassthroughModule {}
