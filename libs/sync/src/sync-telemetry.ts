import { Injectable } from '@nestjs/common';
import { Metrics } from '#libs/telemetry';
import { type Counts, RUN_MODES, type RunMode, type RunStatus } from './run.js';

const ENDED = ['SUCCEEDED', 'PARTIAL', 'FAILED'] as const;
const ROWS = ['new', 'modified', 'deleted', 'unchanged', 'unreadable'] as const;
const RECEIVED = ['stored', 'repeated', 'refused'] as const;
const ACTED = ['done', 'retried', 'failed'] as const;

/** What is measured of syncs, and of the webhooks ATSs send. */
@Injectable()
export class SyncTelemetry {
  private readonly runs;
  private readonly rows;
  private readonly received;
  private readonly acted;

  constructor(metrics: Metrics) {
    this.runs = metrics.counter({ name: 'sync_runs_total', help: 'Syncs that ended', labels: ['mode', 'status'] });
    this.rows = metrics.counter({ name: 'sync_rows_total', help: 'Rows that syncs read', labels: ['outcome'] });
    this.received = metrics.counter({
      name: 'provider_webhooks_received_total',
      help: 'Webhooks that came from ATSs',
      labels: ['outcome'],
    });
    this.acted = metrics.counter({
      name: 'provider_webhooks_acted_total',
      help: 'Webhooks of ATSs that were acted on, each try',
      labels: ['outcome'],
    });
    // There from the start, so that a rate is one from the first of each.
    for (const mode of RUN_MODES) for (const status of ENDED) this.runs.inc({ mode, status }, 0);
    for (const outcome of ROWS) this.rows.inc({ outcome }, 0);
    for (const outcome of RECEIVED) this.received.inc({ outcome }, 0);
    for (const outcome of ACTED) this.acted.inc({ outcome }, 0);
  }

  runEnded(mode: RunMode, status: RunStatus): void {
    this.runs.inc({ mode, status });
  }

  rowsSaved(counts: Partial<Counts>): void {
    for (const outcome of ROWS) this.rows.inc({ outcome }, Math.max(0, counts[outcome] ?? 0));
  }

  webhookReceived(outcome: (typeof RECEIVED)[number]): void {
    this.received.inc({ outcome });
  }

  webhookActed(outcome: (typeof ACTED)[number]): void {
    this.acted.inc({ outcome });
  }
}
