import { Injectable } from '@nestjs/common';
import { Rings, withPartitions } from '#libs/delivery';
import { HubError } from '#libs/errors';
import { EventsService } from '#libs/events';
import { type IntegrationRow, IntegrationsService } from '#libs/integrations';
import { Database, type Queryable } from '#libs/store';
import { ConnectionHooks } from './connection-hooks.js';
import { ConnectionsRepository } from './connections.repository.js';
import { integrationEvent } from './integration-event.js';
import { type SetupRequest, SetupRequests } from './setup-requests.js';

/** Ends connections, and asks for new ones: each change is one transaction. */
@Injectable()
export class ConnectionEnding {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsRepository,
    private readonly integrations: IntegrationsService,
    private readonly events: EventsService,
    private readonly hooks: ConnectionHooks,
    private readonly rings: Rings,
  ) {}

  disconnect(accountId: string, integrationId: string): Promise<void> {
    return this.change(accountId, integrationId, (tx, integration) => this.end(tx, integration));
  }

  requestSetup(accountId: string, integrationId: string, request: SetupRequest): Promise<void> {
    return this.change(accountId, integrationId, async (tx, integration) => {
      if (integration.deletedAt !== null) throw new HubError('conflict', { detail: 'This integration was deleted.' });
      const connection = await this.connections.find(accountId, integrationId, tx);
      if (connection?.state === 'ACTIVE') throw new HubError('conflict', { detail: 'This integration is connected.' });
      const status = { status: 'SETUP_REQUESTED', reason: null } as const;
      await this.integrations.setStatus(tx, integration, status);
      await SetupRequests.save(tx, accountId, integrationId, request);
      const changed = { ...integration, status: status.status, statusReason: null };
      return this.events.append(tx, [integrationEvent('integration.setup_requested', changed, null, { request })]);
    });
  }

  /** Ends the connection of an integration that is locked; the endpoints to ring, or none where there was no connection. */
  async end(tx: Queryable, integration: IntegrationRow): Promise<string[]> {
    const { id: integrationId, accountId } = integration;
    const ended = await this.connections.disconnect(tx, accountId, integrationId);
    if (!ended) return [];
    await this.integrations.setStatus(tx, integration, { status: 'DISCONNECTED', reason: null });
    await this.hooks.disconnected(tx, { accountId, integrationId });
    const { method, region, version } = ended;
    const changed = { ...integration, status: 'DISCONNECTED', statusReason: null } as const;
    return this.events.append(tx, [integrationEvent('integration.disconnected', changed, { method, region, version })]);
  }

  private async change(
    accountId: string,
    integrationId: string,
    work: (tx: Queryable, integration: IntegrationRow) => Promise<string[]>,
  ): Promise<void> {
    const endpointIds = await withPartitions(this.database, () =>
      this.database.transaction(async (tx) => {
        const integration = await this.integrations.findForUpdate(tx, accountId, integrationId);
        if (!integration) throw new HubError('not_found');
        return work(tx, integration);
      }),
    );
    this.rings.ring(endpointIds);
  }
}
