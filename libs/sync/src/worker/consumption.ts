import { Injectable } from '@nestjs/common';
import { Rings, withPartitions } from '#libs/delivery';
import { EventsService } from '#libs/events';
import { Database, type Queryable } from '#libs/store';
import { RUN_COLUMNS, type RunRow } from '../run.js';
import { allConsumedEvent } from '../run-events.js';

/** `due_at` of a run that is over is when to look again. */
const CANDIDATES = {
  name: 'sync_consumption_candidates',
  text: `
    SELECT ${RUN_COLUMNS} FROM sync_runs r
    WHERE r.consumed_at IS NULL AND r.status IN ('SUCCEEDED', 'PARTIAL') AND r.due_at <= statement_timestamp()
    ORDER BY r.due_at LIMIT $1`,
};

/**
 * Whether a delivery of the run's events is not over. They are those of its integration from its first moment to its last,
 * with those few that came by another way meanwhile. What waits for an endpoint that is switched off is not waited for.
 */
const IS_WAITING = {
  name: 'sync_consumption_waiting',
  text: `
    SELECT EXISTS (
      SELECT FROM delivery_work w
      JOIN webhook_endpoints p ON p.id = w.endpoint_id AND p.kind = 'WEBHOOK' AND p.status = 'ENABLED' AND p.deleted_at IS NULL
      WHERE w.account_id = $1 AND w.event_at >= $3 AND w.event_at <= $4 AND EXISTS (
        SELECT FROM events e WHERE e.created_at = w.event_at AND e.id = w.event_id AND e.account_id = $1 AND e.integration_id = $2)
    ) AS "isWaiting"`,
};

const TAKE = {
  name: 'sync_consumption_take',
  text: `UPDATE sync_runs SET consumed_at = now() WHERE id = $1 AND consumed_at IS NULL RETURNING consumed_at AS at`,
};

/** The longer it takes, the more rarely somebody looks. */
const LOOK_LATER = {
  name: 'sync_consumption_later',
  text: `UPDATE sync_runs SET due_at = statement_timestamp()
    + least(interval '5 minutes', greatest(interval '1 second', (now() - finished_at) / 10)) WHERE id = $1`,
};

const AT_ONCE = 100;

/** Tells subscribers when all events of a run have reached them. */
@Injectable()
export class Consumption {
  constructor(
    private readonly database: Database,
    private readonly events: EventsService,
    private readonly rings: Rings,
  ) {}

  async tell(): Promise<void> {
    for (const run of await this.database.query<RunRow>(CANDIDATES, [AT_ONCE])) {
      if (await this.isWaiting(run)) await this.database.query(LOOK_LATER, [run.id]);
      else await this.tellOf(run);
    }
  }

  private async isWaiting({ accountId, integrationId, eventsFrom, eventsTo }: RunRow): Promise<boolean> {
    if (!eventsFrom || !eventsTo) return false;
    const values = [accountId, integrationId, eventsFrom, eventsTo];
    const [row] = await this.database.query<{ isWaiting: boolean }>(IS_WAITING, values);
    return row!.isWaiting;
  }

  private async tellOf(run: RunRow): Promise<void> {
    const append = async (tx: Queryable) => {
      const [taken] = await tx.query<{ at: Date }>(TAKE, [run.id]);
      return taken ? this.events.append(tx, [allConsumedEvent(run, taken.at)]) : [];
    };
    this.rings.ring(await withPartitions(this.database, () => this.database.transaction(append)));
  }
}
