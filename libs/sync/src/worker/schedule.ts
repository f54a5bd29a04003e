import { Injectable } from '@nestjs/common';
import { Database } from '#libs/store';
import { RunQueue } from '../runs/run-queue.js';

interface DueRow {
  accountId: string;
  integrationId: string;
  jobId: string;
  isFull: boolean;
  isBusy: boolean;
}

/** A time further away than any schedule sets it was written while the database's clock was wrong. */
const TAKE_DUE = {
  name: 'sync_schedule_take',
  text: `
    WITH d AS (
      SELECT s.integration_id, s.next_full_at <= now() AS is_full FROM sync_settings s
      WHERE s.is_on AND (s.next_delta_at <= now() OR s.next_full_at <= now()
        OR s.next_delta_at > now() + interval '2 days')
      ORDER BY s.next_delta_at LIMIT 100 FOR UPDATE SKIP LOCKED
    ), u AS (
      UPDATE sync_settings s SET next_delta_at = now() + s.interval_minutes * interval '1 minute',
        next_full_at = CASE WHEN d.is_full THEN s.next_full_at + ceil(extract(epoch FROM now() - s.next_full_at) / 86400 + 0.0001)::integer * interval '1 day'
          ELSE s.next_full_at END
      FROM d WHERE s.integration_id = d.integration_id
      RETURNING s.integration_id, s.account_id, s.job_id, d.is_full
    )
    SELECT u.account_id AS "accountId", u.integration_id AS "integrationId", u.job_id AS "jobId", u.is_full AS "isFull",
      EXISTS (SELECT FROM sync_runs r WHERE r.integration_id = u.integration_id AND r.status IN ('QUEUED', 'RUNNING')) AS "isBusy"
    FROM u JOIN integrations i ON i.id = u.integration_id AND i.status IN ('ACTIVE', 'ISSUE')`,
};

/** Asks for the runs whose time has come: what changed every so often, everything once a night. */
@Injectable()
export class Schedule {
  constructor(
    private readonly database: Database,
    private readonly queue: RunQueue,
  ) {}

  async enqueueDue(): Promise<void> {
    await this.database.transaction(async (tx) => {
      for (const { isFull, isBusy, ...due } of await tx.query<DueRow>(TAKE_DUE)) {
        const mode = isFull ? 'FULL' : 'DELTA';
        // While another run is under way nobody needs one more for what changed meanwhile: the next one brings it.
        if (isFull || !isBusy) await this.queue.enqueue(tx, { ...due, mode, isWhole: isFull, models: null });
      }
    });
  }
}
