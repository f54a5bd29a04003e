import { Module } from '@nestjs/common';
import { ConnectorsModule } from '#libs/connectors';
import { Sender } from '#libs/delivery';
import { EventsModule } from '#libs/events';
import { IntegrationStoreModule } from '#libs/integrations';
import { OauthAppsRepository } from './apps/oauth-apps.repository.js';
import { ConnectionEnding } from './connection-ending.js';
import { ConnectionHooks } from './connection-hooks.js';
import { ConnectionsRepository } from './connections.repository.js';
import { Connections } from './connections.js';
import { OauthStatesRepository } from './consent/oauth-states.repository.js';
import { Relinks } from './relinks.service.js';
import { RemovedIntegrations } from './removed-integrations.js';
import { RefreshLeases } from './token/refresh-leases.js';
import { TokenClient } from './token/token-client.js';
import { RefreshTimes, TokenKeeper } from './token/token-keeper.js';
import { TokenSource } from './token/token-source.js';

/** Access to customers' ATSs without routes: what a process needs that does not answer for them. */
@Module({
  imports: [ConnectorsModule, EventsModule, IntegrationStoreModule],
  providers: [
    Connections,
    ConnectionHooks,
    ConnectionEnding,
    ConnectionsRepository,
    OauthAppsRepository,
    OauthStatesRepository,
    RefreshLeases,
    { provide: RefreshTimes, useFactory: () => new RefreshTimes() },
    Relinks,
    RemovedIntegrations,
    Sender,
    TokenClient,
    TokenKeeper,
    TokenSource,
  ],
  exports: [
    Connections,
    ConnectionHooks,
    ConnectionEnding,
    ConnectionsRepository,
    OauthAppsRepository,
    OauthStatesRepository,
    TokenClient,
    TokenKeeper,
    TokenSource,
  ],
})
export class ConnectionStoreModule {}
