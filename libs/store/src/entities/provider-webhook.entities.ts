import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where and with which secret an ATS sends its webhooks for an integration. */
@Entity({ name: 'webhook_subscriptions' })
export class WebhookSubscriptionEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'provider', type: 'text' })
  provider!: string;

  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  @Column({ name: 'token_enc', type: 'bytea' })
  tokenEnc!: Buffer;

  @Column({ name: 'token_key_id', type: 'text' })
  tokenKeyId!: string;

  @Column({ name: 'secret_enc', type: 'bytea' })
  secretEnc!: Buffer;

  @Column({ name: 'secret_key_id', type: 'text' })
  secretKeyId!: string;

  @Column({ name: 'previous_secret_enc', type: 'bytea', nullable: true })
  previousSecretEnc!: Buffer | null;

  @Column({ name: 'previous_secret_key_id', type: 'text', nullable: true })
  previousSecretKeyId!: string | null;

  @Column({ name: 'previous_not_after', type: 'timestamptz', precision: 3, nullable: true })
  previousNotAfter!: Date | null;

  @Column({ name: 'error_email', type: 'text', nullable: true })
  errorEmail!: string | null;

  @Column({ name: 'made_by', type: 'text', default: () => "'HAND'" })
  madeBy!: string;

  @Column({ name: 'remote', type: 'json', default: () => "'[]'" })
  remote!: unknown;

  @Column({ name: 'refused', type: 'integer', default: () => '0' })
  refused!: number;

  @Column({ name: 'refused_at', type: 'timestamptz', precision: 3, nullable: true })
  refusedAt!: Date | null;

  @Column({ name: 'acting_until', type: 'timestamptz', precision: 6, nullable: true })
  actingUntil!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}

/** The inbox of what ATSs send: stored before it is acted on. */
@Entity({ name: 'provider_webhooks' })
export class ProviderWebhookEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'action', type: 'text', nullable: true })
  action!: string | null;

  @Column({ name: 'headers', type: 'json' })
  headers!: unknown;

  @Column({ name: 'body', type: 'bytea' })
  body!: Buffer;

  @Column({ name: 'dedupe', type: 'bytea' })
  dedupe!: Buffer;

  @Column({ name: 'arrivals', type: 'integer', default: () => '1' })
  arrivals!: number;

  @Column({ name: 'state', type: 'text', default: () => "'PENDING'" })
  state!: string;

  @Column({ name: 'attempts', type: 'integer', default: () => '0' })
  attempts!: number;

  @Column({ name: 'error', type: 'text', nullable: true })
  error!: string | null;

  @Column({ name: 'due_at', type: 'timestamptz', precision: 6, default: () => 'statement_timestamp()' })
  dueAt!: Date;

  @Column({ name: 'received_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  receivedAt!: Date;

  @Column({ name: 'done_at', type: 'timestamptz', precision: 3, nullable: true })
  doneAt!: Date | null;
}

/** A change of stage or status of an application, as the hub saw it. */
@Entity({ name: 'transitions' })
export class TransitionEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'application_id', type: 'text', collation: 'C' })
  applicationId!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'from', type: 'json', nullable: true })
  from!: unknown;

  @Column({ name: 'to', type: 'json', nullable: true })
  to!: unknown;

  @Column({ name: 'occurred_at', type: 'timestamptz', precision: 3, nullable: true })
  occurredAt!: Date | null;

  @Column({ name: 'detected_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  detectedAt!: Date;

  @Column({ name: 'seen_via', type: 'text' })
  seenVia!: string;
}

/** The file an attachment was fetched into. */
@Entity({ name: 'attachment_files' })
export class AttachmentFileEntity {
  @PrimaryColumn({ name: 'record_id', type: 'text', collation: 'C' })
  recordId!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'file_id', type: 'text', collation: 'C' })
  fileId!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
