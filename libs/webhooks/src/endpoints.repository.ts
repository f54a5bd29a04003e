import { Injectable } from '@nestjs/common';
import { slotOf } from '#libs/model';
import { Cipher, Database, type Queryable } from '#libs/store';
import { addChore } from './endpoint-chores.js';

/** An endpoint as it is stored, with how it fares. */
export interface EndpointRow {
  id: string;
  url: string;
  description: string | null;
  event_types: string[] | null;
  integration_ids: string[] | null;
  signature: string;
  strict_nulls: boolean;
  max_per_second: number | null;
  headers_enc: Buffer | null;
  headers_key_id: string | null;
  retry_policy: unknown;
  status: 'ENABLED' | 'DISABLED';
  disabled_reason: string | null;
  breaker: 'CLOSED' | 'OPEN';
  open_until: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** What a client can say about an endpoint, ready to be stored. */
export interface EndpointColumns {
  url: string;
  description: string | null;
  event_types: string[] | null;
  integration_ids: string[] | null;
  signature: string;
  strict_nulls: boolean;
  max_per_second: number | null;
  headers_enc: Buffer | null;
  headers_key_id: string | null;
  retry_policy: unknown;
}

const SELECT = `
  SELECT e.id, e.url, e.description, e.event_types, e.integration_ids, e.signature, e.strict_nulls, e.max_per_second,
    e.headers_enc, e.headers_key_id, e.retry_policy, e.status, e.disabled_reason, e.created_at, e.updated_at, r.breaker,
    CASE WHEN r.breaker = 'OPEN' AND isfinite(r.blocked_until) THEN r.blocked_until END AS open_until
  FROM webhook_endpoints e JOIN endpoint_runs r ON r.endpoint_id = e.id
  WHERE e.account_id = $1 AND e.kind = 'WEBHOOK' AND e.deleted_at IS NULL`;

/** Later than every earlier change, in the milliseconds that what is cached per endpoint goes by. */
const CHANGED = `updated_at = greatest(clock_timestamp(), updated_at + interval '1 millisecond')`;

/** The statements on webhook endpoints; every one names the account. */
@Injectable()
export class EndpointsRepository {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  async find(tx: Queryable, accountId: string, id: string): Promise<EndpointRow | null> {
    const [row] = await tx.query<EndpointRow>(`${SELECT} AND e.id = $2`, [accountId, id]);
    return row ?? null;
  }

  /** As {@link find}; until the end of `tx` no turn begins or ends. Runs are always locked before their endpoints. */
  async lock(tx: Queryable, accountId: string, id: string): Promise<EndpointRow | null> {
    await tx.query('SELECT FROM endpoint_runs WHERE account_id = $1 AND endpoint_id = $2 FOR UPDATE', [accountId, id]);
    return this.find(tx, accountId, id);
  }

  /** Newest first, from below the id `before`. */
  findPage(accountId: string, before: string | null, limit: number): Promise<EndpointRow[]> {
    return this.database.query<EndpointRow>(
      `${SELECT} AND ($2::text IS NULL OR e.id < $2) ORDER BY e.id DESC LIMIT $3`,
      [accountId, before, limit],
    );
  }

  /** Which of these the account does not have. */
  async missingIntegrations(accountId: string, integrationIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM integrations WHERE account_id = $1 AND id = ANY ($2) AND deleted_at IS NULL',
      [accountId, integrationIds],
    );
    const found = new Set(rows.map(({ id }) => id));
    return new Set(integrationIds.filter((id) => !found.has(id)));
  }

  async insert(tx: Queryable, { accountId, id }: EndpointKey, columns: EndpointColumns): Promise<void> {
    const slot = slotOf(id);
    const values: unknown[] = Object.values(columns);
    await tx.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, slot, ${Object.keys(columns).join(', ')})
       VALUES ($1, $2, 'WEBHOOK', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [id, accountId, slot, ...values],
    );
    await tx.query('INSERT INTO endpoint_runs (endpoint_id, account_id, slot) VALUES ($1, $2, $3)', [
      id,
      accountId,
      slot,
    ]);
  }

  async update(tx: Queryable, { accountId, id }: EndpointKey, columns: Partial<EndpointColumns>): Promise<void> {
    const names = Object.keys(columns);
    const set = [...names.map((name, at) => `${name} = $${at + 3}`), CHANGED].join(', ');
    await tx.query(`UPDATE webhook_endpoints SET ${set} WHERE account_id = $1 AND id = $2`, [
      accountId,
      id,
      ...Object.values(columns),
    ]);
  }

  /** Lets nothing go out any more; what waits goes on waiting. */
  async disable(tx: Queryable, { accountId, id }: EndpointKey, reason: string): Promise<void> {
    await tx.query(
      `UPDATE webhook_endpoints SET status = 'DISABLED', disabled_reason = $3, ${CHANGED} WHERE account_id = $1 AND id = $2`,
      [accountId, id, reason],
    );
    await tx.query(`UPDATE endpoint_runs SET blocked_until = 'infinity' WHERE account_id = $1 AND endpoint_id = $2`, [
      accountId,
      id,
    ]);
  }

  async enable(tx: Queryable, { accountId, id }: EndpointKey): Promise<void> {
    await tx.query(
      `UPDATE webhook_endpoints SET status = 'ENABLED', disabled_reason = NULL, ${CHANGED} WHERE account_id = $1 AND id = $2`,
      [accountId, id],
    );
    await this.wake(tx, { accountId, id });
  }

  /** Closes the breaker and has what waits made due; {@link EndpointChores} does that, since it may be much. */
  async wake(tx: Queryable, { accountId, id }: EndpointKey): Promise<void> {
    await tx.query(
      `UPDATE endpoint_runs SET blocked_until = NULL, breaker = 'CLOSED', breaker_opens = 0, fails = 0, failing_since = NULL
       WHERE account_id = $1 AND endpoint_id = $2`,
      [accountId, id],
    );
    await addChore(tx, { accountId, id }, 'WAKE');
  }

  /** The endpoint is gone for clients; {@link EndpointChores} ends what waited for it as FAILED. */
  async remove(tx: Queryable, { accountId, id }: EndpointKey): Promise<void> {
    await this.disable(tx, { accountId, id }, 'deleted');
    await tx.query('UPDATE webhook_endpoints SET deleted_at = now() WHERE account_id = $1 AND id = $2', [
      accountId,
      id,
    ]);
    await tx.query('DELETE FROM endpoint_secrets WHERE account_id = $1 AND endpoint_id = $2', [accountId, id]);
    await addChore(tx, { accountId, id }, 'EMPTY');
    await tx.query(
      `UPDATE recoveries SET state = 'CANCELLED', completed_at = now()
       WHERE account_id = $1 AND endpoint_id = $2 AND state = 'RUNNING'`,
      [accountId, id],
    );
  }

  /** Custom headers as they are kept. */
  sealHeaders(headers: Record<string, string> | null): Pick<EndpointColumns, 'headers_enc' | 'headers_key_id'> {
    const sealed = headers && this.cipher.seal(JSON.stringify(headers));
    return { headers_enc: sealed?.data ?? null, headers_key_id: sealed?.keyId ?? null };
  }

  headerNamesOf({ headers_enc: data, headers_key_id: keyId }: EndpointRow): string[] {
    return data && keyId ? Object.keys(JSON.parse(this.cipher.open({ data, keyId })) as object) : [];
  }

  /** Adds a secret; those before it sign on for the overlap at most. Resolves to how many sign from now on. */
  async addSecret(
    tx: Queryable,
    { accountId, id }: EndpointKey,
    secret: string,
    overlapSeconds: number,
  ): Promise<number> {
    const { data, keyId } = this.cipher.seal(secret);
    await tx.query(
      `UPDATE endpoint_secrets SET not_after = least(not_after, now() + make_interval(secs => $3))
       WHERE account_id = $1 AND endpoint_id = $2`,
      [accountId, id, overlapSeconds],
    );
    await tx.query(
      `INSERT INTO endpoint_secrets (endpoint_id, version, account_id, secret_enc, key_id)
       SELECT $2, coalesce(max(version), 0) + 1, $1, $3, $4 FROM endpoint_secrets WHERE account_id = $1 AND endpoint_id = $2`,
      [accountId, id, data, keyId],
    );
    await this.update(tx, { accountId, id }, {});
    // Times are kept in milliseconds, so what ends now may end a little later.
    const signing = await tx.query(
      `SELECT FROM endpoint_secrets WHERE account_id = $1 AND endpoint_id = $2
       AND (not_after IS NULL OR not_after > now() + interval '1 millisecond')`,
      [accountId, id],
    );
    return signing.length;
  }
}

export interface EndpointKey {
  accountId: string;
  id: string;
}
