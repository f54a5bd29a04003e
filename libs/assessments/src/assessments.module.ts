import { Module } from '@nestjs/common';
import { ConnectorsModule } from '#libs/connectors';
import { EventsModule } from '#libs/events';
import { IntegrationsModule } from '#libs/integrations';
import { AssessmentsController } from './api/assessments.controller.js';
import { AssessmentsService } from './api/assessments.service.js';
import { AssessmentsRepository } from './assessments.repository.js';
import { CallbacksRepository } from './callback/callbacks.repository.js';
import { HeldBackCallbacks } from './callback/held-back-callbacks.js';
import { WritebackRepository } from './callback/writeback.repository.js';
import { ChangesService } from './changes/changes.service.js';
import { IntakeService } from './intake/intake.service.js';
import { OrdersRepository } from './intake/orders.repository.js';
import { PackagesController } from './packages/packages.controller.js';
import { PackagesRepository } from './packages/packages.repository.js';
import { PackagesService } from './packages/packages.service.js';
import { PARTNER_PROVIDERS } from './partner/partner-providers.js';

/** The order desk: the catalogue, orders from ATSs, and what the vendor reports. */
@Module({
  imports: [ConnectorsModule, EventsModule, IntegrationsModule],
  // The packages before the assessments: `packages` is no assessment's id.
  controllers: [PackagesController, AssessmentsController],
  providers: [
    AssessmentsRepository,
    AssessmentsService,
    CallbacksRepository,
    ChangesService,
    HeldBackCallbacks,
    IntakeService,
    OrdersRepository,
    PackagesRepository,
    PackagesService,
    WritebackRepository,
    ...PARTNER_PROVIDERS,
  ],
  exports: [PackagesService],
})
export class AssessmentsModule {}
