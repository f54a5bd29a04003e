import { randomUUID } from 'node:crypto';
import { ROOT_CONTEXT, type Span as OtelSpan, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type ReadableSpan,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { SpanLosses } from './span-losses.js';
import { renderTraceParent, type TraceContext } from './trace-parent.js';
import type { Span, SpanAttributes, SpanMaker, SpanStart, TracingOptions } from './tracing.js';

/** About 10 MB of spans; what comes while as many wait is dropped. */
const MOST_WAITING = 4_096;
const BATCH = 512;
const EVERY_MS = 2_000;
const EXPORT_TIMEOUT_MS = 5_000;
/** Of a stop, which others wait for. */
const LAST_EXPORT_MS = 1_000;

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Loaded only where tracing is on: the SDK costs a start and memory. Its global state is left alone. */
export function otlpSpans(options: TracingOptions, losses: SpanLosses): SpanMaker {
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: options.headers,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': options.serviceName, 'service.instance.id': randomUUID() }),
    ),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.ratio) }),
    spanProcessors: [new BoundedProcessor(exporter, losses)],
  });
  const tracer = provider.getTracer('atsume');
  return {
    start: ({ name, kind, parent, attributes }: SpanStart) => {
      const above = parent ? trace.setSpanContext(ROOT_CONTEXT, remote(parent)) : ROOT_CONTEXT;
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, above);
      return span.isRecording() ? new RecordedSpan(span) : null;
    },
    close: () => withinTime(provider.shutdown(), LAST_EXPORT_MS),
  };
}

class RecordedSpan implements Span {
  readonly traceParent: string;

  constructor(private readonly span: OtelSpan) {
    const { traceId, spanId } = span.spanContext();
    this.traceParent = renderTraceParent({ traceId, spanId, isSampled: true });
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  end(error: string | null): void {
    if (error !== null) {
      this.span.setAttribute('error.type', error);
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.span.end();
  }
}

/** Drops what is too much before the SDK does, which would not say so. */
class BoundedProcessor extends BatchSpanProcessor {
  private waiting = 0;

  constructor(
    exporter: SpanExporter,
    private readonly losses: SpanLosses,
  ) {
    const counted: SpanExporter = {
      export: (spans, done) => {
        this.waiting -= spans.length;
        exporter.export(spans, (result) => {
          if (result.code === 0) losses.sent(spans.length);
          else losses.dropped(spans.length, result.error);
          done(result);
        });
      },
      shutdown: () => exporter.shutdown(),
    };
    super({
      exporter: counted,
      maxQueueSize: MOST_WAITING,
      maxExportBatchSize: BATCH,
      scheduledDelayMillis: EVERY_MS,
      exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    });
  }

  override onEnd(span: ReadableSpan): void {
    if (this.waiting >= MOST_WAITING) return this.losses.dropped(1, new Error('too many spans wait for the collector'));
    this.waiting++;
    super.onEnd(span);
  }
}

function remote({ traceId, spanId, isSampled }: TraceContext) {
  return { traceId, spanId, traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

async function withinTime(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work.catch(() => {}), late]);
  clearTimeout(timer);
}
