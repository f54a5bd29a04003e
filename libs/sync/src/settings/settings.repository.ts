import { Injectable } from '@nestjs/common';
import { type ModelName, newId } from '#libs/model';
import { Database, type Queryable } from '#libs/store';
import type { Downloads } from '../attachments/attachment-files.js';

export interface SettingsRow {
  integrationId: string;
  accountId: string;
  jobId: string;
  /** Whether it is connected, so that there is something to sync. */
  isOn: boolean;
  intervalMinutes: number;
  /** Null: all but the sensitive ones. */
  models: ModelName[] | null;
  downloadFiles: Downloads;
  nextDeltaAt: Date | null;
  nextFullAt: Date | null;
}

export interface SettingsChanges {
  intervalMinutes: number;
  models: readonly ModelName[] | null;
  downloadFiles: Downloads;
}

const COLUMNS = `integration_id AS "integrationId", account_id AS "accountId", job_id AS "jobId", is_on AS "isOn",
  interval_minutes AS "intervalMinutes", models, download_files AS "downloadFiles", next_delta_at AS "nextDeltaAt",
  next_full_at AS "nextFullAt"`;

/** In the small hours (UTC), each integration at its own time, so that they do not all come at once. */
const NEXT_NIGHT = `date_trunc('day', now()) + interval '1 day 1 hour'
  + (abs(hashtextextended(integration_id, 0)) % 14400) * interval '1 second'`;

/** The statements on `sync_settings`; every one names the account. */
@Injectable()
export class SettingsRepository {
  constructor(private readonly database: Database) {}

  async find(accountId: string, integrationId: string, tx: Queryable = this.database): Promise<SettingsRow | null> {
    const [row] = await tx.query<SettingsRow>(
      `SELECT ${COLUMNS} FROM sync_settings WHERE account_id = $1 AND integration_id = $2`,
      [accountId, integrationId],
    );
    return row ?? null;
  }

  /** The integration's row, locked, made when there was none. */
  async ensure(tx: Queryable, accountId: string, integrationId: string): Promise<SettingsRow> {
    const [row] = await tx.query<SettingsRow>(
      `INSERT INTO sync_settings (integration_id, account_id, job_id) VALUES ($2, $1, $3)
       ON CONFLICT (integration_id) DO UPDATE SET updated_at = sync_settings.updated_at RETURNING ${COLUMNS}`,
      [accountId, integrationId, newId('syncJob')],
    );
    return row!;
  }

  /** From now on syncs are due, the first one after an interval. */
  async switchOn(tx: Queryable, accountId: string, integrationId: string): Promise<void> {
    await tx.query(
      `UPDATE sync_settings SET is_on = true, next_delta_at = now() + interval_minutes * interval '1 minute',
         next_full_at = ${NEXT_NIGHT}, updated_at = now()
       WHERE account_id = $1 AND integration_id = $2`,
      [accountId, integrationId],
    );
  }

  async switchOff(tx: Queryable, accountId: string, integrationId: string): Promise<void> {
    await tx.query(
      `UPDATE sync_settings SET is_on = false, next_delta_at = NULL, next_full_at = NULL, updated_at = now()
       WHERE account_id = $1 AND integration_id = $2`,
      [accountId, integrationId],
    );
  }

  /** A shorter interval brings the next sync forward. */
  async update(
    tx: Queryable,
    accountId: string,
    integrationId: string,
    { intervalMinutes, models, downloadFiles }: SettingsChanges,
  ): Promise<SettingsRow> {
    const [row] = await tx.query<SettingsRow>(
      `UPDATE sync_settings SET interval_minutes = $3, models = $4, download_files = $5, updated_at = now(),
         next_delta_at = least(next_delta_at, CASE WHEN is_on THEN now() + $3::integer * interval '1 minute' END)
       WHERE account_id = $1 AND integration_id = $2 RETURNING ${COLUMNS}`,
      [accountId, integrationId, intervalMinutes, models, downloadFiles],
    );
    return row!;
  }
}
