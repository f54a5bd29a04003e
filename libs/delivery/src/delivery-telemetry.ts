import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger, Metrics, type Span, Tracing } from '#libs/telemetry';
import type { DueWork, Reply } from './kind.js';

const DURATION_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const WAIT_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200];
const FINISH_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10];
const FINISH_ROWS = [1, 2, 5, 10, 20, 50, 100, 200];
/** ATSs get what their documentation names and nothing else; only subscribers know what to do with a trace. */
const TRACED_TO_THE_END = 'WEBHOOK';

/** What of a due row an attempt tells about itself. */
type AttemptedWork = Pick<DueWork, 'endpointId' | 'eventId' | 'attempt'> & {
  eventType: string | null;
  /** Of the event: null when nobody traces what raised it. */
  traceParent: string | null;
};

/** A request under way. */
export interface AttemptInFlight {
  /** To be put on the request, over whatever else bears these names; null for nothing. */
  readonly headers: Readonly<Record<string, string>> | null;
  /** Once, however it ended. `outcome` is what the attempt is recorded as. */
  end(outcome: string, reply: Pick<Reply, 'status' | 'error'>, ms: number): void;
}

/** What the dispatcher counts, traces and complains about. */
@Injectable()
export class DeliveryTelemetry {
  private readonly attempts;
  private readonly duration;
  private readonly wait;
  /** Requests under way, by kind. Counted here: the metrics library takes as long for it as for a histogram. */
  private readonly inFlight = new Map<string, number>();
  private readonly finishSeconds;
  private readonly finishRows;
  private readonly turns;
  private readonly due;

  constructor(
    metrics: Metrics,
    private readonly tracing: Tracing,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.attempts = metrics.counter({
      name: 'delivery_attempts_total',
      help: 'Finished attempts by kind and by what they are recorded as',
      labels: ['kind', 'outcome'],
    });
    this.duration = metrics.histogram({
      name: 'delivery_duration_seconds',
      help: 'From sending a request to the end of its reply',
      labels: ['kind'],
      buckets: DURATION_SECONDS,
    });
    this.wait = metrics.histogram({
      name: 'delivery_queue_wait_seconds',
      help: 'From the time an attempt was due to its request',
      labels: ['kind'],
      buckets: WAIT_SECONDS,
    });
    metrics.gauge({
      name: 'delivery_in_flight',
      help: 'Requests of this process under way now',
      labels: ['kind'],
      collect: (gauge) => this.inFlight.forEach((count, kind) => gauge.set({ kind }, count)),
    });
    this.finishSeconds = metrics.histogram({
      name: 'delivery_finish_duration_seconds',
      help: 'How long writing a batch of attempts back took',
      buckets: FINISH_SECONDS,
    });
    this.finishRows = metrics.histogram({
      name: 'delivery_finish_batch_size',
      help: 'Attempts written back together',
      buckets: FINISH_ROWS,
    });
    this.turns = metrics.gauge({ name: 'delivery_turns', help: 'Endpoints being served now' });
    this.due = metrics.gauge({
      name: 'delivery_due_endpoints',
      help: 'Endpoints with due work, as the last sweep of this process found them',
      labels: ['shard'],
    });
  }

  /** A request is about to be sent. `waitMs` is how long it was due by then. */
  attemptStarted(kind: string, work: AttemptedWork, { waitMs }: { waitMs: number }): AttemptInFlight {
    this.wait.observe({ kind }, Math.max(waitMs, 0) / 1_000);
    this.fly(kind, 1);
    const span = work.traceParent === null ? null : this.spanOf(kind, work);
    return {
      headers: headersOf(kind, span?.traceParent ?? work.traceParent),
      end: (outcome, { status, error }, ms) => {
        this.fly(kind, -1);
        this.attempts.inc({ kind, outcome });
        this.duration.observe({ kind }, ms / 1_000);
        span?.set({ 'atsume.outcome': outcome, ...(status === null ? {} : { 'http.response.status_code': status }) });
        span?.end(error ?? (status !== null && status >= 400 ? String(status) : null));
      },
    };
  }

  /** An attempt that ended without a request: refused, expired, put off. */
  attemptUnsent(kind: string, outcome: string): void {
    this.attempts.inc({ kind, outcome });
  }

  /** Runs the writing back of `rows` attempts. */
  async finishing<T>(rows: number, write: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await write();
    } finally {
      this.finishRows.observe(rows);
      this.finishSeconds.observe((performance.now() - startedAt) / 1_000);
    }
  }

  /** A kind threw while making its request, or judging the reply. */
  kindFailed(kind: string, error: unknown): void {
    this.log.error({ err: error, kind }, 'a request could not be made');
  }

  /** A turn broke off, most likely because the database is away; its endpoint is rung again by the sweep. */
  turnFailed(error: unknown): void {
    this.log.warn({ err: error }, 'a turn failed; the sweep will ring again');
  }

  renewFailed(error: unknown): void {
    this.log.warn({ err: error }, 'endpoints could not be held on to');
  }

  dueEndpoints(shard: number, count: number): void {
    this.due.set({ shard: String(shard) }, count);
  }

  async inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.turns.inc();
    try {
      return await work();
    } finally {
      this.turns.dec();
    }
  }

  private fly(kind: string, more: number): void {
    this.inFlight.set(kind, (this.inFlight.get(kind) ?? 0) + more);
  }

  private spanOf(kind: string, { traceParent, ...work }: AttemptedWork): Span | null {
    return this.tracing.call(`deliver ${kind.toLowerCase().replaceAll('_', ' ')}`, traceParent, {
      'atsume.kind': kind,
      'atsume.endpoint_id': work.endpointId,
      'atsume.event_id': work.eventId,
      'atsume.event_type': work.eventType ?? '',
      'atsume.attempt': work.attempt + 1,
    });
  }
}

function headersOf(kind: string, traceparent: string | null): Readonly<Record<string, string>> | null {
  return traceparent === null || kind !== TRACED_TO_THE_END ? null : { traceparent };
}
