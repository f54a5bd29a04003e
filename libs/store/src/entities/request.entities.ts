import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many requests an ATS still takes in the current window, shared by all processes. */
@Entity({ name: 'request_budgets' })
export class RequestBudgetEntity {
  @PrimaryColumn({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  /** What shares the ATS's limit. */
  @PrimaryColumn({ name: 'key', type: 'text', collation: 'C' })
  key!: string;

  /** Counts up with every window, so that a permit of an old one is not returned to a new one. */
  @Column({ name: 'window_id', type: 'bigint', default: () => '1' })
  windowId!: string;

  @Column({ name: 'window_ends', type: 'timestamptz', precision: 6 })
  windowEnds!: Date;

  /** Whether an answer of this window has said when the ATS's window ends. */
  @Column({ name: 'is_aligned', type: 'boolean', default: () => 'false' })
  isAligned!: boolean;

  @Column({ name: 'used', type: 'integer', default: () => '0' })
  used!: number;

  @Column({ name: 'max_requests', type: 'integer' })
  maxRequests!: number;

  /** How much later than the ATS says its windows are taken to end; grows when it refuses what it should have taken. */
  @Column({ name: 'slack_ms', type: 'integer', default: () => '50' })
  slackMs!: number;

  @Column({ name: 'blocked_until', type: 'timestamptz', precision: 6, nullable: true })
  blockedUntil!: Date | null;
}

/** One call to an ATS. Never a body, never a header; the path without what may be personal. */
@Entity({ name: 'request_log' })
export class RequestLogEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'integration_id', type: 'text', collation: 'C' })
  integrationId!: string;

  @Column({ name: 'at', type: 'timestamptz', precision: 3 })
  at!: Date;

  @Column({ name: 'method', type: 'text' })
  method!: string;

  @Column({ name: 'path', type: 'text' })
  path!: string;

  /** Null when no answer came. */
  @Column({ name: 'status', type: 'integer', nullable: true })
  status!: number | null;

  @Column({ name: 'ms', type: 'integer' })
  ms!: number;

  @Column({ name: 'failure', type: 'text', nullable: true })
  failure!: string | null;

  /** Why no answer came, in one word. */
  @Column({ name: 'error', type: 'text', nullable: true })
  error!: string | null;

  /** Of the call of our API that it was made for. */
  @Column({ name: 'request_id', type: 'text', nullable: true })
  requestId!: string | null;

  /** How often it had been sent before. */
  @Column({ name: 'retries', type: 'integer', default: () => '0' })
  retries!: number;
}
