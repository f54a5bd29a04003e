import { Injectable } from '@nestjs/common';
import { Cipher, Database, type Queryable, type Sealed } from '#libs/store';
import type { ConnectionRow, ConnectionState, Finding } from './connection.js';

const COLUMNS = `integration_id AS "integrationId", account_id AS "accountId", provider, method, region, version, state,
  state_reason AS "stateReason", client_id AS "clientId", budget_key AS "budgetKey",
  credentials_enc, credentials_key_id, access_token_enc, access_token_key_id, refresh_token_enc, refresh_token_key_id,
  last_four AS "lastFour", generation, obtained_at AS "obtainedAt", expires_at AS "expiresAt",
  extract(epoch FROM expires_at - statement_timestamp())::float8 * 1000 AS "livesMs",
  extract(epoch FROM statement_timestamp() - obtained_at)::float8 * 1000 AS "ageMs",
  scopes, permissions, remote_org_id AS "remoteOrgId", remote_org_name AS "remoteOrgName", remote_user AS "remoteUser",
  findings, checked_at AS "checkedAt", issue, last_ok_at AS "lastOkAt", refresh_error AS "refreshError", renewals,
  connected_at AS "connectedAt"`;

type Raw = Omit<ConnectionRow, 'credentials' | 'accessToken' | 'refreshToken'> & Record<string, unknown>;

const FIND = {
  name: 'connections_find',
  text: `SELECT ${COLUMNS} FROM connections WHERE account_id = $1 AND integration_id = $2`,
};

/** What a connection becomes when it is made (again). */
export interface NewConnection {
  accountId: string;
  integrationId: string;
  provider: string;
  method: string;
  region: string;
  version: string;
  clientId: string | null;
  budgetKey: string;
  /** JSON of the fields a customer typed in. */
  credentials: string | null;
  accessToken: string | null;
  refreshToken: string | null;
  expiresInSeconds: number | null;
  keepAliveInSeconds: number | null;
  lastFour: string | null;
  scopes: string[] | null;
  permissions: string[];
  remoteOrgId: string | null;
  remoteOrgName: string | null;
  remoteUser: string | null;
}

/** The statements on `connections`; every one names the account. */
@Injectable()
export class ConnectionsRepository {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  async find(accountId: string, integrationId: string, on: Queryable = this.database): Promise<ConnectionRow | null> {
    const [row] = await on.query<Raw>(FIND, [accountId, integrationId]);
    return row ? toRow(row) : null;
  }

  open(sealed: Sealed): string {
    return this.cipher.open(sealed);
  }

  /** Stores what works now; of an earlier connection of the integration nothing stays but the generation it counts on from. */
  async save(tx: Queryable, made: NewConnection): Promise<ConnectionRow> {
    const sealed = [made.credentials, made.accessToken, made.refreshToken].flatMap((value) => this.seal(value));
    const { accountId, integrationId, provider, method, region, version, clientId, budgetKey } = made;
    const [row] = await tx.query<Raw>(
      `INSERT INTO connections AS c (integration_id, account_id, provider, method, region, version, client_id, budget_key,
         credentials_enc, credentials_key_id, access_token_enc, access_token_key_id, refresh_token_enc, refresh_token_key_id,
         last_four, scopes, permissions, remote_org_id, remote_org_name, remote_user,
         expires_at, keep_alive_at, state, last_ok_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
         now() + $21::float8 * interval '1 second', now() + $22::float8 * interval '1 second', 'ACTIVE', now())
       ON CONFLICT (integration_id) DO UPDATE SET (provider, method, region, version, client_id, budget_key,
         credentials_enc, credentials_key_id, access_token_enc, access_token_key_id, refresh_token_enc, refresh_token_key_id,
         last_four, scopes, permissions, remote_org_id, remote_org_name, remote_user, expires_at, keep_alive_at, state,
         last_ok_at, generation, state_reason, obtained_at, findings, checked_at, issue, refresh_owner, refresh_until,
         refresh_not_before, refresh_failures, refresh_error, renewals, connected_at, updated_at)
       = (excluded.provider, excluded.method, excluded.region, excluded.version, excluded.client_id, excluded.budget_key,
         excluded.credentials_enc, excluded.credentials_key_id, excluded.access_token_enc, excluded.access_token_key_id,
         excluded.refresh_token_enc, excluded.refresh_token_key_id, excluded.last_four, excluded.scopes,
         excluded.permissions, excluded.remote_org_id, excluded.remote_org_name, excluded.remote_user, excluded.expires_at,
         excluded.keep_alive_at, 'ACTIVE', now(), c.generation + 1, NULL, now(), NULL, NULL, NULL, NULL, NULL,
         NULL, 0, NULL, 0, now(), now())
       WHERE c.account_id = excluded.account_id
       RETURNING ${COLUMNS}`,
      [
        ...[integrationId, accountId, provider, method, region, version, clientId, budgetKey],
        ...sealed,
        ...[made.lastFour, made.scopes, made.permissions, made.remoteOrgId, made.remoteOrgName, made.remoteUser],
        ...[made.expiresInSeconds, made.keepAliveInSeconds],
      ],
    );
    return toRow(row!);
  }

  /** Ends it on purpose: nothing that opens the ATS is kept. Tells whether there was one that had not ended. */
  async disconnect(tx: Queryable, accountId: string, integrationId: string): Promise<ConnectionRow | null> {
    const [row] = await tx.query<Raw>(
      `UPDATE connections SET state = 'DISCONNECTED', state_reason = NULL, generation = generation + 1,
         credentials_enc = NULL, credentials_key_id = NULL, access_token_enc = NULL, access_token_key_id = NULL,
         refresh_token_enc = NULL, refresh_token_key_id = NULL, last_four = NULL, keep_alive_at = NULL, expires_at = NULL,
         scopes = NULL, findings = NULL, checked_at = NULL, issue = NULL, refresh_owner = NULL, refresh_until = NULL,
         refresh_error = NULL, updated_at = now()
       WHERE account_id = $1 AND integration_id = $2 AND state <> 'DISCONNECTED' RETURNING ${COLUMNS}`,
      [accountId, integrationId],
    );
    return row ? toRow(row) : null;
  }

  /** Null when it is not active any more, or other credentials came since `generation`. */
  async saveNeedsRelink(
    tx: Queryable,
    { accountId, integrationId, generation }: Pick<ConnectionRow, 'accountId' | 'integrationId' | 'generation'>,
    reason: string,
  ): Promise<ConnectionRow | null> {
    const [row] = await tx.query<Raw>(
      `UPDATE connections SET state = 'NEEDS_RELINK', state_reason = $4, refresh_owner = NULL, refresh_until = NULL,
         updated_at = now()
       WHERE account_id = $1 AND integration_id = $2 AND generation = $3 AND state = 'ACTIVE' RETURNING ${COLUMNS}`,
      [accountId, integrationId, generation, reason],
    );
    return row ? toRow(row) : null;
  }

  async saveFindings(
    tx: Queryable,
    { accountId, integrationId, generation }: Pick<ConnectionRow, 'accountId' | 'integrationId' | 'generation'>,
    found: { findings: Finding[]; issue: string | null; isWorking: boolean },
  ): Promise<void> {
    await tx.query(
      `UPDATE connections SET findings = $4, checked_at = now(), issue = $5,
         last_ok_at = CASE WHEN $6 THEN now() ELSE last_ok_at END, updated_at = now()
       WHERE account_id = $1 AND integration_id = $2 AND generation = $3`,
      [accountId, integrationId, generation, JSON.stringify(found.findings), found.issue, found.isWorking],
    );
  }

  /** Another integration of the account that is connected to this organisation, if any. */
  async findByOrg(
    tx: Queryable,
    { accountId, provider, region, remoteOrgId, integrationId }: NewConnection,
  ): Promise<string | null> {
    const [row] = await tx.query<{ id: string }>(
      `SELECT integration_id AS id FROM connections
       WHERE account_id = $1 AND provider = $2 AND region = $3 AND remote_org_id = $4 AND integration_id <> $5
         AND state <> 'DISCONNECTED'`,
      [accountId, provider, region, remoteOrgId, integrationId],
    );
    return row?.id ?? null;
  }

  async countByClient(accountId: string, provider: string, region: string, states: ConnectionState[]): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::integer AS count FROM connections
       WHERE account_id = $1 AND provider = $2 AND region = $3 AND client_id IS NOT NULL AND state = ANY ($4)`,
      [accountId, provider, region, states],
    );
    return row?.count ?? 0;
  }

  seal(value: string | null): [Buffer | null, string | null] {
    if (value === null) return [null, null];
    const { data, keyId } = this.cipher.seal(value);
    return [data, keyId];
  }
}

/** For statements elsewhere that return whole rows. */
export const CONNECTION_COLUMNS = COLUMNS;

export function toRow(raw: Record<string, unknown>): ConnectionRow {
  const { credentials_enc, credentials_key_id, access_token_enc, access_token_key_id, ...others } = raw;
  const { refresh_token_enc, refresh_token_key_id, ...row } = others;
  return {
    ...(row as unknown as ConnectionRow),
    credentials: sealedOf(credentials_enc, credentials_key_id),
    accessToken: sealedOf(access_token_enc, access_token_key_id),
    refreshToken: sealedOf(refresh_token_enc, refresh_token_key_id),
  };
}

function sealedOf(data: unknown, keyId: unknown): Sealed | null {
  return Buffer.isBuffer(data) && typeof keyId === 'string' ? { data, keyId } : null;
}
