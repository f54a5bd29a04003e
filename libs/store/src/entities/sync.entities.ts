import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How an integration is synced, and when next. */
@Entity({ name: 'sync_settings' })
export class SyncSettingsEntity {
  @PrimaryColumn({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'job_id', type: 'text', collation: 'C' })
  jobId!: string;

  @Column({ name: 'is_on', type: 'boolean', default: () => 'false' })
  isOn!: boolean;

  @Column({ name: 'interval_minutes', type: 'integer', default: () => '15' })
  intervalMinutes!: number;

  @Column({ name: 'models', type: 'text', array: true, nullable: true })
  models!: string[] | null;

  @Column({ name: 'download_files', type: 'text', default: () => "'RESUME'" })
  downloadFiles!: string;

  @Column({ name: 'next_delta_at', type: 'timestamptz', precision: 3, nullable: true })
  nextDeltaAt!: Date | null;

  @Column({ name: 'next_full_at', type: 'timestamptz', precision: 3, nullable: true })
  nextFullAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}

/** How far a resource (a model, or a part of one) of an integration was read completely. */
@Entity({ name: 'sync_states' })
export class SyncStateEntity {
  @PrimaryColumn({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @PrimaryColumn({ name: 'resource', type: 'text', collation: 'C' })
  resource!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'initial_at', type: 'timestamptz', precision: 3, nullable: true })
  initialAt!: Date | null;

  @Column({ name: 'complete_at', type: 'timestamptz', precision: 3, nullable: true })
  completeAt!: Date | null;

  @Column({ name: 'delta_from', type: 'timestamptz', precision: 3, nullable: true })
  deltaFrom!: Date | null;
}

/** One reading of an integration: its plan and progress by resource, and the page it is at. */
@Entity({ name: 'sync_runs' })
export class SyncRunEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'job_id', type: 'text', collation: 'C' })
  jobId!: string;

  @Column({ name: 'mode', type: 'text' })
  mode!: string;

  @Column({ name: 'is_whole', type: 'boolean' })
  isWhole!: boolean;

  @Column({ name: 'models', type: 'text', array: true, nullable: true })
  models!: string[] | null;

  @Column({ name: 'asked', type: 'text', collation: 'C' })
  asked!: string;

  @Column({ name: 'status', type: 'text', default: () => "'QUEUED'" })
  status!: string;

  @Column({ name: 'resources', type: 'jsonb', default: () => "'[]'" })
  resources!: unknown;

  @Column({ name: 'current', type: 'text', nullable: true })
  current!: string | null;

  @Column({ name: 'cursor', type: 'jsonb', nullable: true })
  cursor!: unknown;

  @Column({ name: 'error', type: 'text', nullable: true })
  error!: string | null;

  @Column({ name: 'error_detail', type: 'text', nullable: true })
  errorDetail!: string | null;

  @Column({ name: 'tries', type: 'integer', default: () => '0' })
  tries!: number;

  @Column({ name: 'due_at', type: 'timestamptz', precision: 6, default: () => 'statement_timestamp()' })
  dueAt!: Date;

  @Column({ name: 'lease_owner', type: 'text', nullable: true })
  leaseOwner!: string | null;

  @Column({ name: 'emitted', type: 'integer', default: () => '0' })
  emitted!: number;

  @Column({ name: 'events_from', type: 'timestamptz', precision: 3, nullable: true })
  eventsFrom!: Date | null;

  @Column({ name: 'events_to', type: 'timestamptz', precision: 3, nullable: true })
  eventsTo!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'started_at', type: 'timestamptz', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', precision: 3, nullable: true })
  finishedAt!: Date | null;

  @Column({ name: 'consumed_at', type: 'timestamptz', precision: 3, nullable: true })
  consumedAt!: Date | null;
}

/** What a run that reads whole lists has seen, to find what is no longer there. Not logged. */
@Entity({ name: 'sync_seen' })
export class SyncSeenEntity {
  @PrimaryColumn({ name: 'run_id', type: 'text', collation: 'C' })
  runId!: string;

  @PrimaryColumn({ name: 'resource', type: 'text', collation: 'C' })
  resource!: string;

  @PrimaryColumn({ name: 'remote_id', type: 'text', collation: 'C' })
  remoteId!: string;
}
