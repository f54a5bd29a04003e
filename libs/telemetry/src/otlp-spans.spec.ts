import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Collector, startCollector } from '../../../test/support/collector.js';
import { freePort } from '../../../test/support/ports.js';
import { until } from '../../../test/support/until.js';
import { createLogger } from './logger.js';
import { Metrics } from './metrics.js';
import { openTracing } from './open-tracing.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const GIVEN = `00-${TRACE}-00f067aa0ba902b7-01`;
/** As many as may wait for the collector. */
const MOST_WAITING = 4_096;

describe('spans on their way to a collector', () => {
  let collector: Collector;
  let metrics: Metrics;
  const warnings: string[] = [];
  beforeEach(async () => {
    collector = await startCollector();
    metrics = new Metrics();
    warnings.length = 0;
  });
  afterEach(() => collector.close());

  const tracingTo = (endpoint = collector.url, { ratio = 1 } = {}) => {
    const stream = new Writable({ write: (chunk, _, done) => (warnings.push(String(chunk)), done()) });
    const log = createLogger({ name: 'test', level: 'warn', stream });
    return openTracing({ endpoint, headers: { 'x-token': 'open sesame' }, serviceName: 'hub', ratio }, metrics, log);
  };
  const counted = async (result: string) =>
    Number(new RegExp(`trace_spans_total\\{result="${result}"\\} (\\d+)`).exec(await metrics.render())?.[1] ?? 0);

  it('arrive with what was said of them', async () => {
    const tracing = await tracingTo();
    const request = tracing.request('POST /v1/things', GIVEN, { 'http.route': '/v1/things' })!;
    let inner: string | null = null;
    request.run(() => {
      const call = tracing.call('deliver', GIVEN, { attempt: 1 })!;
      inner = call.traceParent;
      call.end('timeout');
    });
    request.end({ status: 200 }, null);

    await tracing.close();

    expect(collector.headers[0]).toMatchObject({ 'x-token': 'open sesame', 'content-type': 'application/json' });
    expect(collector.spans).toMatchObject([
      {
        name: 'deliver',
        kind: 'client',
        traceId: TRACE,
        parentSpanId: '00f067aa0ba902b7',
        attributes: { attempt: 1, 'error.type': 'timeout' },
        isError: true,
      },
      {
        service: 'hub',
        name: 'POST /v1/things',
        kind: 'server',
        traceId: TRACE,
        parentSpanId: '00f067aa0ba902b7',
        attributes: { 'http.route': '/v1/things', status: 200 },
        isError: false,
      },
    ]);
    expect(inner).toBe(`00-${TRACE}-${collector.spans[0]?.spanId}-01`);
    expect(await counted('sent')).toBe(2);
  });

  it('are as many as the ratio says of those that begin here, and all that a caller has sampled', async () => {
    const tracing = await tracingTo(collector.url, { ratio: 0 });

    expect(tracing.request('GET /', undefined, {})).toBeNull();
    tracing.request('GET /', GIVEN, {})!.end({}, null);

    await tracing.close();
    expect(collector.spans).toMatchObject([{ traceId: TRACE }]);
  });

  it('leave by themselves', async () => {
    const tracing = await tracingTo();
    tracing.request('GET /', undefined, {})!.end({}, null);

    await until(() => collector.spans.length === 1, { what: 'the span' });

    await tracing.close();
  });

  it('are dropped, counted and complained about once where nobody listens', async () => {
    const tracing = await tracingTo(`http://127.0.0.1:${await freePort()}`);
    for (let n = 0; n < 3; n++) tracing.request('GET /', undefined, {})!.end({}, null);
    await until(async () => (await counted('dropped')) === 3, { what: 'the end of trying', withinMs: 20_000 });
    tracing.request('GET /', undefined, {})!.end({}, null);
    await tracing.close();
    await until(async () => (await counted('dropped')) === 4, { what: 'the count of the last', withinMs: 20_000 });

    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('ECONNREFUSED');
  });

  it('do not pile up while the collector hangs, and a stop does not wait for them', async () => {
    collector.hang();
    const tracing = await tracingTo();

    for (let n = 0; n < MOST_WAITING * 2; n++) tracing.request('GET /', undefined, {})!.end({}, null);

    expect(await counted('dropped')).toBeGreaterThan(MOST_WAITING / 2);
    await tracing.close();
    expect(await counted('dropped')).toBeLessThan(MOST_WAITING * 2);
    await until(async () => (await counted('dropped')) === MOST_WAITING * 2, {
      what: 'the count of each',
      withinMs: 20_000,
    });
  });
});
