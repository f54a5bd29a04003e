import { Injectable } from '@nestjs/common';
import { Cipher, Database } from '#libs/store';

/** One write under its key. `hash` is over method, address and body. */
export interface KeyedRequest {
  accountId: string;
  key: string;
  hash: Buffer;
}

/** The reply a key stands for; `body` null where there is none (204). */
export interface KeptReply {
  status: number;
  contentType: string | null;
  body: string | Buffer | null;
}

/** What became of the attempt to begin: ours to run (the fence proves it later), or what somebody else left. */
export type Claim =
  | { kind: 'ours'; fence: string }
  | { kind: 'replay'; reply: KeptReply }
  | { kind: 'other_request' | 'running' | 'cut_off' };

/** Claims so often pass before what has expired is removed. */
const CLAIMS_PER_CLEANING = 100;

/** A first request that takes longer than this has died: no call of the hub runs so long. */
const CUT_OFF = "interval '60 seconds'";
const LIFE = "interval '24 hours'";

const CLAIM = {
  name: 'idempotency_claim',
  text: `
    INSERT INTO idempotency_keys AS k (account_id, key, request_hash, state) VALUES ($1, $2, $3, 'RUNNING')
    ON CONFLICT (account_id, key) DO UPDATE
      SET request_hash = excluded.request_hash, state = 'RUNNING', status = NULL, reply_enc = NULL, reply_key_id = NULL,
          created_at = now()
      WHERE k.created_at < now() - ${LIFE}
         OR ($4 AND k.state = 'RUNNING' AND k.request_hash = excluded.request_hash AND k.created_at < now() - ${CUT_OFF})
    RETURNING created_at::text AS fence`,
};
const READ = {
  name: 'idempotency_read',
  text: `
    SELECT request_hash, state, status, reply_enc, reply_key_id, created_at < now() - ${CUT_OFF} AS is_old
    FROM idempotency_keys WHERE account_id = $1 AND key = $2`,
};
const KEEP = {
  name: 'idempotency_keep',
  text: `
    UPDATE idempotency_keys SET state = 'DONE', status = $4, reply_enc = $5, reply_key_id = $6
    WHERE account_id = $1 AND key = $2 AND state = 'RUNNING' AND created_at = $3::timestamptz`,
};
const RELEASE = {
  name: 'idempotency_release',
  text: `
    DELETE FROM idempotency_keys
    WHERE account_id = $1 AND key = $2 AND state = 'RUNNING' AND created_at = $3::timestamptz`,
};
const CLEAN = {
  name: 'idempotency_clean',
  text: `
    DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM idempotency_keys WHERE created_at < now() - ${LIFE} LIMIT 1000 FOR UPDATE SKIP LOCKED))`,
};

/** How bytes rest. */
interface KeptBytes {
  base64: string;
}

interface KeyRow {
  request_hash: Buffer;
  state: 'RUNNING' | 'DONE';
  status: number | null;
  reply_enc: Buffer | null;
  reply_key_id: string | null;
  is_old: boolean;
}

/** Replies by Idempotency-Key, for 24 hours, encrypted: a reply may show a secret that is shown only once. */
@Injectable()
export class IdempotencyKeys {
  private claims = 0;

  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  /** `mayRepeat`: a first request that was cut off may simply run again, because all it did was one transaction of ours. */
  async claim({ accountId, key, hash }: KeyedRequest, mayRepeat: boolean): Promise<Claim> {
    if (++this.claims % CLAIMS_PER_CLEANING === 0) await this.database.query(CLEAN);
    const [claimed] = await this.database.query<{ fence: string }>(CLAIM, [accountId, key, hash, mayRepeat]);
    if (claimed) return { kind: 'ours', fence: claimed.fence };
    const [row] = await this.database.query<KeyRow>(READ, [accountId, key]);
    // Released in between: its holder failed a moment ago, and the caller had better try again.
    if (!row) return { kind: 'running' };
    return this.judge(row, hash);
  }

  async keep({ accountId, key }: KeyedRequest, fence: string, reply: KeptReply): Promise<void> {
    const body = Buffer.isBuffer(reply.body) ? { base64: reply.body.toString('base64') } : reply.body;
    const { data, keyId } = this.cipher.seal(JSON.stringify([reply.contentType, body]));
    await this.database.query(KEEP, [accountId, key, fence, reply.status, data, keyId]);
  }

  /** Forgets a request that failed on our side, so that it can be sent again under the same key. */
  async release({ accountId, key }: KeyedRequest, fence: string): Promise<void> {
    await this.database.query(RELEASE, [accountId, key, fence]);
  }

  private judge(row: KeyRow, hash: Buffer): Claim {
    if (!row.request_hash.equals(hash)) return { kind: 'other_request' };
    if (row.state === 'RUNNING') return { kind: row.is_old ? 'cut_off' : 'running' };
    const sealed = { data: row.reply_enc ?? Buffer.alloc(0), keyId: row.reply_key_id ?? '' };
    const [contentType, kept] = JSON.parse(this.cipher.open(sealed)) as [string | null, string | KeptBytes | null];
    const body = typeof kept === 'object' && kept !== null ? Buffer.from(kept.base64, 'base64') : kept;
    return { kind: 'replay', reply: { status: row.status ?? 200, contentType, body } };
  }
}
