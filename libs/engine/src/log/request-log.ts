import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { newId } from '#libs/model';
import { Database, type RecordOf, Recordset } from '#libs/store';
import { LOGGER, type Logger, Metrics } from '#libs/telemetry';

const EVERY_MS = 500;
const MOST_AT_ONCE = 500;
/** While the database is away; what comes after is not kept. */
const MOST_WAITING = 10_000;

/** One call to an ATS. */
export interface LoggedCall {
  accountId: string;
  integrationId: string;
  at: Date;
  method: string;
  path: string;
  status: number | null;
  ms: number;
  failure: string | null;
  error: string | null;
  requestId: string | null;
  retries: number;
}

const CALLS = new Recordset({
  id: 'text',
  account_id: 'text',
  integration_id: 'text',
  at: 'timestamptz',
  method: 'text',
  path: 'text',
  status: 'int4',
  ms: 'int4',
  failure: 'text',
  error: 'text',
  request_id: 'text',
  retries: 'int4',
});

const INSERT = {
  name: 'request_log_insert',
  text: `
    INSERT INTO request_log
      (id, account_id, integration_id, at, method, path, status, ms, failure, error, request_id, retries)
    SELECT * FROM ${CALLS.sql('c')}`,
};

/** What was asked of ATSs, written in batches beside the work: a crash loses the last half second of it. */
@Injectable()
export class RequestLog implements BeforeApplicationShutdown {
  private waiting: RecordOf<typeof CALLS>[] = [];
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private readonly lost;

  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly log: Logger,
    metrics: Metrics,
  ) {
    this.lost = metrics.counter({
      name: 'request_log_lost_total',
      help: 'Calls to ATSs that were not kept in the request log, because the database did not take them',
    });
  }

  /** Never waits, never throws. */
  add(call: LoggedCall): void {
    if (this.waiting.length >= MOST_WAITING) return this.lost.inc();
    this.waiting.push(rowOf(call));
    this.timer ??= setTimeout(() => void this.flush(), EVERY_MS).unref();
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    while (this.waiting.length > 0) {
      this.writing ??= this.write().finally(() => (this.writing = null));
      await this.writing;
    }
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.flush();
  }

  private async write(): Promise<void> {
    const rows = this.waiting.splice(0, MOST_AT_ONCE);
    try {
      await this.database.query(INSERT, CALLS.values(rows));
    } catch (error) {
      this.lost.inc(rows.length);
      this.log.warn({ err: error, calls: rows.length }, 'calls to ATSs were not logged');
    }
  }
}

function rowOf(call: LoggedCall): RecordOf<typeof CALLS> {
  return {
    id: newId('outboundCall'),
    account_id: call.accountId,
    integration_id: call.integrationId,
    at: call.at,
    method: call.method,
    path: call.path,
    status: call.status,
    ms: Math.round(call.ms),
    failure: call.failure,
    error: call.error,
    request_id: call.requestId,
    retries: call.retries,
  };
}
