import type { Counter } from 'prom-client';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';

const COMPLAIN_EVERY_MS = 60_000;

/** Counts what became of spans, and complains about a collector once a minute at most. */
export class SpanLosses {
  private readonly spans: Counter<'result'>;
  private complainedAt = -COMPLAIN_EVERY_MS;

  constructor(
    metrics: Metrics,
    private readonly log: Logger,
  ) {
    this.spans = metrics.counter({
      name: 'trace_spans_total',
      help: 'Spans by what became of them: sent to the collector, or dropped',
      labels: ['result'],
    });
  }

  sent(count: number): void {
    this.spans.inc({ result: 'sent' }, count);
  }

  dropped(count: number, error: Error | undefined): void {
    this.spans.inc({ result: 'dropped' }, count);
    if (performance.now() - this.complainedAt < COMPLAIN_EVERY_MS) return;
    this.complainedAt = performance.now();
    this.log.warn({ err: error, spans: count }, 'the trace collector does not take our spans; they are dropped');
  }
}
