import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Helper } from './processes.ts';

/** What the parts that measure from the commit need of their PostgreSQL. */
export const COMMIT_TIMES = { track_commit_timestamp: 'on' };

const PATIENCE_MS = 60_000;

export interface Arrivals {
  ids: string[];
  at: number[];
}

/** Milliseconds from commit to arrival of all events of these accounts. @throws Error when one does not arrive. */
export async function commitToArrival(
  client: pg.Client,
  subscriber: Helper,
  { accountIds, since }: { accountIds: string[]; since: number },
): Promise<number[]> {
  const { rows } = await client.query<{ id: string; at: number }>(
    `SELECT id, (extract(epoch FROM pg_xact_commit_timestamp(xid::xid)) * 1000)::float8 AS at FROM events
     WHERE account_id = ANY ($1) AND created_at >= to_timestamp($2 / 1000.0) AND NOT internal AND type = 'record.new'`,
    [accountIds, since],
  );
  await untilArrived(
    subscriber,
    rows.map(({ id }) => id),
  );
  const { ids, at } = await subscriber.ask<Arrivals>('arrivals');
  const arrivedAt = new Map<string, number>();
  for (const [n, id] of ids.entries()) if (!arrivedAt.has(id)) arrivedAt.set(id, at[n]!);
  return rows.map(({ id, at: committedAt }) => arrivedAt.get(id)! - committedAt);
}

async function untilArrived(subscriber: Helper, ids: string[]): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const missing = await subscriber.ask<number>('missing', ids);
    if (missing === 0) return;
    if (performance.now() - startedAt > PATIENCE_MS) {
      throw new Error(`${missing} of ${ids.length} events did not arrive`);
    }
    await pause(250);
  }
}

/** The same for bare POSTs: from their start. */
export async function startToArrival(subscriber: Helper, started: Arrivals): Promise<number[]> {
  const { ids, at } = await subscriber.ask<Arrivals>('arrivals');
  const startedAt = new Map(started.ids.map((id, n) => [id, started.at[n]!]));
  return ids.map((id, n) => at[n]! - startedAt.get(id)!);
}
