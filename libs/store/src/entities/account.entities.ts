import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One vendor on the hub; everything else belongs to one. */
@Entity({ name: 'accounts' })
export class AccountEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'partner_token', type: 'text' })
  partnerToken!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}

/** A key of an account; only its SHA-256 is kept. */
@Entity({ name: 'api_keys' })
export class ApiKeyEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'name', type: 'text', nullable: true })
  name!: string | null;

  @Column({ name: 'hash', type: 'bytea' })
  hash!: Buffer;

  /** The key before the last rotation, still good until `previousNotAfter`. */
  @Column({ name: 'previous_hash', type: 'bytea', nullable: true })
  previousHash!: Buffer | null;

  @Column({ name: 'previous_not_after', type: 'timestamptz', precision: 3, nullable: true })
  previousNotAfter!: Date | null;

  @Column({ name: 'prefix', type: 'text' })
  prefix!: string;

  @Column({ name: 'last_four', type: 'text' })
  lastFour!: string;

  @Column({ name: 'scopes', type: 'text', array: true })
  scopes!: string[];

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'last_used_at', type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt!: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', precision: 3, nullable: true })
  revokedAt!: Date | null;
}
