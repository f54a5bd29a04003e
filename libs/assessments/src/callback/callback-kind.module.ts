import { Module } from '@nestjs/common';
import { ConnectorsModule } from '#libs/connectors';
import { TargetPolicy } from '#libs/delivery';
import { IntegrationStoreModule } from '#libs/integrations';
import { AtsCallbackKind } from './ats-callback.kind.js';
import { CallbacksRepository } from './callbacks.repository.js';
import { WritebackRepository } from './writeback.repository.js';

/** What the dispatcher needs to tell ATSs of results. */
@Module({
  imports: [ConnectorsModule, IntegrationStoreModule],
  providers: [AtsCallbackKind, CallbacksRepository, TargetPolicy, WritebackRepository],
  exports: [AtsCallbackKind],
})
export class CallbackKindModule {}
