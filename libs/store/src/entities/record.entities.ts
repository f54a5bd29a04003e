import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A record of an ATS as the hub last saw it. Rows of records that are gone stay, with `deleted_at`. */
@Entity({ name: 'records' })
export class RecordEntity {
  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @PrimaryColumn({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @PrimaryColumn({ name: 'model', type: 'text', collation: 'C' })
  model!: string;

  @PrimaryColumn({ name: 'remote_id', type: 'text', collation: 'C' })
  remoteId!: string;

  @Column({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  /** In the order of first sight; within an integration and model it is that of the commits, too. */
  @Column({ name: 'seq', type: 'bigint' })
  seq!: string;

  /** Of the row and what it was mapped to, without parts: tells at a glance that nothing changed. */
  @Column({ name: 'hash', type: 'bytea' })
  hash!: Buffer;

  /** The mapped record, with its parts in it. */
  @Column({ name: 'data', type: 'jsonb' })
  data!: Record<string, unknown>;

  /** What the row itself has in the fields that parts lie over; null without parts. */
  @Column({ name: 'own', type: 'jsonb', nullable: true })
  own!: Record<string, unknown> | null;

  /** The row as the ATS sent it; null when that is too large to keep. */
  @Column({ name: 'raw', type: 'json', nullable: true })
  raw!: unknown;

  /** Our ids of the records it belongs to, and its first e-mail address in lower case: to filter by. */
  @Column({ name: 'candidate_ref', type: 'text', collation: 'C', nullable: true })
  candidateRef!: string | null;

  @Column({ name: 'application_ref', type: 'text', collation: 'C', nullable: true })
  applicationRef!: string | null;

  @Column({ name: 'job_ref', type: 'text', collation: 'C', nullable: true })
  jobRef!: string | null;

  @Column({ name: 'email', type: 'text', collation: 'C', nullable: true })
  email!: string | null;

  @Column({ name: 'remote_created_at', type: 'timestamptz', precision: 3, nullable: true })
  remoteCreatedAt!: Date | null;

  @Column({ name: 'remote_updated_at', type: 'timestamptz', precision: 3, nullable: true })
  remoteUpdatedAt!: Date | null;

  @Column({ name: 'first_seen_at', type: 'timestamptz', precision: 3 })
  firstSeenAt!: Date;

  /** Moves only when the content changed. */
  @Column({ name: 'changed_at', type: 'timestamptz', precision: 3 })
  changedAt!: Date;

  @Column({ name: 'deleted_at', type: 'timestamptz', precision: 3, nullable: true })
  deletedAt!: Date | null;
}

/** A row the ATS keeps apart that is a part of a record; it may be there before the record. */
@Entity({ name: 'record_parts' })
export class RecordPartEntity {
  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @PrimaryColumn({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @PrimaryColumn({ name: 'part', type: 'text', collation: 'C' })
  part!: string;

  @PrimaryColumn({ name: 'remote_id', type: 'text', collation: 'C' })
  remoteId!: string;

  /** Of the record it is a part of. */
  @Column({ name: 'model', type: 'text', collation: 'C' })
  model!: string;

  /** Our id of that record. */
  @Column({ name: 'record_id', type: 'text', collation: 'C' })
  recordId!: string;

  /** The list it is an element of; null when its value sets fields. */
  @Column({ name: 'field', type: 'text', nullable: true })
  field!: string | null;

  @Column({ name: 'value', type: 'jsonb' })
  value!: Record<string, unknown>;

  @Column({ name: 'first_seen_at', type: 'timestamptz', precision: 3 })
  firstSeenAt!: Date;
}

/** A row that could not be read, put aside until it can. */
@Entity({ name: 'unreadable_records' })
export class UnreadableRecordEntity {
  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @PrimaryColumn({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @PrimaryColumn({ name: 'model', type: 'text', collation: 'C' })
  model!: string;

  /** Empty for records themselves. */
  @PrimaryColumn({ name: 'part', type: 'text', collation: 'C', default: () => "''" })
  part!: string;

  /** The remote id, or `#` and a hash of the row that has none. */
  @PrimaryColumn({ name: 'row_key', type: 'text', collation: 'C' })
  rowKey!: string;

  @Column({ name: 'remote_id', type: 'text', collation: 'C', nullable: true })
  remoteId!: string | null;

  @Column({ name: 'reason', type: 'text' })
  reason!: string;

  @Column({ name: 'raw', type: 'json', nullable: true })
  raw!: unknown;

  @Column({ name: 'first_at', type: 'timestamptz', precision: 3 })
  firstAt!: Date;

  @Column({ name: 'last_at', type: 'timestamptz', precision: 3 })
  lastAt!: Date;

  @Column({ name: 'count', type: 'integer', default: () => '1' })
  count!: number;
}

/** The ATS made one record of two: this remote id lives on under another. */
@Entity({ name: 'record_aliases' })
export class RecordAliasEntity {
  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @PrimaryColumn({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @PrimaryColumn({ name: 'model', type: 'text', collation: 'C' })
  model!: string;

  @PrimaryColumn({ name: 'remote_id', type: 'text', collation: 'C' })
  remoteId!: string;

  @Column({ name: 'into_remote_id', type: 'text', collation: 'C' })
  intoRemoteId!: string;

  @Column({ name: 'merged_at', type: 'timestamptz', precision: 3 })
  mergedAt!: Date;
}

/** The fields of a model whose changes raise events; without a row all of them do. */
@Entity({ name: 'record_watches' })
export class RecordWatchEntity {
  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @PrimaryColumn({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @PrimaryColumn({ name: 'model', type: 'text', collation: 'C' })
  model!: string;

  @Column({ name: 'fields', type: 'text', array: true })
  fields!: string[];
}
