import { Injectable } from '@nestjs/common';
import { Metrics, type Span, Tracing } from '#libs/telemetry';
import { familyOf } from './breakers.js';
import type { Call } from './caller.js';
import type { UpstreamFailure } from './failures.js';
import { loggedPath } from './log/logged-path.js';
import { RequestLog } from './log/request-log.js';

const BUCKETS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The first word of a path as ATSs name their lists; whatever a caller of the passthrough writes there may be anything. */
const PLAIN = /^[a-z][a-z_-]{0,40}$/i;

/** How one attempt went. */
export interface Attempted {
  at: Date;
  ms: number;
  status: number | null;
  failure: UpstreamFailure | null;
  retries: number;
  requestId: string | null;
  span: Span | null;
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
    private readonly tracing: Tracing,
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

  /** An attempt is about to be sent. Its span stays with us: ATSs get what their documentation names and nothing else. */
  begin({ access, method, url }: Call, retries: number): Span | null {
    const family = familyOf(url, access.version.basePath);
    return this.tracing.outgoing('call ats', {
      'http.request.method': method,
      'atsume.connector': access.connector.slug,
      'atsume.integration_id': access.integrationId,
      'atsume.family': PLAIN.test(family) ? family : '',
      'atsume.attempt': retries + 1,
    });
  }

  record({ access, method, url }: Call, { at, ms, status, failure, retries, requestId, span }: Attempted): void {
    if (status !== null) span?.set({ 'http.response.status_code': status });
    span?.end(failure?.kind ?? null);
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
