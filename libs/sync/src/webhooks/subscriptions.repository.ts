import { Injectable } from '@nestjs/common';
import { Database, type Sealed } from '#libs/store';

/** A webhook that stands in the ATS because the hub made it there. */
export interface RemoteWebhook {
  remoteId: string;
  action: string;
}

export interface SubscriptionRow {
  id: string;
  accountId: string;
  integrationId: string;
  provider: string;
  token: Sealed;
  secret: Sealed;
  /** Of a rotation, while it still counts. */
  previousSecret: Sealed | null;
  errorEmail: string | null;
  madeBy: 'HAND' | 'API';
  remote: RemoteWebhook[];
  refused: number;
  refusedAt: Date | null;
}

interface Stored extends Omit<SubscriptionRow, 'token' | 'secret' | 'previousSecret'> {
  token_enc: Buffer;
  token_key_id: string;
  secret_enc: Buffer;
  secret_key_id: string;
  previous_secret_enc: Buffer | null;
  previous_secret_key_id: string | null;
}

const COLUMNS = `s.id, s.account_id AS "accountId", s.integration_id AS "integrationId", s.provider, s.token_enc,
  s.token_key_id, s.secret_enc, s.secret_key_id,
  CASE WHEN s.previous_not_after > now() THEN s.previous_secret_enc END AS previous_secret_enc, s.previous_secret_key_id,
  s.error_email AS "errorEmail", s.made_by AS "madeBy", s.remote, s.refused, s.refused_at AS "refusedAt"`;

const FIND_BY_TOKEN = {
  name: 'webhook_subscriptions_find_by_token',
  text: `
    SELECT ${COLUMNS} FROM webhook_subscriptions s JOIN integrations i ON i.id = s.integration_id AND i.deleted_at IS NULL
    WHERE s.token_hash = $1 AND s.provider = $2`,
};

export interface NewSubscription {
  id: string;
  accountId: string;
  integrationId: string;
  provider: string;
  tokenHash: Buffer;
  token: Sealed;
  secret: Sealed;
}

/** The statements on `webhook_subscriptions`; those that clients reach name the account. */
@Injectable()
export class SubscriptionsRepository {
  constructor(private readonly database: Database) {}

  /** Whose webhook it is, by the hash of the token in its address. */
  async findByToken(provider: string, tokenHash: Buffer): Promise<SubscriptionRow | null> {
    const [row] = await this.database.query<Stored>(FIND_BY_TOKEN, [tokenHash, provider]);
    return row ? toRow(row) : null;
  }

  async find(accountId: string, integrationId: string): Promise<SubscriptionRow | null> {
    const [row] = await this.database.query<Stored>(
      `SELECT ${COLUMNS} FROM webhook_subscriptions s WHERE s.account_id = $1 AND s.integration_id = $2`,
      [accountId, integrationId],
    );
    return row ? toRow(row) : null;
  }

  /** Nothing happens when the integration has one already. */
  async insert(subscription: NewSubscription): Promise<void> {
    const { id, accountId, integrationId, provider, tokenHash, token, secret } = subscription;
    await this.database.query(
      `INSERT INTO webhook_subscriptions (id, account_id, integration_id, provider, token_hash, token_enc, token_key_id,
         secret_enc, secret_key_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (integration_id) DO NOTHING`,
      [id, accountId, integrationId, provider, tokenHash, token.data, token.keyId, secret.data, secret.keyId],
    );
  }

  /** The old secret counts for so many seconds more. */
  async rotate(
    accountId: string,
    integrationId: string,
    { secret, overlapSeconds }: { secret: Sealed; overlapSeconds: number },
  ): Promise<void> {
    await this.database.query(
      `UPDATE webhook_subscriptions SET previous_secret_enc = secret_enc, previous_secret_key_id = secret_key_id,
         previous_not_after = now() + $5::integer * interval '1 second', secret_enc = $3, secret_key_id = $4,
         updated_at = now()
       WHERE account_id = $1 AND integration_id = $2`,
      [accountId, integrationId, secret.data, secret.keyId, overlapSeconds],
    );
  }

  async saveRemote(
    accountId: string,
    integrationId: string,
    { remote, errorEmail }: { remote: readonly RemoteWebhook[]; errorEmail: string | null },
  ): Promise<void> {
    await this.database.query(
      `UPDATE webhook_subscriptions SET remote = $3, made_by = CASE WHEN $5 THEN 'API' ELSE made_by END,
         error_email = coalesce($4, error_email), updated_at = now()
       WHERE account_id = $1 AND integration_id = $2`,
      [accountId, integrationId, JSON.stringify(remote), errorEmail, remote.length > 0],
    );
  }

  /** Counts a webhook whose signature was missing, wrong or stale. */
  async noteRefused(accountId: string, integrationId: string): Promise<void> {
    await this.database.query(
      `UPDATE webhook_subscriptions SET refused = refused + 1, refused_at = now() WHERE account_id = $1 AND integration_id = $2`,
      [accountId, integrationId],
    );
  }
}

function toRow(stored: Stored): SubscriptionRow {
  const { token_enc, token_key_id, secret_enc, secret_key_id, previous_secret_enc, previous_secret_key_id, ...row } =
    stored;
  return {
    ...row,
    token: { data: token_enc, keyId: token_key_id },
    secret: { data: secret_enc, keyId: secret_key_id },
    previousSecret:
      previous_secret_enc && previous_secret_key_id
        ? { data: previous_secret_enc, keyId: previous_secret_key_id }
        : null,
  };
}
