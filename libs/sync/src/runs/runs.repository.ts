import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '#libs/store';
import { RUN_COLUMNS, type RunRow } from '../run.js';

/** What clients see of runs; every statement names the account. */
@Injectable()
export class RunsRepository {
  constructor(private readonly database: Database) {}

  async find(accountId: string, integrationId: string, id: string): Promise<RunRow | null> {
    const [row] = await this.database.query<RunRow>(
      `SELECT ${RUN_COLUMNS} FROM sync_runs r WHERE r.account_id = $1 AND r.integration_id = $2 AND r.id = $3`,
      [accountId, integrationId, id],
    );
    return row ?? null;
  }

  /** Newest first, from below the id `before`. */
  findPage(
    accountId: string,
    integrationId: string,
    { before, limit }: { before: string | null; limit: number },
  ): Promise<RunRow[]> {
    return this.database.query<RunRow>(
      `SELECT ${RUN_COLUMNS} FROM sync_runs r
       WHERE r.account_id = $1 AND r.integration_id = $2 AND ($3::text IS NULL OR r.id < $3) ORDER BY r.id DESC LIMIT $4`,
      [accountId, integrationId, before, limit],
    );
  }

  /** Resolves to false when there is nothing to cancel: the run is over. */
  async cancel(tx: Queryable, accountId: string, integrationId: string, id: string): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE sync_runs SET status = 'CANCELLED', finished_at = now(), lease_owner = NULL
       WHERE account_id = $1 AND integration_id = $2 AND id = $3 AND status IN ('QUEUED', 'RUNNING') RETURNING id`,
      [accountId, integrationId, id],
    );
    return rows.length > 0;
  }

  /** Forgets runs that ended long ago, all but the last of each integration. */
  async forgetOld(days: number): Promise<void> {
    await this.database.query(
      `DELETE FROM sync_runs WHERE id IN (
         SELECT r.id FROM sync_runs r WHERE r.finished_at < now() - $1::integer * interval '1 day'
           AND EXISTS (SELECT FROM sync_runs n WHERE n.integration_id = r.integration_id AND n.id > r.id) LIMIT 10000)`,
      [days],
    );
  }
}
