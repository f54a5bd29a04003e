import { Injectable } from '@nestjs/common';
import { Metrics } from '#libs/telemetry';
import type { Call } from './caller.js';
import type { UpstreamFailure } from './failures.js';
import { loggedPath } from './log/logged-path.js';
import { RequestLog } from './log/request-log.js';

const BUCKETS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** How one attempt went. */
export interface Attempted {
  at: Date;
  ms: number;
  status: number | null;
  failure: UpstreamFailure | null;
  retries: number;
  requestId: string | null;
}

/** Says what was asked of ATSs: to the request log, and to those who measure. */
@Injectable()
export class CallJournal {
  private readonly duration;
  private readonly limited;
  private readonly retried;

  constructor(
    private readonly log: RequestLog,
    metrics: Metrics,
  ) {
    this.duration = metrics.histogram({
      name: 'upstream_request_duration_seconds',
      help: 'Time from sending a request to an ATS to the end of its reply',
      labels: ['provider', 'status'],
      buckets: BUCKETS_SECONDS,
    });
    this.limited = metrics.counter({
      name: 'upstream_rate_limited_total',
      help: 'Requests that an ATS refused because of its limit',
      labels: ['provider'],
    });
    this.retried = metrics.counter({
      name: 'upstream_retries_total',
      help: 'Requests to an ATS that had been sent before',
      labels: ['provider'],
    });
  }

  record({ access, method, url }: Call, { at, ms, status, failure, retries, requestId }: Attempted): void {
    const provider = access.connector.slug;
    this.duration.observe({ provider, status: status === null ? 'none' : `${Math.floor(status / 100)}xx` }, ms / 1_000);
    // Also when it is nothing: a rate can only be told of what begins at zero.
    this.limited.inc({ provider }, failure?.kind === 'rate_limited' ? 1 : 0);
    this.retried.inc({ provider }, retries > 0 ? 1 : 0);
    this.log.add({
      accountId: access.accountId,
      integrationId: access.integrationId,
      at,
      method,
      path: loggedPath(url),
      status,
      ms,
      failure: failure?.kind ?? null,
      error: failure?.code ?? null,
      requestId,
      retries,
    });
  }
}
