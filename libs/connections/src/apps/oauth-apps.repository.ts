import { Injectable } from '@nestjs/common';
import { Cipher, Database, type Queryable } from '#libs/store';

const COLUMNS = `provider, region, client_id AS "clientId", client_secret_enc AS "data", client_secret_key_id AS "keyId",
  scopes, created_at AS "createdAt", updated_at AS "updatedAt"`;

/** An account's own OAuth client at an ATS. */
export interface OauthAppRow {
  provider: string;
  region: string;
  clientId: string;
  /** The secret, encrypted. */
  data: Buffer;
  keyId: string;
  /** Those the ATS approved for the client; null when nobody said. */
  scopes: string[] | null;
  createdAt: Date;
  updatedAt: Date;
}

/** The statements on `oauth_apps`; every one names the account. */
@Injectable()
export class OauthAppsRepository {
  constructor(
    private readonly database: Database,
    private readonly cipher: Cipher,
  ) {}

  list(accountId: string, provider: string | null): Promise<OauthAppRow[]> {
    return this.database.query<OauthAppRow>(
      `SELECT ${COLUMNS} FROM oauth_apps WHERE account_id = $1 AND ($2::text IS NULL OR provider = $2)
       ORDER BY provider, region`,
      [accountId, provider],
    );
  }

  async find(accountId: string, provider: string, region: string, on: Queryable = this.database) {
    const [row] = await on.query<OauthAppRow>(
      `SELECT ${COLUMNS} FROM oauth_apps WHERE account_id = $1 AND provider = $2 AND region = $3`,
      [accountId, provider, region],
    );
    return row ?? null;
  }

  secretOf(app: OauthAppRow): string {
    return this.cipher.open(app);
  }

  async save(
    accountId: string,
    app: { provider: string; region: string; clientId: string; clientSecret: string; scopes: string[] | null },
  ): Promise<OauthAppRow> {
    const { data, keyId } = this.cipher.seal(app.clientSecret);
    const [row] = await this.database.query<OauthAppRow>(
      `INSERT INTO oauth_apps (account_id, provider, region, client_id, client_secret_enc, client_secret_key_id, scopes)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (account_id, provider, region) DO UPDATE SET client_id = $4, client_secret_enc = $5,
         client_secret_key_id = $6, scopes = $7, updated_at = now()
       RETURNING ${COLUMNS}`,
      [accountId, app.provider, app.region, app.clientId, data, keyId, app.scopes],
    );
    return row!;
  }

  async remove(accountId: string, provider: string, region: string): Promise<boolean> {
    const rows = await this.database.query(
      'DELETE FROM oauth_apps WHERE account_id = $1 AND provider = $2 AND region = $3 RETURNING 1',
      [accountId, provider, region],
    );
    return rows.length > 0;
  }
}
