import { Injectable } from '@nestjs/common';
import { GIVE_UP_RULE, Rings } from '#libs/delivery';
import { EventsService, withPartitions } from '#libs/events';
import { Database } from '#libs/store';
import { Tracing } from '#libs/telemetry';
import { disabling, endpointDisabledEvent } from './endpoint-events.js';
import { type EndpointKey, EndpointsRepository } from './endpoints.repository.js';

const AT_ONCE = 100;

/**
 * Customers' endpoints that only fail, and did so again after the time we give them: one that failed and was then left
 * in peace gets another chance with its next event.
 */
const WORN_OUT = `
  SELECT r.account_id AS "accountId", r.endpoint_id AS id
  FROM endpoint_runs r JOIN webhook_endpoints e ON e.id = r.endpoint_id
  WHERE r.fails >= ${GIVE_UP_RULE.afterAttempts} AND r.failing_since <= now() - interval '${GIVE_UP_RULE.afterSeconds} seconds'
    AND e.kind = 'WEBHOOK' AND e.status = 'ENABLED' AND e.deleted_at IS NULL
    AND EXISTS (SELECT FROM attempts a WHERE a.endpoint_id = r.endpoint_id AND a.outcome <> 'DELIVERED'
      AND a.at >= r.failing_since + interval '${GIVE_UP_RULE.afterSeconds} seconds')`;

/** Gives up endpoints that have failed for days, and tells the account's other ones. */
@Injectable()
export class WornOutEndpoints {
  constructor(
    private readonly database: Database,
    private readonly endpoints: EndpointsRepository,
    private readonly events: EventsService,
    private readonly rings: Rings,
    private readonly tracing: Tracing,
  ) {}

  async disableAll(): Promise<void> {
    for (const endpoint of await this.database.query<EndpointKey>(`${WORN_OUT} LIMIT ${AT_ONCE}`)) {
      const disable = () => withPartitions(this.database, () => this.disable(endpoint));
      this.rings.ring(await this.tracing.task(disabling(endpoint.id, null), disable));
    }
  }

  /** Resolves to the endpoints that are told. */
  private disable({ accountId, id }: EndpointKey): Promise<string[]> {
    return this.database.transaction(async (tx) => {
      await this.endpoints.lock(tx, accountId, id);
      const still = await tx.query(`${WORN_OUT} AND r.endpoint_id = $1`, [id]);
      if (still.length === 0) return [];
      await this.endpoints.disable(tx, { accountId, id }, 'failing');
      const event = await endpointDisabledEvent(tx, accountId, id);
      return event ? this.events.append(tx, [event]) : [];
    });
  }
}
