import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where deliveries go: webhook endpoints of vendors, and internal ones per integration. */
@Entity({ name: 'webhook_endpoints' })
export class WebhookEndpointEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'kind', type: 'text' })
  kind!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C', nullable: true })
  integrationId!: string | null;

  @Column({ name: 'url', type: 'text', nullable: true })
  url!: string | null;

  @Column({ name: 'description', type: 'text', nullable: true })
  description!: string | null;

  @Column({ name: 'event_types', type: 'text', array: true, nullable: true })
  eventTypes!: string[] | null;

  @Column({ name: 'integration_ids', type: 'text', array: true, nullable: true })
  integrationIds!: string[] | null;

  @Column({ name: 'headers_enc', type: 'bytea', nullable: true })
  headersEnc!: Buffer | null;

  @Column({ name: 'headers_key_id', type: 'text', nullable: true })
  headersKeyId!: string | null;

  @Column({ name: 'signature', type: 'text', default: () => "'standard'" })
  signature!: string;

  @Column({ name: 'strict_nulls', type: 'boolean', default: () => 'false' })
  strictNulls!: boolean;

  @Column({ name: 'status', type: 'text', default: () => "'ENABLED'" })
  status!: string;

  @Column({ name: 'disabled_reason', type: 'text', nullable: true })
  disabledReason!: string | null;

  @Column({ name: 'max_inflight', type: 'integer', default: () => '8' })
  maxInflight!: number;

  @Column({ name: 'max_per_second', type: 'integer', nullable: true })
  maxPerSecond!: number | null;

  @Column({ name: 'timeout_ms', type: 'integer', default: () => '15000' })
  timeoutMs!: number;

  @Column({ name: 'retry_policy', type: 'json', nullable: true })
  retryPolicy!: unknown;

  @Column({ name: 'slot', type: 'smallint' })
  slot!: number;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;

  @Column({ name: 'deleted_at', type: 'timestamptz', precision: 3, nullable: true })
  deletedAt!: Date | null;
}

/** Signing secrets; several live ones are a rotation. */
@Entity({ name: 'endpoint_secrets' })
export class EndpointSecretEntity {
  @PrimaryColumn({ name: 'endpoint_id', type: 'text', collation: 'C' })
  endpointId!: string;

  @PrimaryColumn({ name: 'version', type: 'integer' })
  version!: number;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'secret_enc', type: 'bytea' })
  secretEnc!: Buffer;

  @Column({ name: 'key_id', type: 'text' })
  keyId!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'not_after', type: 'timestamptz', precision: 3, nullable: true })
  notAfter!: Date | null;
}

/** The small hot row of an endpoint: who holds it, and how it fares. */
@Entity({ name: 'endpoint_runs' })
export class EndpointRunEntity {
  @PrimaryColumn({ name: 'endpoint_id', type: 'text', collation: 'C' })
  endpointId!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'slot', type: 'smallint' })
  slot!: number;

  @Column({ name: 'owner', type: 'text', nullable: true })
  owner!: string | null;

  @Column({ name: 'epoch', type: 'bigint', default: () => '0' })
  epoch!: string;

  @Column({ name: 'unfinished_epochs', type: 'integer', default: () => '0' })
  unfinishedEpochs!: number;

  @Column({ name: 'blocked_until', type: 'timestamptz', precision: 6, nullable: true })
  blockedUntil!: Date | null;

  @Column({ name: 'held_until', type: 'timestamptz', precision: 6, nullable: true })
  heldUntil!: Date | null;

  @Column({ name: 'breaker', type: 'text', default: () => "'CLOSED'" })
  breaker!: string;

  @Column({ name: 'breaker_opens', type: 'integer', default: () => '0' })
  breakerOpens!: number;

  @Column({ name: 'fails', type: 'integer', default: () => '0' })
  fails!: number;

  @Column({ name: 'failing_since', type: 'timestamptz', precision: 3, nullable: true })
  failingSince!: Date | null;

  @Column({ name: 'in_window', type: 'integer', default: () => '2' })
  inWindow!: number;

  @Column({ name: 'rate_tokens', type: 'double precision', nullable: true })
  rateTokens!: number | null;
}

/**
 * The event log; `payload` is the exact bytes to sign and send. Its column `xid` (xid8, a type TypeORM does not know)
 * orders the log and is read by statements only.
 */
@Entity({ name: 'events' })
export class EventEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'type', type: 'text' })
  type!: string;

  @Column({ name: 'internal', type: 'boolean', default: () => 'false' })
  internal!: boolean;

  @Column({ name: 'integration_id', type: 'text', collation: 'C', nullable: true })
  integrationId!: string | null;

  @Column({ name: 'subject_id', type: 'text', collation: 'C', nullable: true })
  subjectId!: string | null;

  @Column({ name: 'payload', type: 'bytea' })
  payload!: Buffer;

  @Column({ name: 'trace_parent', type: 'text', nullable: true })
  traceParent!: string | null;

  @PrimaryColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}

/** Unfinished deliveries only: the queue and the outbox. */
@Entity({ name: 'delivery_work' })
export class DeliveryWorkEntity {
  @PrimaryColumn({ name: 'endpoint_id', type: 'text', collation: 'C' })
  endpointId!: string;

  @PrimaryColumn({ name: 'due_at', type: 'timestamptz', precision: 6, default: () => 'statement_timestamp()' })
  dueAt!: Date;

  @PrimaryColumn({ name: 'id', type: 'uuid', default: () => 'gen_random_uuid()' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'event_id', type: 'text', collation: 'C' })
  eventId!: string;

  @Column({ name: 'event_at', type: 'timestamptz', precision: 3 })
  eventAt!: Date;

  @Column({ name: 'attempt', type: 'integer', default: () => '0' })
  attempt!: number;

  @Column({ name: 'first_at', type: 'timestamptz', precision: 3, nullable: true })
  firstAt!: Date | null;

  @Column({ name: 'manual', type: 'boolean', default: () => 'false' })
  manual!: boolean;
}

/** Every finished attempt, append-only. */
@Entity({ name: 'attempts' })
export class AttemptEntity {
  @PrimaryColumn({ name: 'at', type: 'timestamptz', precision: 3 })
  at!: Date;

  @PrimaryColumn({ name: 'work_id', type: 'uuid' })
  workId!: string;

  @PrimaryColumn({ name: 'n', type: 'integer' })
  n!: number;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'endpoint_id', type: 'text', collation: 'C' })
  endpointId!: string;

  @Column({ name: 'event_id', type: 'text', collation: 'C' })
  eventId!: string;

  @Column({ name: 'event_at', type: 'timestamptz', precision: 3 })
  eventAt!: Date;

  @Column({ name: 'outcome', type: 'text' })
  outcome!: string;

  @Column({ name: 'status', type: 'integer', nullable: true })
  status!: number | null;

  @Column({ name: 'ms', type: 'integer' })
  ms!: number;

  @Column({ name: 'error', type: 'text', nullable: true })
  error!: string | null;

  @Column({ name: 'next_at', type: 'timestamptz', precision: 3, nullable: true })
  nextAt!: Date | null;

  @Column({ name: 'excerpt', type: 'text', nullable: true })
  excerpt!: string | null;
}
