import { Module } from '@nestjs/common';
import { TargetPolicy } from '#libs/delivery';
import { EventLogModule, EventsModule } from '#libs/events';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveriesService } from './deliveries.service.js';
import { EndpointsController } from './endpoints.controller.js';
import { EndpointsRepository } from './endpoints.repository.js';
import { EndpointsService } from './endpoints.service.js';

/** Webhook endpoints and deliveries over HTTP. `WebhookKindModule` is the sending side. */
@Module({
  imports: [EventsModule, EventLogModule],
  controllers: [EndpointsController, DeliveriesController],
  providers: [TargetPolicy, EndpointsService, EndpointsRepository, DeliveriesService, DeliveriesRepository],
  exports: [EndpointsService],
})
export class WebhooksModule {}
