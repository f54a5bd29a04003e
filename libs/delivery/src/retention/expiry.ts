import { Inject, Injectable } from '@nestjs/common';
import { Database, type Queryable } from '#libs/store';
import { LOGGER, type Logger } from '#libs/telemetry';
import { DELIVERY_KINDS, type DeliveryKind, type DueWork, type EndpointKind, type Settled } from '../kind.js';
import { withPartitions } from '../partitions.js';

/** Enough for a million rows in minutes, few enough for a transaction of a moment. */
const MOST_ROWS = 1_000;
const ERROR = 'retention';

// Rows that a turn is finishing are left to it, and to the next batch if it puts them back. A turn that has read a row
// which goes here finds nothing to finish.
const EXPIRE = {
  name: 'retention_expire',
  text: `
    WITH d AS (
      SELECT w.endpoint_id, w.due_at, w.id, e.kind FROM delivery_work w JOIN webhook_endpoints e ON e.id = w.endpoint_id
      WHERE w.account_id = $1 AND w.event_at >= $2::date::timestamp AT TIME ZONE 'UTC'
        AND w.event_at < ($2::date + 1)::timestamp AT TIME ZONE 'UTC' AND e.kind = ANY ($3::text[])
      LIMIT $4 FOR UPDATE OF w SKIP LOCKED
    ), gone AS (
      DELETE FROM delivery_work w USING d WHERE w.endpoint_id = d.endpoint_id AND w.due_at = d.due_at AND w.id = d.id
      RETURNING w.endpoint_id, w.id, w.account_id, w.event_id, w.event_at, w.attempt, d.kind
    ), said AS (
      INSERT INTO attempts (at, work_id, n, account_id, endpoint_id, event_id, event_at, outcome, ms, error)
      SELECT statement_timestamp(), g.id, g.attempt + 1, g.account_id, g.endpoint_id, g.event_id, g.event_at, 'EXPIRED', 0,
        '${ERROR}' FROM gone g
    )
    SELECT id AS "workId", endpoint_id AS "endpointId", account_id AS "accountId", event_id AS "eventId",
      event_at AS "eventAt", attempt, kind FROM gone`,
};

const EVENTS = {
  name: 'retention_events',
  text: `
    SELECT e.id AS "eventId", e.type AS "eventType", e.integration_id AS "integrationId", e.subject_id AS "subjectId",
      e.trace_parent AS "traceParent", e.payload
    FROM unnest($1::text[], $2::timestamptz[]) AS g (id, at) JOIN events e ON e.created_at = g.at AND e.id = g.id`,
};

type OfEvent = Pick<DueWork, 'eventType' | 'integrationId' | 'subjectId' | 'traceParent' | 'payload'>;
type GoneRow = Omit<DueWork, keyof OfEvent> & { kind: EndpointKind; eventAt: Date };

const NOTHING: OfEvent = {
  eventType: '',
  integrationId: null,
  subjectId: null,
  traceParent: null,
  payload: Buffer.alloc(0),
};

/** Ends deliveries that have waited for twice the time events are kept: each with an attempt that says so. */
@Injectable()
export class Expiry {
  constructor(
    private readonly database: Database,
    @Inject(DELIVERY_KINDS) private readonly kinds: readonly DeliveryKind[],
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Ends what an account still has to be delivered of a day's events, in small transactions. Returns how many rows. */
  async expire(accountId: string, day: string, { mayGoOn }: { mayGoOn: () => boolean }): Promise<number> {
    let total = 0;
    let most = MOST_ROWS;
    while (mayGoOn()) {
      const count = await this.tryBatch(accountId, day, most);
      if (count === 0) break;
      total += count ?? 0;
      // What a kind cannot settle is looked for among ever fewer rows, and at last ended without it.
      most = count === null ? Math.max(1, Math.floor(most / 10)) : MOST_ROWS;
    }
    return total;
  }

  /** Null when a kind could not settle it. */
  private async tryBatch(accountId: string, day: string, most: number): Promise<number | null> {
    const batch = { accountId, day, most };
    try {
      return await this.expireBatch(batch, (tx, gone) => this.settle(tx, gone));
    } catch (error) {
      if (!(error instanceof SettleError)) throw error;
      if (most > 1) return null;
      this.log.error({ err: error.cause }, 'a kind could not settle a delivery that expired');
      return this.expireBatch(batch, () => Promise.resolve());
    }
  }

  private expireBatch(
    { accountId, day, most }: { accountId: string; day: string; most: number },
    settle: (tx: Queryable, gone: GoneRow[]) => Promise<void>,
  ): Promise<number> {
    const kinds = this.kinds.map(({ kind }) => kind);
    return withPartitions(this.database, () =>
      this.database.transaction(async (tx) => {
        const gone = await tx.query<GoneRow>(EXPIRE, [accountId, day, kinds, most]);
        await settle(tx, gone);
        return gone.length;
      }),
    );
  }

  private async settle(tx: Queryable, gone: GoneRow[]): Promise<void> {
    for (const kind of this.kinds) {
      const mine = gone.filter((row) => row.kind === kind.kind && needsSettling(kind, row));
      if (mine.length === 0) continue;
      const events = await findEvents(tx, mine);
      // Where the event is gone too there is nothing a kind could go by.
      const settled = mine.flatMap((row) => (events.has(row.eventId) ? [expired(row, events.get(row.eventId))] : []));
      if (settled.length === 0) continue;
      // The endpoints it names are rung by the sweep.
      await kind.settle?.(tx, settled).catch((cause: unknown) => {
        throw new SettleError('a kind could not settle what expired', { cause });
      });
    }
  }
}

class SettleError extends Error {}

/** Asked before the payload is read: most rows are of kinds that keep no books, and their bodies are large. */
function needsSettling(kind: DeliveryKind, row: GoneRow): boolean {
  return kind.settle !== undefined && (kind.needsSettling?.(expired(row)) ?? true);
}

function expired({ kind: _, eventAt: __, ...row }: GoneRow, event: OfEvent = NOTHING): Settled {
  return {
    work: { ...row, ...event },
    reply: { status: null, body: '', retryAfterMs: null, error: ERROR },
    outcome: 'final',
    isLast: true,
    attempts: row.attempt + 1,
  };
}

async function findEvents(tx: Queryable, rows: readonly GoneRow[]): Promise<Map<string, OfEvent>> {
  const found = await tx.query<OfEvent & { eventId: string }>(EVENTS, [
    rows.map(({ eventId }) => eventId),
    rows.map(({ eventAt }) => eventAt),
  ]);
  return new Map(found.map(({ eventId, ...event }) => [eventId, event]));
}
