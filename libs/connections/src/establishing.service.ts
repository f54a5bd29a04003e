import { Injectable } from '@nestjs/common';
import { Rings, withPartitions } from '#libs/delivery';
import { HubError } from '#libs/errors';
import { EventsService } from '#libs/events';
import { IntegrationsService } from '#libs/integrations';
import { Database, type Queryable } from '#libs/store';
import { ConnectionHooks } from './connection-hooks.js';
import type { ConnectionRow, Finding } from './connection.js';
import { ConnectionsRepository, type NewConnection } from './connections.repository.js';
import { integrationEvent } from './integration-event.js';

const UNIQUE_VIOLATION = '23505';

/** Stores a connection that works, with everything that follows from it, in one transaction. */
@Injectable()
export class EstablishingService {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsRepository,
    private readonly integrations: IntegrationsService,
    private readonly events: EventsService,
    private readonly hooks: ConnectionHooks,
    private readonly rings: Rings,
  ) {}

  /**
   * @throws HubError conflict when the integration was deleted, or the ATS's organisation belongs to another integration
   * of the account; what was stored before stays.
   */
  async establish(
    made: NewConnection,
    found: { findings: Finding[]; issue: string | null } | null,
  ): Promise<ConnectionRow> {
    try {
      const { row, endpointIds } = await withPartitions(this.database, () =>
        this.database.transaction((tx) => this.store(tx, made, found)),
      );
      this.rings.ring(endpointIds);
      return row;
    } catch (error) {
      if ((error as { constraint?: string; code?: string }).constraint !== 'connections_org') throw error;
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
      throw new HubError('conflict', { detail: OTHER_INTEGRATION }, { cause: error });
    }
  }

  private async store(tx: Queryable, made: NewConnection, found: { findings: Finding[]; issue: string | null } | null) {
    const { accountId, integrationId } = made;
    const integration = await this.integrations.findForUpdate(tx, accountId, integrationId);
    if (!integration) throw new HubError('not_found');
    if (integration.deletedAt !== null) throw new HubError('conflict', { detail: 'This integration was deleted.' });
    await this.refuseOtherOrganisation(tx, made);
    const row = await this.connections.save(tx, made);
    const issue = found?.issue ?? null;
    if (found) await this.connections.saveFindings(tx, row, { ...found, isWorking: true });
    const to = { status: issue === null ? 'ACTIVE' : 'ISSUE', reason: issue } as const;
    await this.integrations.setStatus(tx, integration, to);
    await this.hooks.connected(tx, { accountId, integrationId });
    const { method, region, version } = row;
    const event = integrationEvent(
      'integration.connected',
      { ...integration, status: to.status, statusReason: issue },
      { method, region, version },
    );
    return { row, endpointIds: await this.events.append(tx, [event]) };
  }

  /** One integration is one customer, and one customer's organisation is one integration. */
  private async refuseOtherOrganisation(tx: Queryable, made: NewConnection): Promise<void> {
    if (made.remoteOrgId === null) return;
    const before = await this.connections.find(made.accountId, made.integrationId, tx);
    const isLive = before !== null && before.state !== 'DISCONNECTED' && before.region === made.region;
    if (isLive && before.remoteOrgId !== null && before.remoteOrgId !== made.remoteOrgId) {
      throw new HubError('conflict', {
        detail: `This integration belongs to another organisation of the ATS${named(before.remoteOrgName)}; disconnect it first, or connect as that one.`,
      });
    }
    const other = await this.connections.findByOrg(tx, made);
    if (other !== null) throw new HubError('conflict', { detail: `${OTHER_INTEGRATION} It is ${other}.` });
  }
}

const OTHER_INTEGRATION = 'This organisation of the ATS is connected under another integration already.';

function named(name: string | null): string {
  return name === null ? '' : ` (${name})`;
}
