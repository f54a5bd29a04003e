import { Injectable } from '@nestjs/common';
import { Database, type Queryable } from '#libs/store';
import type { Recoverable } from './recoveries.dto.js';

/** A recovery as it is stored, with whether its endpoint lets it go on. */
export interface RecoveryRow {
  id: string;
  endpoint_id: string;
  which: Recoverable;
  since: Date;
  until: Date;
  state: 'RUNNING' | 'PAUSED' | 'DONE' | 'CANCELLED';
  done: number;
  examined_until: Date;
  created_at: Date;
  completed_at: Date | null;
}

export interface NewRecovery {
  id: string;
  accountId: string;
  endpointId: string;
  /** The request in one word: of two that are the same only one runs. */
  asked: string;
  which: Recoverable;
  since: Date;
  until: Date;
}

const SELECT = `
  SELECT r.id, r.endpoint_id, r.which, r.since, r.until, r.done, r.examined_until, r.created_at, r.completed_at,
    CASE WHEN r.state = 'RUNNING' AND e.status = 'DISABLED' THEN 'PAUSED' ELSE r.state END AS state
  FROM recoveries r JOIN webhook_endpoints e ON e.id = r.endpoint_id WHERE r.account_id = $1`;

/** The statements of clients on recoveries; every one names the account. */
@Injectable()
export class RecoveriesRepository {
  constructor(private readonly database: Database) {}

  async find(tx: Queryable, accountId: string, id: string): Promise<RecoveryRow | null> {
    const [row] = await tx.query<RecoveryRow>(`${SELECT} AND r.id = $2`, [accountId, id]);
    return row ?? null;
  }

  /** Newest first, from below the id `before`. */
  findPage(
    accountId: string,
    before: string | null,
    { endpointId, limit }: { endpointId: string | null; limit: number },
  ): Promise<RecoveryRow[]> {
    const ofEndpoint = endpointId === null ? '' : 'AND r.endpoint_id = $4';
    return this.database.query<RecoveryRow>(
      `${SELECT} AND ($2::text IS NULL OR r.id < $2) ${ofEndpoint} ORDER BY r.id DESC LIMIT $3`,
      [accountId, before, limit, ...(endpointId === null ? [] : [endpointId])],
    );
  }

  async countRunning(tx: Queryable, accountId: string, endpointId: string): Promise<number> {
    const rows = await tx.query(
      `SELECT FROM recoveries WHERE account_id = $1 AND endpoint_id = $2 AND state = 'RUNNING'`,
      [accountId, endpointId],
    );
    return rows.length;
  }

  /** Resolves to false when the same is running already. */
  async insert(tx: Queryable, recovery: NewRecovery): Promise<boolean> {
    const { id, accountId, endpointId, asked, which, since, until } = recovery;
    const rows = await tx.query(
      `INSERT INTO recoveries (id, account_id, endpoint_id, asked, which, since, until, examined_until, day)
       VALUES ($1, $2, $3, $4, $5, $6::timestamptz, $7, $6, date_trunc('day', $6::timestamptz, 'UTC'))
       ON CONFLICT (endpoint_id, asked) WHERE state = 'RUNNING' DO NOTHING RETURNING id`,
      [id, accountId, endpointId, asked, which, since, until],
    );
    return rows.length > 0;
  }

  /** The one that is running, of those asked for in the same words. */
  async findRunning(
    tx: Queryable,
    { accountId, endpointId, asked }: Pick<NewRecovery, 'accountId' | 'endpointId' | 'asked'>,
  ): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      `SELECT id FROM recoveries WHERE account_id = $1 AND endpoint_id = $2 AND asked = $3 AND state = 'RUNNING'`,
      [accountId, endpointId, asked],
    );
    return row?.id ?? null;
  }
}
