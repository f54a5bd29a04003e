import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How integrations are connected to their ATSs: credentials and tokens (encrypted), the account's own OAuth clients, and
 * consents under way. The tables are new and empty; `integrations` gets a column without a default, which is instant.
 */
export class AddConnections1764320000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE integrations ADD COLUMN setup_request jsonb');
    await queryRunner.query(CONNECTIONS);
    await queryRunner.query(CONSENTS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE oauth_states, oauth_apps, connections;
      ALTER TABLE integrations DROP COLUMN setup_request;
    `);
  }
}

const CONNECTIONS = `
  CREATE TABLE connections (
    integration_id text COLLATE "C" PRIMARY KEY REFERENCES integrations,
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    provider text NOT NULL,
    method text NOT NULL,
    region text NOT NULL,
    version text NOT NULL,
    state text NOT NULL,
    state_reason text,
    client_id text,
    budget_key text NOT NULL,
    credentials_enc bytea,
    credentials_key_id text,
    access_token_enc bytea,
    access_token_key_id text,
    refresh_token_enc bytea,
    refresh_token_key_id text,
    last_four text,
    generation integer NOT NULL DEFAULT 1,
    obtained_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3),
    keep_alive_at timestamptz(3),
    scopes text[],
    permissions text[] NOT NULL DEFAULT '{}',
    remote_org_id text,
    remote_org_name text,
    remote_user text,
    findings jsonb,
    checked_at timestamptz(3),
    issue text,
    last_ok_at timestamptz(3),
    refresh_owner text,
    refresh_until timestamptz(3),
    refresh_not_before timestamptz(3),
    refresh_failures integer NOT NULL DEFAULT 0,
    refresh_error text,
    renewals integer NOT NULL DEFAULT 0,
    connected_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
  );
  CREATE INDEX connections_keep_alive ON connections (keep_alive_at) WHERE state = 'ACTIVE';
  CREATE INDEX connections_client ON connections (account_id, provider, region);
  CREATE UNIQUE INDEX connections_org ON connections (account_id, provider, region, remote_org_id)
    WHERE remote_org_id IS NOT NULL AND state <> 'DISCONNECTED';
`;

const CONSENTS = `
  CREATE TABLE oauth_apps (
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    provider text NOT NULL,
    region text NOT NULL,
    client_id text NOT NULL,
    client_secret_enc bytea NOT NULL,
    client_secret_key_id text NOT NULL,
    scopes text[],
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (account_id, provider, region)
  );
  CREATE TABLE oauth_states (
    state_hash bytea PRIMARY KEY,
    account_id text COLLATE "C" NOT NULL REFERENCES accounts,
    integration_id text COLLATE "C" NOT NULL REFERENCES integrations,
    provider text NOT NULL,
    method text NOT NULL,
    region text NOT NULL,
    client_id text NOT NULL,
    code_verifier_enc bytea,
    code_verifier_key_id text,
    return_url text,
    scopes text[] NOT NULL,
    permissions text[] NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL,
    used_at timestamptz(3)
  );
  CREATE INDEX oauth_states_expires ON oauth_states (expires_at);
`;
