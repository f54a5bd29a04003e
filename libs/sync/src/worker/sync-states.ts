import { Injectable } from '@nestjs/common';
import { UnreadableRepository } from '#libs/records';
import { Database, type Queryable } from '#libs/store';
import type { ResourceProgress, RunRow } from '../run.js';
import type { KnownState } from './plan.js';

/** Changes are asked for from a little before the last run began: the ATS's clock is not ours, and its index lags behind. */
const OVERLAP_MS = 2 * 60_000;

const COMPLETE = {
  name: 'sync_states_complete',
  text: `
    INSERT INTO sync_states (integration_id, resource, account_id, initial_at, complete_at, delta_from)
    VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END, now(), $5)
    ON CONFLICT (integration_id, resource) DO UPDATE SET complete_at = now(), delta_from = excluded.delta_from,
      initial_at = coalesce(sync_states.initial_at, excluded.initial_at)`,
};

/** How far each resource of an integration was read completely, over all runs. */
@Injectable()
export class SyncStates {
  constructor(
    private readonly database: Database,
    private readonly unreadable: UnreadableRepository,
  ) {}

  find(accountId: string, integrationId: string): Promise<KnownState[]> {
    return this.database.query<KnownState>(
      `SELECT resource, initial_at AS "initialAt", delta_from AS "deltaFrom" FROM sync_states
       WHERE account_id = $1 AND integration_id = $2`,
      [accountId, integrationId],
    );
  }

  /** The list was read to its end. What was put aside before, and did not come again with a whole list, is gone. */
  async complete(tx: Queryable, run: RunRow, { key, model, since, startedAt }: ResourceProgress): Promise<void> {
    const begun = startedAt === null ? null : new Date(startedAt);
    const from = begun && new Date(begun.getTime() - OVERLAP_MS);
    await tx.query(COMPLETE, [run.integrationId, key, run.accountId, since === null, from]);
    if (since !== null || !begun) return;
    await this.unreadable.forget(tx, run, { model, part: key === model ? '' : key, before: begun });
  }
}
