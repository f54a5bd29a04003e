import { Injectable } from '@nestjs/common';
import { type ModelName, newId } from '#libs/model';
import type { Queryable } from '#libs/store';
import { ACCEPTED, type RunMode } from '../run.js';

export interface WantedRun {
  accountId: string;
  integrationId: string;
  jobId: string;
  mode: RunMode;
  /** Whole lists, not only what changed. */
  isWhole: boolean;
  /** Null: all that the settings name. */
  models: readonly ModelName[] | null;
  /** Somebody has said that what is missing is gone, however much it is. */
  acceptsDeletions?: boolean;
}

/** One statement, so that of two who ask for the same at once both get the same run. */
const ENQUEUE = {
  name: 'sync_runs_enqueue',
  text: `
    WITH n AS (
      INSERT INTO sync_runs (id, account_id, integration_id, job_id, mode, is_whole, models, asked)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      ON CONFLICT (integration_id, asked) WHERE status = 'QUEUED' DO UPDATE SET asked = excluded.asked
      RETURNING id
    )
    SELECT id FROM n`,
};

const CANCEL = {
  name: 'sync_runs_cancel_all',
  text: `
    UPDATE sync_runs SET status = 'CANCELLED', finished_at = now(), lease_owner = NULL
    WHERE account_id = $1 AND integration_id = $2 AND status IN ('QUEUED', 'RUNNING')`,
};

/** Asking for runs, and calling them off. A worker finds a queued one within half a second. */
@Injectable()
export class RunQueue {
  /** The id of a new run, or of the same one that is waiting already. */
  async enqueue(tx: Queryable, wanted: WantedRun): Promise<string> {
    const { accountId, integrationId, jobId, mode, isWhole, models, acceptsDeletions = false } = wanted;
    const reading = `${isWhole ? 'whole' : 'changes'}${acceptsDeletions ? ACCEPTED : ''}`;
    const asked = [mode, reading, ...(models ?? []).toSorted()].join(' ');
    const [row] = await tx.query<{ id: string }>(ENQUEUE, [
      newId('syncRun'),
      accountId,
      integrationId,
      jobId,
      mode,
      isWhole,
      models,
      asked,
    ]);
    return row!.id;
  }

  /** Ends whatever runs or waits; a worker in the middle of it finds out with its next page. */
  async cancelAll(tx: Queryable, accountId: string, integrationId: string): Promise<void> {
    await tx.query(CANCEL, [accountId, integrationId]);
  }
}
