import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A field of an account's own: where its value stands in the rows of an ATS. */
@Entity({ name: 'field_mappings' })
export class FieldMappingEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'scope', type: 'text' })
  scope!: string;

  /** Empty in the scopes ACCOUNT and INTEGRATION. */
  @Column({ name: 'provider', type: 'text', collation: 'C', default: () => "''" })
  provider!: string;

  /** Empty in the scopes ACCOUNT and PROVIDER. */
  @Column({ name: 'integration_id', type: 'text', collation: 'C', default: () => "''" })
  integrationId!: string;

  @Column({ name: 'model', type: 'text', collation: 'C' })
  model!: string;

  @Column({ name: 'direction', type: 'text' })
  direction!: string;

  @Column({ name: 'key', type: 'text', collation: 'C' })
  key!: string;

  @Column({ name: 'path', type: 'text' })
  path!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}
