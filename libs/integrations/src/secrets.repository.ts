import { Injectable } from '@nestjs/common';
import { newId } from '#libs/model';
import { Cipher, Database, type Queryable } from '#libs/store';
import { hashInboundKey } from './inbound-key.js';

export type SecretStatus = 'ACTIVE' | 'ROTATING' | 'REVOKED';

/** A secret as a list may show it. */
export interface SecretRow {
  id: string;
  integrationId: string;
  provider: string;
  status: SecretStatus;
  lastFourCharacters: string;
  createdAt: Date;
  /** When an ATS last presented any of its keys, or a token made with one. */
  lastUsedAt: Date | null;
}

export interface NewKey {
  accountId: string;
  integrationId: string;
  secretId: string;
  key: string;
}

export interface SecretFilter {
  integrationId?: string;
  provider?: string;
}

const SELECT = `
  SELECT s.id, s.integration_id AS "integrationId", s.provider, s.created_at AS "createdAt",
    k.last_used_at AS "lastUsedAt", k.last_four AS "lastFourCharacters",
    CASE WHEN s.revoked_at IS NOT NULL THEN 'REVOKED' WHEN k.live > 1 THEN 'ROTATING' ELSE 'ACTIVE' END AS status
  FROM inbound_secrets s CROSS JOIN LATERAL (
    SELECT max(last_used_at) AS last_used_at,
      (array_agg(last_four ORDER BY created_at DESC, id DESC) FILTER (WHERE NOT is_token))[1] AS last_four,
      count(*) FILTER (WHERE NOT is_token AND revoked_at IS NULL AND (not_after IS NULL OR not_after > now())) AS live
    FROM inbound_secret_keys WHERE secret_id = s.id
  ) k`;

/** The statements on secrets and their keys; every one names the account. */
@Injectable()
export class SecretsRepository {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  async insert(tx: Queryable, secret: { accountId: string; integrationId: string; provider: string }): Promise<string> {
    const id = newId('secret');
    await tx.query('INSERT INTO inbound_secrets (id, account_id, integration_id, provider) VALUES ($1, $2, $3, $4)', [
      id,
      secret.accountId,
      secret.integrationId,
      secret.provider,
    ]);
    return id;
  }

  async insertKey(tx: Queryable, { accountId, integrationId, secretId, key }: NewKey): Promise<void> {
    const { data, keyId } = this.cipher.seal(key);
    await tx.query(
      `INSERT INTO inbound_secret_keys (id, account_id, integration_id, secret_id, hash, key_enc, key_id, last_four)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [newId('secretKey'), accountId, integrationId, secretId, hashInboundKey(key), data, keyId, key.slice(-4)],
    );
  }

  /** Newest first, from below the id `before`. */
  findPage(
    accountId: string,
    filter: SecretFilter,
    page: { before: string | null; limit: number },
  ): Promise<SecretRow[]> {
    return this.database.query<SecretRow>(
      `${SELECT}
       WHERE s.account_id = $1 AND ($2::text IS NULL OR s.id < $2)
         AND ($3::text IS NULL OR s.integration_id = $3) AND ($4::text IS NULL OR s.provider = $4)
       ORDER BY s.id DESC LIMIT $5`,
      [accountId, page.before, filter.integrationId ?? null, filter.provider ?? null, page.limit],
    );
  }

  /** The secret, locked: rotations and revocations of one secret happen one after the other. */
  async lock(
    tx: Queryable,
    accountId: string,
    id: string,
  ): Promise<{ integrationId: string; provider: string; isRevoked: boolean } | null> {
    const [row] = await tx.query<{ integrationId: string; provider: string; isRevoked: boolean }>(
      `SELECT integration_id AS "integrationId", provider, revoked_at IS NOT NULL AS "isRevoked"
       FROM inbound_secrets WHERE account_id = $1 AND id = $2 FOR NO KEY UPDATE`,
      [accountId, id],
    );
    return row ?? null;
  }

  /**
   * Lets the newest key (and the tokens made with it) live on for the overlap and ends all before it, so that with the
   * key about to be inserted two are live. Ended keys are not revoked: a callback may still present the last used one.
   */
  async retireKeys(tx: Queryable, accountId: string, id: string, overlapSeconds: number): Promise<void> {
    await tx.query(
      `UPDATE inbound_secret_keys k
       SET not_after = least(k.not_after,
         CASE WHEN k.is_token OR k.id = newest.id THEN now() + make_interval(secs => $3::int) ELSE now() END)
       FROM (
         SELECT id FROM inbound_secret_keys
         WHERE account_id = $1 AND secret_id = $2 AND NOT is_token ORDER BY created_at DESC, id DESC LIMIT 1
       ) newest
       WHERE k.account_id = $1 AND k.secret_id = $2 AND k.revoked_at IS NULL`,
      [accountId, id, overlapSeconds],
    );
  }

  async revoke(tx: Queryable, accountId: string, id: string): Promise<void> {
    await tx.query(
      `WITH keys AS (
         UPDATE inbound_secret_keys SET revoked_at = now()
         WHERE account_id = $1 AND secret_id = $2 AND revoked_at IS NULL
       )
       UPDATE inbound_secrets SET revoked_at = now() WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL`,
      [accountId, id],
    );
  }

  /** Revokes everything an integration's customer was given. */
  async revokeAll(tx: Queryable, accountId: string, integrationId: string): Promise<void> {
    await tx.query(
      `WITH keys AS (
         UPDATE inbound_secret_keys SET revoked_at = now()
         WHERE account_id = $1 AND integration_id = $2 AND revoked_at IS NULL
       )
       UPDATE inbound_secrets SET revoked_at = now()
       WHERE account_id = $1 AND integration_id = $2 AND revoked_at IS NULL`,
      [accountId, integrationId],
    );
  }
}
