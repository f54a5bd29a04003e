import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Sending again what an endpoint failed on or missed in a span of time; its cursor moves with each step. */
@Entity({ name: 'recoveries' })
export class RecoveryEntity {
  @PrimaryColumn({ name: 'id', type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'endpoint_id', type: 'text', collation: 'C' })
  endpointId!: string;

  /** The request in one word: of two that are the same only one runs. */
  @Column({ name: 'asked', type: 'text', collation: 'C' })
  asked!: string;

  @Column({ name: 'which', type: 'text' })
  which!: string;

  @Column({ name: 'since', type: 'timestamptz', precision: 3 })
  since!: Date;

  @Column({ name: 'until', type: 'timestamptz', precision: 3 })
  until!: Date;

  @Column({ name: 'state', type: 'text', default: () => "'RUNNING'" })
  state!: string;

  @Column({ name: 'done', type: 'integer', default: () => '0' })
  done!: number;

  /** The day it is at; the log has one order within a day. */
  @Column({ name: 'day', type: 'timestamptz', precision: 3 })
  day!: Date;

  @Column({ name: 'cursor_xid', type: 'text', default: () => "'0'" })
  cursorXid!: string;

  @Column({ name: 'cursor_id', type: 'text', collation: 'C', default: () => "''" })
  cursorId!: string;

  @Column({ name: 'examined_until', type: 'timestamptz', precision: 3 })
  examinedUntil!: Date;

  @Column({ name: 'next_at', type: 'timestamptz', precision: 6, default: () => 'now()' })
  nextAt!: Date;

  @Column({ name: 'stepped_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  steppedAt!: Date;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'completed_at', type: 'timestamptz', precision: 3, nullable: true })
  completedAt!: Date | null;
}

/** What is left to do on the backlog of an endpoint that was removed or woken: too much for one transaction. */
@Entity({ name: 'endpoint_chores' })
export class EndpointChoreEntity {
  @PrimaryColumn({ name: 'endpoint_id', type: 'text', collation: 'C' })
  endpointId!: string;

  @PrimaryColumn({ name: 'what', type: 'text' })
  what!: string;

  @Column({ name: 'account_id', type: 'text', collation: 'C' })
  accountId!: string;

  @Column({ name: 'reached', type: 'timestamptz', precision: 6, nullable: true })
  reached!: Date | null;

  @Column({ name: 'next_at', type: 'timestamptz', precision: 6, default: () => 'now()' })
  nextAt!: Date;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
