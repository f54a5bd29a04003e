import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One customer's ATS, seen from one account. */
@Entity({ name: 'integrations' })
export class IntegrationEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'provider', type: 'text' })
  provider!: string;

  @Column({ name: 'origin_org_id', type: 'text' })
  originOrgId!: string;

  @Column({ name: 'origin_org_name', type: 'text' })
  originOrgName!: string;

  @Column({ name: 'status', type: 'text' })
  status!: string;

  @Column({ name: 'status_reason', type: 'text', nullable: true })
  statusReason!: string | null;

  @Column({ name: 'report_closed', type: 'boolean', default: () => 'false' })
  reportClosed!: boolean;

  @Column({ name: 'allowed_callback_hosts', type: 'text', array: true, default: () => "'{}'" })
  allowedCallbackHosts!: string[];

  @Column({ name: 'default_package_id', type: 'text', nullable: true })
  defaultPackageId!: string | null;

  @Column({ name: 'setup_request', type: 'jsonb', nullable: true })
  setupRequest!: unknown;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;

  @Column({ name: 'deleted_at', type: 'timestamptz', precision: 3, nullable: true })
  deletedAt!: Date | null;
}

/** What a customer hands to its ATS; its keys rotate under the same id. */
@Entity({ name: 'inbound_secrets' })
export class InboundSecretEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'provider', type: 'text' })
  provider!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'revoked_at', type: 'timestamptz', precision: 3, nullable: true })
  revokedAt!: Date | null;
}

/** One key an ATS may present: hashed to look it up by, encrypted because the callback presents it again. */
@Entity({ name: 'inbound_secret_keys' })
export class InboundSecretKeyEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'secret_id', type: 'text', collation: 'C' })
  secretId!: string;

  @Column({ name: 'hash', type: 'bytea' })
  hash!: Buffer;

  @Column({ name: 'key_enc', type: 'bytea' })
  keyEnc!: Buffer;

  @Column({ name: 'key_id', type: 'text' })
  keyId!: string;

  @Column({ name: 'last_four', type: 'text' })
  lastFour!: string;

  @Column({ name: 'is_token', type: 'boolean', default: () => 'false' })
  isToken!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'not_after', type: 'timestamptz', precision: 3, nullable: true })
  notAfter!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', precision: 3, nullable: true })
  revokedAt!: Date | null;

  @Column({ name: 'last_used_at', type: 'timestamptz', precision: 6, nullable: true })
  lastUsedAt!: Date | null;
}
