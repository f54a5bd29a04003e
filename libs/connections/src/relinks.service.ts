import { Injectable } from '@nestjs/common';
import { Rings, withPartitions } from '#libs/delivery';
import { EventsService } from '#libs/events';
import { IntegrationsService } from '#libs/integrations';
import { Database } from '#libs/store';
import type { ConnectionRow } from './connection.js';
import { integrationEvent } from './integration-event.js';
import { ConnectionsRepository } from './connections.repository.js';

/** Says that a connection is over until its customer connects again. */
@Injectable()
export class Relinks {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsRepository,
    private readonly integrations: IntegrationsService,
    private readonly events: EventsService,
    private readonly rings: Rings,
  ) {}

  /** Changes nothing when other credentials came since `row` was read, or it was over already. */
  async mark(row: Pick<ConnectionRow, 'accountId' | 'integrationId' | 'generation'>, reason: string): Promise<void> {
    const { accountId, integrationId } = row;
    const endpointIds = await withPartitions(this.database, () =>
      this.database.transaction(async (tx) => {
        // In the order in which connecting locks them too.
        const integration = await this.integrations.findForUpdate(tx, accountId, integrationId);
        const over = integration ? await this.connections.saveNeedsRelink(tx, row, reason) : null;
        if (!integration || !over) return [];
        const status = { status: 'NEEDS_RELINK', reason } as const;
        await this.integrations.setStatus(tx, { id: integrationId, accountId }, status);
        const changed = { ...integration, status: status.status, statusReason: reason };
        return this.events.append(tx, [integrationEvent('integration.needs_relink', changed, connectionOf(over))]);
      }),
    );
    this.rings.ring(endpointIds);
  }
}

function connectionOf({ method, region, version }: ConnectionRow) {
  return { method, region, version };
}
