import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who a user of the product is in the ATS of one integration. */
@Entity({ name: 'user_mappings' })
export class UserMappingEntity {
  @PrimaryColumn({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  /** The product's own. */
  @PrimaryColumn({ name: 'external_user_id', type: 'text', collation: 'C' })
  externalUserId!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  /** Of a record of the model users; null while nobody with the address is known. */
  @Column({ name: 'user_id', type: 'text', collation: 'C', nullable: true })
  userId!: string | null;

  @Column({ name: 'email', type: 'text', nullable: true })
  email!: string | null;

  @Column({ name: 'matched_by', type: 'text', nullable: true })
  matchedBy!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}

/** Who writes to an ATS are done for where it needs somebody and the caller names nobody. */
@Entity({ name: 'default_users' })
export class DefaultUserEntity {
  @PrimaryColumn({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'user_id', type: 'text', collation: 'C' })
  userId!: string;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}
