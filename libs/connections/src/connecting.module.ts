import { Module } from '@nestjs/common';
import { ConnectorsModule } from '#libs/connectors';
import { EngineModule } from '#libs/engine';
import { EventsModule } from '#libs/events';
import { IntegrationStoreModule } from '#libs/integrations';
import { Probes } from './checks/probes.js';
import { ConnectingService } from './connecting.service.js';
import { ConnectionStoreModule } from './connection-store.module.js';
import { EstablishingService } from './establishing.service.js';
import { Trials } from './trials.service.js';

/** Trying credentials out and storing those that work. */
@Module({
  imports: [ConnectorsModule, EngineModule, EventsModule, IntegrationStoreModule, ConnectionStoreModule],
  providers: [ConnectingService, EstablishingService, Probes, Trials],
  exports: [ConnectingService, EstablishingService, Probes],
})
export class ConnectingModule {}
