import { Module } from '@nestjs/common';
import { ConnectorsModule } from '#libs/connectors';
import { IntegrationStoreModule } from '#libs/integrations';
import { OauthAppsController } from './apps/oauth-apps.controller.js';
import { OauthAppsService } from './apps/oauth-apps.service.js';
import { CheckService } from './checks/check.service.js';
import { ConnectCalls } from './connect-calls.service.js';
import { ConnectingModule } from './connecting.module.js';
import { ConnectionClocks } from './connection-clocks.js';
import { ConnectionLifeService } from './connection-life.service.js';
import { ConnectionStoreModule } from './connection-store.module.js';
import { ConnectionsController } from './connections.controller.js';
import { ConsentModule } from './consent/consent.module.js';
import { KeepAlive } from './token/keep-alive.js';

/** Connecting, checking and disconnecting over HTTP, and where consents come back to. */
@Module({
  imports: [ConnectorsModule, IntegrationStoreModule, ConnectionStoreModule, ConnectingModule, ConsentModule],
  controllers: [ConnectionsController, OauthAppsController],
  providers: [CheckService, ConnectCalls, ConnectionLifeService, OauthAppsService],
  exports: [ConnectionStoreModule],
})
export class ConnectionsModule {}

/** The clocks of connections, for dispatchers. */
@Module({
  imports: [ConnectionStoreModule],
  providers: [ConnectionClocks, KeepAlive],
  exports: [ConnectionStoreModule],
})
export class ConnectionWorkerModule {}
