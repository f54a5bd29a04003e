import { Injectable } from '@nestjs/common';
import { Database } from '#libs/store';
import { DeliveryTelemetry } from '../delivery-telemetry.js';
import { Rings } from '../queue/rings.js';
import { Shards } from '../queue/shards.js';
import type { ClockTask } from './clocks.js';

const DUE = {
  name: 'sweep_due',
  text: `
    SELECT r.endpoint_id FROM endpoint_runs r
    WHERE r.slot % $1::integer = $2::integer AND (r.blocked_until IS NULL OR r.blocked_until <= statement_timestamp())
      AND EXISTS (SELECT FROM delivery_work w WHERE w.endpoint_id = r.endpoint_id AND w.due_at <= statement_timestamp())`,
};

/**
 * Rings every endpoint that has due work and is not told to wait: retries whose time has come, and whatever a crash, a
 * flushed Redis or a lost ring left behind.
 */
@Injectable()
export class Sweep {
  constructor(
    private readonly database: Database,
    private readonly shards: Shards,
    private readonly rings: Rings,
    private readonly telemetry: DeliveryTelemetry,
  ) {}

  /** One clock per shard, so that several dispatchers share the work. */
  tasks(): ClockTask[] {
    return this.shards.names.map((_, shard) => ({
      name: `sweep-${this.shards.names.length}-${shard}`,
      everyMs: 1_000,
      run: () => this.sweep(shard),
    }));
  }

  private async sweep(shard: number): Promise<void> {
    const rows = await this.database.query<{ endpoint_id: string }>(DUE, [this.shards.names.length, shard]);
    this.telemetry.dueEndpoints(shard, rows.length);
    this.rings.ring(rows.map(({ endpoint_id }) => endpoint_id));
  }
}
