import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger, Metrics } from '#libs/telemetry';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** What the dispatcher counts and complains about. */
@Injectable()
export class DeliveryTelemetry {
  private readonly attempts;
  private readonly duration;
  private readonly turns;
  private readonly due;

  constructor(
    metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.attempts = metrics.counter({
      name: 'delivery_attempts_total',
      help: 'Finished attempts by kind and outcome',
      labels: ['kind', 'outcome'],
    });
    this.duration = metrics.histogram({
      name: 'delivery_duration_seconds',
      help: 'From sending a request to the end of its reply',
      labels: ['kind'],
      buckets: SECONDS,
    });
    this.turns = metrics.gauge({ name: 'delivery_turns', help: 'Endpoints being served now' });
    this.due = metrics.gauge({
      name: 'delivery_due_endpoints',
      help: 'Endpoints with due work, as the last sweep of this process found them',
      labels: ['shard'],
    });
  }

  attempt(kind: string, outcome: string, ms: number): void {
    this.attempts.inc({ kind, outcome });
    this.duration.observe({ kind }, ms / 1_000);
  }

  /** A kind threw while making its request, or judging the reply. */
  kindFailed(kind: string, error: unknown): void {
    this.log.error({ err: error, kind }, 'a request could not be made');
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
}
