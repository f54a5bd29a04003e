import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When something periodic is due next. */
@Entity({ name: 'clocks' })
export class ClockEntity {
  @PrimaryColumn({ name: 'name', type: 'text' })
  name!: string;

  @Column({ name: 'next_at', type: 'timestamptz', precision: 3 })
  nextAt!: Date;
}

/** A known text under each encryption key, to notice a wrong key at start. */
@Entity({ name: 'encryption_check' })
export class EncryptionCheckEntity {
  @PrimaryColumn({ name: 'key_id', type: 'text' })
  keyId!: string;

  @Column({ name: 'value_enc', type: 'bytea' })
  valueEnc!: Buffer;
}

/** Replies to writes that carried an Idempotency-Key. */
@Entity({ name: 'idempotency_keys' })
export class IdempotencyKeyEntity {
  @PrimaryColumn({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @PrimaryColumn({ name: 'key', type: 'text' })
  key!: string;

  @Column({ name: 'request_hash', type: 'bytea' })
  requestHash!: Buffer;

  @Column({ name: 'state', type: 'text' })
  state!: string;

  @Column({ name: 'status', type: 'integer', nullable: true })
  status!: number | null;

  @Column({ name: 'reply_enc', type: 'bytea', nullable: true })
  replyEnc!: Buffer | null;

  @Column({ name: 'reply_key_id', type: 'text', nullable: true })
  replyKeyId!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}

/** What the stand-in ATSs remember. */
@Entity({ name: 'sandbox_documents' })
export class SandboxDocumentEntity {
  @PrimaryColumn({ name: 'connector', type: 'text' })
  connector!: string;

  @PrimaryColumn({ name: 'collection', type: 'text' })
  collection!: string;

  @PrimaryColumn({ name: 'id', type: 'text' })
  id!: string;

  @Column({ name: 'document', type: 'json' })
  document!: unknown;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}
