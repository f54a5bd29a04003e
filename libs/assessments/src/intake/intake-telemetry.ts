import { Injectable } from '@nestjs/common';
import { Metrics } from '#libs/telemetry';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is measured of orders coming in. */
@Injectable()
export class IntakeTelemetry {
  private readonly duration;

  constructor(metrics: Metrics) {
    this.duration = metrics.histogram({
      name: 'intake_duration_seconds',
      help: 'From the request of an ATS that orders a test to the end of its reply',
      labels: ['connector', 'outcome'],
      buckets: SECONDS,
    });
  }

  /** `outcome`: `placed`, `repeated` for an order that had been placed before, or why it was refused. */
  acknowledged(connector: string, outcome: string, ms: number): void {
    this.duration.observe({ connector, outcome }, ms / 1_000);
  }
}
