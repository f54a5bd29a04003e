import { Injectable } from '@nestjs/common';
import { newId } from '#libs/model';
import { Cipher, Database, type Queryable } from '#libs/store';
import { hashInboundKey } from './inbound-key.js';

/** The row behind a key an ATS presented. */
export interface PresentedKey {
  keyId: string;
  secretId: string;
  integrationId: string;
  accountId: string;
  isToken: boolean;
  reportClosed: boolean;
  allowedCallbackHosts: string[];
  /** Whether its time of last use has to be written: see `TOUCH`. */
  needsTouch: boolean;
  /** No token, and not used before. */
  isFirstUse: boolean;
}

/** Written at most once a minute per key, but at once when another key of the integration was used in between. */
const STALE = `(k.last_used_at IS NULL OR k.last_used_at < statement_timestamp() - interval '60 seconds' OR EXISTS (
    SELECT FROM inbound_secret_keys o WHERE o.integration_id = k.integration_id AND o.last_used_at > k.last_used_at))`;

/**
 * A SELECT that finds one row, with `stale` (whether the use has to be noted), while a key still works, and none after;
 * for statements that act on a key which was identified a while ago. `key` and `account` are parameters.
 */
export function liveKeySql({ key, account }: { key: string; account: string }): string {
  return `SELECT ${STALE} AS stale
    FROM (SELECT * FROM inbound_secret_keys WHERE id = ${key} LIMIT 1) k
    CROSS JOIN LATERAL (SELECT * FROM integrations WHERE id = k.integration_id LIMIT 1) i
    WHERE k.account_id = ${account} AND i.deleted_at IS NULL AND k.revoked_at IS NULL
      AND (k.not_after IS NULL OR k.not_after > statement_timestamp())`;
}

// LIMIT 1 keeps the planner from any other order: a key, its integration, its account, each by its unique index. Without
// it, statistics of a moment ago can make it walk through all integrations of an account.
const FIND = {
  name: 'inbound-key-find',
  text: `
    SELECT k.id AS "keyId", k.secret_id AS "secretId", k.integration_id AS "integrationId", k.account_id AS "accountId",
      k.is_token AS "isToken", i.report_closed AS "reportClosed", i.allowed_callback_hosts AS "allowedCallbackHosts",
      ${STALE} AS "needsTouch", k.last_used_at IS NULL AND NOT k.is_token AS "isFirstUse"
    FROM (SELECT * FROM inbound_secret_keys WHERE hash = $1 LIMIT 1) k
    CROSS JOIN LATERAL (SELECT * FROM integrations WHERE id = k.integration_id LIMIT 1) i
    CROSS JOIN LATERAL (SELECT partner_token FROM accounts WHERE id = k.account_id LIMIT 1) a
    WHERE a.partner_token = $2 AND i.account_id = k.account_id AND i.provider = $3 AND i.deleted_at IS NULL
      AND k.revoked_at IS NULL AND (k.not_after IS NULL OR k.not_after > statement_timestamp())`,
};

// clock_timestamp(), not the statement's start: of two keys used at once the one written later must be the later one.
const TOUCH = {
  name: 'inbound-key-touch',
  text: `UPDATE inbound_secret_keys k SET last_used_at = clock_timestamp()
    WHERE k.account_id = $1 AND k.id = $2 AND ${STALE} RETURNING k.id`,
};

const LAST_USED = `
  SELECT key_enc AS data, key_id AS "keyId" FROM inbound_secret_keys
  WHERE integration_id = $1 AND revoked_at IS NULL AND NOT is_token
  ORDER BY last_used_at DESC NULLS LAST, created_at DESC, id DESC LIMIT 1`;

/** The statements on keys that ATSs present. */
@Injectable()
export class InboundKeysRepository {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  async find(presentedKey: string, accountToken: string, provider: string): Promise<PresentedKey | null> {
    const [row] = await this.database.query<PresentedKey>(FIND, [hashInboundKey(presentedKey), accountToken, provider]);
    return row ?? null;
  }

  /** False when someone else noted the use meanwhile. */
  async touch(on: Queryable, { accountId, keyId }: Pick<PresentedKey, 'accountId' | 'keyId'>): Promise<boolean> {
    return (await on.query(TOUCH, [accountId, keyId])).length > 0;
  }

  async findLastUsed(integrationId: string): Promise<string | null> {
    const [sealed] = await this.database.query<{ data: Buffer; keyId: string }>(LAST_USED, [integrationId]);
    return sealed ? this.cipher.open(sealed) : null;
  }

  /** Keeps a token as a key of the same secret that ends by itself; ended ones of that secret go. Never outlives its key. */
  async insertToken(tx: Queryable, key: PresentedKey, token: string, lifetimeSeconds: number): Promise<void> {
    await tx.query(
      `DELETE FROM inbound_secret_keys
       WHERE account_id = $1 AND secret_id = $2 AND is_token AND not_after < now()`,
      [key.accountId, key.secretId],
    );
    // The column wants something sealed; a token is only ever looked up, so there is nothing to keep.
    const { data, keyId } = this.cipher.seal('');
    await tx.query(
      `INSERT INTO inbound_secret_keys
         (id, account_id, integration_id, secret_id, hash, key_enc, key_id, last_four, is_token, not_after)
       SELECT $1, k.account_id, k.integration_id, k.secret_id, $4, $5, $6, $7, true,
         least(k.not_after, now() + make_interval(secs => $8::int))
       FROM inbound_secret_keys k WHERE k.account_id = $2 AND k.id = $3 AND k.revoked_at IS NULL FOR SHARE`,
      [
        newId('secretKey'),
        key.accountId,
        key.keyId,
        hashInboundKey(token),
        data,
        keyId,
        token.slice(-4),
        lifetimeSeconds,
      ],
    );
  }
}
