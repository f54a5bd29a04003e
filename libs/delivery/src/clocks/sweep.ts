import { Injectable } from '@nestjs/common';
import { Database } from '#libs/store';
import { DeliveryTelemetry } from '../delivery-telemetry.js';
import { Rings } from '../queue/rings.js';
import { IS_FREE } from '../turn/turn-statements.js';
import type { ClockTask } from './clocks.js';

/** Shares of the endpoints, each swept by itself, so that several dispatchers share the work. */
const SHARES = 2;

/** One look into the index per endpoint: EXISTS would have the planner read all rows once some endpoint has many. */
const DUE = {
  name: 'sweep_due',
  text: `
    SELECT r.endpoint_id FROM endpoint_runs r CROSS JOIN LATERAL (
      SELECT FROM delivery_work w WHERE w.endpoint_id = r.endpoint_id AND w.due_at <= statement_timestamp()
      ORDER BY w.due_at LIMIT 1
    ) due
    WHERE r.slot % $1::integer = $2::integer AND (r.blocked_until IS NULL OR r.blocked_until <= statement_timestamp())
      AND ${IS_FREE}`,
};

/**
 * What was written while the database's clock was ahead by $3 milliseconds: attempts that were put off come as much
 * sooner, first attempts are due now, and pauses end as much sooner.
 */
const BRING_FORWARD = {
  name: 'sweep_bring_forward',
  text: `
    WITH r AS (
      UPDATE endpoint_runs SET blocked_until = blocked_until - $3::float8 * interval '1 millisecond'
      WHERE slot % $1::integer = $2::integer AND isfinite(blocked_until) AND blocked_until > statement_timestamp()
    )
    UPDATE delivery_work w SET due_at = CASE WHEN w.first_at IS NULL THEN statement_timestamp()
      ELSE greatest(statement_timestamp(), w.due_at - $3::float8 * interval '1 millisecond') END
    FROM endpoint_runs e
    WHERE e.endpoint_id = w.endpoint_id AND e.slot % $1::integer = $2::integer AND w.due_at > statement_timestamp()`,
};

/** How long after a jump some may still commit what they wrote before it. */
const LATE_MS = 10_000;

/**
 * The same for what was under way at that moment and committed after it. Told from what was put off since by its first
 * attempt, which was never made or lies ahead, and by how far away it is due.
 */
const BRING_LATECOMERS = {
  name: 'sweep_bring_latecomers',
  text: `
    UPDATE delivery_work w SET due_at = CASE WHEN w.first_at IS NULL THEN statement_timestamp()
      ELSE greatest(statement_timestamp(), w.due_at - $3::float8 * interval '1 millisecond') END
    FROM endpoint_runs e
    WHERE e.endpoint_id = w.endpoint_id AND e.slot % $1::integer = $2::integer AND w.due_at > statement_timestamp()
      AND (w.first_at IS NULL OR w.first_at > statement_timestamp()
        AND w.due_at > statement_timestamp() + ($3::float8 - ${LATE_MS}) * interval '1 millisecond')`,
};

/**
 * Rings every endpoint that has due work, that nobody holds and that is not told to wait: retries whose time has come, and whatever a crash, a
 * flushed Redis or a lost ring left behind.
 */
@Injectable()
export class Sweep {
  /** The last jump that each share was told of here, and when. */
  private readonly jumps = new Map<number, { backMs: number; at: number }>();

  constructor(
    private readonly database: Database,
    private readonly rings: Rings,
    private readonly telemetry: DeliveryTelemetry,
  ) {}

  /** One clock per share. */
  tasks(): ClockTask[] {
    return Array.from({ length: SHARES }, (_, share) => ({
      name: `sweep-${SHARES}-${share}`,
      everyMs: 1_000,
      run: (jumpedBackMs) => this.sweep(share, jumpedBackMs),
    }));
  }

  private async sweep(share: number, jumpedBackMs: number): Promise<void> {
    await this.bringForward(share, jumpedBackMs);
    const rows = await this.database.query<{ endpoint_id: string }>(DUE, [SHARES, share]);
    this.telemetry.dueEndpoints(share, rows.length);
    this.rings.ring(rows.map(({ endpoint_id }) => endpoint_id));
  }

  private async bringForward(share: number, jumpedBackMs: number): Promise<void> {
    const now = performance.now();
    if (jumpedBackMs > 0) {
      this.jumps.set(share, { backMs: jumpedBackMs, at: now });
      await this.database.query(BRING_FORWARD, [SHARES, share, jumpedBackMs]);
      return;
    }
    const jump = this.jumps.get(share);
    if (!jump) return;
    await this.database.query(BRING_LATECOMERS, [SHARES, share, jump.backMs]);
    if (now - jump.at > LATE_MS) this.jumps.delete(share);
  }
}
