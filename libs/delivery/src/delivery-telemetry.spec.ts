import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, Metrics, type Span, type SpanAttributes, Tracing } from '#libs/telemetry';
import { DeliveryTelemetry } from './delivery-telemetry.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const STORED = `00-${TRACE}-00f067aa0ba902b7-01`;
const OWN = `00-${TRACE}-aaaaaaaaaaaaaaaa-01`;
const WORK = { endpointId: 'we_1', eventId: 'evt_1', eventType: 'record.new', attempt: 2, traceParent: STORED };
const OK = { status: 200, error: null };

describe('the telemetry of an attempt', () => {
  let metrics: Metrics;
  let spans: { name: string; said: SpanAttributes; error?: string | null }[];
  beforeEach(() => {
    metrics = new Metrics();
    spans = [];
  });

  const telemetry = ({ isTracing = false } = {}) => {
    const start = ({ name, attributes }: { name: string; attributes: SpanAttributes }): Span => {
      const span: (typeof spans)[number] = { name, said: { ...attributes } };
      spans.push(span);
      return {
        traceParent: OWN,
        set: (more) => void Object.assign(span.said, more),
        end: (error) => void (span.error = error),
      };
    };
    const tracing = new Tracing(isTracing ? { start, close: () => Promise.resolve() } : null);
    return new DeliveryTelemetry(metrics, tracing, createLogger({ name: 'test', level: 'silent' }));
  };
  const lines = async () => (await metrics.render()).split('\n').filter((line) => line.startsWith('atsume_'));

  it('counts what is in flight, then how it ended, its wait and its time', async () => {
    const delivery = telemetry();
    const flight = delivery.attemptStarted('WEBHOOK', WORK, { waitMs: 40 });
    expect(await lines()).toContain('atsume_delivery_in_flight{kind="WEBHOOK"} 1');

    flight.end('DELIVERED', OK, 120);

    expect(await lines()).toEqual(
      expect.arrayContaining([
        'atsume_delivery_in_flight{kind="WEBHOOK"} 0',
        'atsume_delivery_attempts_total{kind="WEBHOOK",outcome="DELIVERED"} 1',
        'atsume_delivery_queue_wait_seconds_sum{kind="WEBHOOK"} 0.04',
        'atsume_delivery_duration_seconds_sum{kind="WEBHOOK"} 0.12',
      ]),
    );
  });

  it('measures nothing of an attempt that was never sent', async () => {
    telemetry().attemptUnsent('WEBHOOK', 'FAILED');

    expect(await lines()).toContain('atsume_delivery_attempts_total{kind="WEBHOOK",outcome="FAILED"} 1');
    expect(await lines()).not.toContainEqual(expect.stringMatching(/duration_seconds_count\{kind/));
  });

  it('takes a clock that went back for no wait at all', async () => {
    telemetry().attemptStarted('WEBHOOK', WORK, { waitMs: -5_000 });

    expect(await lines()).toContain('atsume_delivery_queue_wait_seconds_sum{kind="WEBHOOK"} 0');
  });

  it('hands the stored trace on while tracing is off, and its own span otherwise', () => {
    const headersOf = (isTracing: boolean, traceParent: string | null) =>
      telemetry({ isTracing }).attemptStarted('WEBHOOK', { ...WORK, traceParent }, { waitMs: 0 }).headers;

    expect(headersOf(false, STORED)).toEqual({ traceparent: STORED });
    expect(headersOf(true, STORED)).toEqual({ traceparent: OWN });
    expect(headersOf(true, STORED.replace(/01$/, '00'))).toEqual({ traceparent: STORED.replace(/01$/, '00') });
    expect(headersOf(false, null)).toBeNull();
    expect(headersOf(true, null)).toBeNull();
  });

  it('tells ATSs nothing of traces', () => {
    const delivery = telemetry({ isTracing: true });

    expect(delivery.attemptStarted('ATS_CALLBACK', WORK, { waitMs: 0 }).headers).toBeNull();
    expect(delivery.attemptStarted('FILE_FETCH', WORK, { waitMs: 0 }).headers).toBeNull();
    expect(spans.map(({ name }) => name)).toEqual(['deliver ats callback', 'deliver file fetch']);
  });

  it.each([
    [OK, null],
    [{ status: 503, error: null }, '503'],
    [{ status: null, error: 'timeout' }, 'timeout'],
    [{ status: 200, error: 'too_large' }, 'too_large'],
  ])('says in the span how it ended: %j', (reply, error) => {
    telemetry({ isTracing: true }).attemptStarted('WEBHOOK', WORK, { waitMs: 0 }).end('RETRYING', reply, 1);

    expect(spans).toEqual([
      {
        name: 'deliver webhook',
        said: {
          'atsume.kind': 'WEBHOOK',
          'atsume.endpoint_id': 'we_1',
          'atsume.event_id': 'evt_1',
          'atsume.event_type': 'record.new',
          'atsume.attempt': 3,
          'atsume.outcome': 'RETRYING',
          ...(reply.status === null ? {} : { 'http.response.status_code': reply.status }),
        },
        error,
      },
    ]);
  });

  it('measures the writing back, also when it fails', async () => {
    await expect(telemetry().finishing(7, () => Promise.reject(new Error('no')))).rejects.toThrow('no');

    expect(await lines()).toEqual(
      expect.arrayContaining([
        'atsume_delivery_finish_batch_size_sum 7',
        'atsume_delivery_finish_duration_seconds_count 1',
      ]),
    );
  });
});
