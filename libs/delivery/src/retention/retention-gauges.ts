import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '#libs/store';
import { Metrics } from '#libs/telemetry';

/** A database that is away must not cost a scrape more than this. */
const PATIENCE_MS = 2_000;

const HELD = {
  name: 'retention_held',
  text: `SELECT count(*)::integer AS days FROM clocks WHERE name LIKE 'hold-%'`,
};
/** Of the days that are dropped, which those before 2000 are not: see `OLD_DAYS`. */
const OLDEST = {
  name: 'retention_oldest',
  text: `
    SELECT coalesce((now() AT TIME ZONE 'UTC')::date - min(to_date(right(c.relname, 8), 'YYYYMMDD')), 0) AS days
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'events'::regclass AND right(c.relname, 8) >= '20000101'`,
};

/** What retention leaves standing, asked of the database by every process: any of them may have run it last. */
@Injectable()
export class RetentionGauges {
  constructor(
    private readonly database: Database,
    metrics: Metrics,
  ) {
    this.register(metrics, HELD, {
      name: 'retention_held_days',
      help: 'Days older than ATSUME_RETENTION_DAYS that the last run kept for deliveries that are not over',
    });
    this.register(metrics, OLDEST, { name: 'events_oldest_days', help: 'Age in days of the oldest day of events' });
  }

  private register(metrics: Metrics, statement: typeof HELD, options: { name: string; help: string }): void {
    metrics.gauge({
      ...options,
      collect: async (gauge) => {
        const days = await this.ask(statement);
        if (days === null) gauge.remove();
        else gauge.set(days);
      },
    });
  }

  /** Null while the database does not answer. */
  private async ask(statement: typeof HELD): Promise<number | null> {
    const answer = this.database.query<{ days: number }>(statement).then(
      ([row]) => row?.days ?? null,
      () => null,
    );
    return Promise.race([answer, pause(PATIENCE_MS, null, { ref: false })]);
  }
}
