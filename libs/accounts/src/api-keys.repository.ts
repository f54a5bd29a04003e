import { Injectable } from '@nestjs/common';
import type { Scope } from '#libs/http';
import { newId } from '#libs/model';
import { Database, type Queryable } from '#libs/store';
import { toStoredKey } from './api-key.js';

/** A row of `api_keys` without what a key could be made from. */
export interface ApiKeyRow {
  id: string;
  name: string | null;
  prefix: string;
  lastFour: string;
  scopes: Scope[];
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  previousNotAfter: Date | null;
}

export interface NewApiKey {
  accountId: string;
  name: string | null;
  apiKey: string;
  scopes: readonly Scope[];
}

const COLUMNS = `id, name, prefix, last_four AS "lastFour", scopes, created_at AS "createdAt",
  last_used_at AS "lastUsedAt", revoked_at AS "revokedAt", previous_not_after AS "previousNotAfter"`;

/** The statements on `api_keys`; every one names the account. */
@Injectable()
export class ApiKeysRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Queryable, { accountId, name, apiKey, scopes }: NewApiKey): Promise<ApiKeyRow> {
    const { hash, prefix, lastFour } = toStoredKey(apiKey);
    const [row] = await tx.query<ApiKeyRow>(
      `INSERT INTO api_keys (id, account_id, name, hash, prefix, last_four, scopes)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
      [newId('apiKey'), accountId, name, hash, prefix, lastFour, scopes],
    );
    return row!;
  }

  /** Newest first, from below the id `before`. */
  findPage(accountId: string, before: string | null, limit: number): Promise<ApiKeyRow[]> {
    return this.database.query<ApiKeyRow>(
      `SELECT ${COLUMNS} FROM api_keys WHERE account_id = $1 AND ($2::text IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [accountId, before, limit],
    );
  }

  /** All keys of the account that still let somebody in; until the end of `tx` nobody else can revoke or rotate one. */
  async lockLive(tx: Queryable, accountId: string): Promise<ApiKeyRow[]> {
    await tx.query('SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [accountId]);
    return tx.query<ApiKeyRow>(
      `SELECT ${COLUMNS} FROM api_keys WHERE account_id = $1 AND revoked_at IS NULL FOR UPDATE`,
      [accountId],
    );
  }

  async exists(tx: Queryable, accountId: string, id: string): Promise<boolean> {
    const rows = await tx.query('SELECT FROM api_keys WHERE account_id = $1 AND id = $2', [accountId, id]);
    return rows.length > 0;
  }

  /** Puts a new key under the id; the one before lives on for the overlap, the one before that ends now. */
  async replace(
    tx: Queryable,
    {
      accountId,
      id,
      apiKey,
      overlapSeconds,
    }: { accountId: string; id: string; apiKey: string; overlapSeconds: number },
  ): Promise<ApiKeyRow> {
    const { hash, prefix, lastFour } = toStoredKey(apiKey);
    const [row] = await tx.query<ApiKeyRow>(
      `UPDATE api_keys SET hash = $3, prefix = $4, last_four = $5,
         previous_hash = CASE WHEN $6::int > 0 THEN hash END,
         previous_not_after = CASE WHEN $6::int > 0 THEN now() + make_interval(secs => $6::int) END
       WHERE account_id = $1 AND id = $2 RETURNING ${COLUMNS}`,
      [accountId, id, hash, prefix, lastFour, overlapSeconds],
    );
    return row!;
  }

  async revoke(tx: Queryable, accountId: string, id: string): Promise<void> {
    await tx.query('UPDATE api_keys SET revoked_at = now() WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL', [
      accountId,
      id,
    ]);
  }
}
