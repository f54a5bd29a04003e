import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How one integration is connected to its ATS. */
@Entity({ name: 'connections' })
export class ConnectionEntity {
  @PrimaryColumn({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'provider', type: 'text' })
  provider!: string;

  @Column({ name: 'method', type: 'text' })
  method!: string;

  @Column({ name: 'region', type: 'text' })
  region!: string;

  @Column({ name: 'version', type: 'text' })
  version!: string;

  @Column({ name: 'state', type: 'text' })
  state!: string;

  @Column({ name: 'state_reason', type: 'text', nullable: true })
  stateReason!: string | null;

  @Column({ name: 'client_id', type: 'text', nullable: true })
  clientId!: string | null;

  @Column({ name: 'budget_key', type: 'text' })
  budgetKey!: string;

  @Column({ name: 'credentials_enc', type: 'bytea', nullable: true })
  credentialsEnc!: Buffer | null;

  @Column({ name: 'credentials_key_id', type: 'text', nullable: true })
  credentialsKeyId!: string | null;

  @Column({ name: 'access_token_enc', type: 'bytea', nullable: true })
  accessTokenEnc!: Buffer | null;

  @Column({ name: 'access_token_key_id', type: 'text', nullable: true })
  accessTokenKeyId!: string | null;

  @Column({ name: 'refresh_token_enc', type: 'bytea', nullable: true })
  refreshTokenEnc!: Buffer | null;

  @Column({ name: 'refresh_token_key_id', type: 'text', nullable: true })
  refreshTokenKeyId!: string | null;

  @Column({ name: 'last_four', type: 'text', nullable: true })
  lastFour!: string | null;

  @Column({ name: 'generation', type: 'integer', default: () => '1' })
  generation!: number;

  @Column({ name: 'obtained_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  obtainedAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3, nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'keep_alive_at', type: 'timestamptz', precision: 3, nullable: true })
  keepAliveAt!: Date | null;

  @Column({ name: 'scopes', type: 'text', array: true, nullable: true })
  scopes!: string[] | null;

  @Column({ name: 'permissions', type: 'text', array: true, default: () => "'{}'" })
  permissions!: string[];

  @Column({ name: 'remote_org_id', type: 'text', nullable: true })
  remoteOrgId!: string | null;

  @Column({ name: 'remote_org_name', type: 'text', nullable: true })
  remoteOrgName!: string | null;

  @Column({ name: 'remote_user', type: 'text', nullable: true })
  remoteUser!: string | null;

  @Column({ name: 'findings', type: 'jsonb', nullable: true })
  findings!: unknown;

  @Column({ name: 'checked_at', type: 'timestamptz', precision: 3, nullable: true })
  checkedAt!: Date | null;

  @Column({ name: 'issue', type: 'text', nullable: true })
  issue!: string | null;

  @Column({ name: 'last_ok_at', type: 'timestamptz', precision: 3, nullable: true })
  lastOkAt!: Date | null;

  @Column({ name: 'refresh_owner', type: 'text', nullable: true })
  refreshOwner!: string | null;

  @Column({ name: 'refresh_until', type: 'timestamptz', precision: 3, nullable: true })
  refreshUntil!: Date | null;

  @Column({ name: 'refresh_not_before', type: 'timestamptz', precision: 3, nullable: true })
  refreshNotBefore!: Date | null;

  @Column({ name: 'refresh_failures', type: 'integer', default: () => '0' })
  refreshFailures!: number;

  @Column({ name: 'refresh_error', type: 'text', nullable: true })
  refreshError!: string | null;

  @Column({ name: 'renewals', type: 'integer', default: () => '0' })
  renewals!: number;

  @Column({ name: 'connected_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  connectedAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}

/** An account's own OAuth client at an ATS. */
@Entity({ name: 'oauth_apps' })
export class OauthAppEntity {
  @PrimaryColumn({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @PrimaryColumn({ name: 'provider', type: 'text' })
  provider!: string;

  @PrimaryColumn({ name: 'region', type: 'text' })
  region!: string;

  @Column({ name: 'client_id', type: 'text' })
  clientId!: string;

  @Column({ name: 'client_secret_enc', type: 'bytea' })
  clientSecretEnc!: Buffer;

  @Column({ name: 'client_secret_key_id', type: 'text' })
  clientSecretKeyId!: string;

  @Column({ name: 'scopes', type: 'text', array: true, nullable: true })
  scopes!: string[] | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}

/** A consent under way; used once. */
@Entity({ name: 'oauth_states' })
export class OauthStateEntity {
  @PrimaryColumn({ name: 'state_hash', type: 'bytea' })
  stateHash!: Buffer;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'provider', type: 'text' })
  provider!: string;

  @Column({ name: 'method', type: 'text' })
  method!: string;

  @Column({ name: 'region', type: 'text' })
  region!: string;

  @Column({ name: 'client_id', type: 'text' })
  clientId!: string;

  @Column({ name: 'code_verifier_enc', type: 'bytea', nullable: true })
  codeVerifierEnc!: Buffer | null;

  @Column({ name: 'code_verifier_key_id', type: 'text', nullable: true })
  codeVerifierKeyId!: string | null;

  @Column({ name: 'return_url', type: 'text', nullable: true })
  returnUrl!: string | null;

  @Column({ name: 'scopes', type: 'text', array: true })
  scopes!: string[];

  @Column({ name: 'permissions', type: 'text', array: true })
  permissions!: string[];

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt!: Date;

  @Column({ name: 'used_at', type: 'timestamptz', precision: 3, nullable: true })
  usedAt!: Date | null;
}
