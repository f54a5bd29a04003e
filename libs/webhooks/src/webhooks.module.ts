import { Module } from '@nestjs/common';
import { TargetPolicy } from '#libs/delivery';
import { EventLogModule, EventsModule } from '#libs/events';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveriesService } from './deliveries.service.js';
import { EndpointChores } from './endpoint-chores.js';
import { EndpointsController } from './endpoints.controller.js';
import { EndpointsRepository } from './endpoints.repository.js';
import { EndpointsService } from './endpoints.service.js';
import { RecoveriesController } from './recoveries.controller.js';
import { RecoveriesRepository } from './recoveries.repository.js';
import { RecoveriesService } from './recoveries.service.js';

/** Webhook endpoints and deliveries over HTTP. `WebhookKindModule` is the sending side. */
@Module({
  imports: [EventsModule, EventLogModule],
  controllers: [EndpointsController, DeliveriesController, RecoveriesController],
  providers: [
    TargetPolicy,
    EndpointsService,
    EndpointsRepository,
    EndpointChores,
    DeliveriesService,
    DeliveriesRepository,
    RecoveriesService,
    RecoveriesRepository,
  ],
  exports: [EndpointsService],
})
export class WebhooksModule {}
