import { AsyncLocalStorage } from 'node:async_hooks';
import { readTraceParent, renderTraceParent, type TraceContext } from './trace-parent.js';

/** Where spans go to, and how many. */
export interface TracingOptions {
  /** Of an OTLP collector that speaks HTTP; `/v1/traces` is added. */
  endpoint: string;
  headers: Record<string, string>;
  serviceName: string;
  /** Of the traces that begin here, 0 to 1. */
  ratio: number;
}

/** What is said of a span. Never an address with its query, never a person. */
export type SpanAttributes = Record<string, string | number | boolean>;

/** Something that takes time and is told to the collector once it is over. */
export interface Span {
  /** For whoever continues the trace. */
  readonly traceParent: string;
  set(attributes: SpanAttributes): void;
  /** `error` is a short code, null when all went well. */
  end(error: string | null): void;
}

export interface SpanStart {
  name: string;
  kind: 'server' | 'client' | 'internal';
  parent: TraceContext | null;
  attributes: SpanAttributes;
}

/** Makes spans and brings them to the collector; there is none while tracing is off. */
export interface SpanMaker {
  /** Null when the trace is not among the sampled ones. */
  start(start: SpanStart): Span | null;
  /** Sends what is left, for a moment; what the collector does not take by then is dropped. Never throws. */
  close(): Promise<void>;
}

/** What the work at hand belongs to. */
interface Traced {
  /** For what it leaves behind; null when nobody traces it. */
  traceParent: string | null;
  span: Span | null;
}

const working = new AsyncLocalStorage<Traced>();

/** The `traceparent` that an event raised by the work at hand is stored with; null when nobody traces that work. */
export function activeTraceParent(): string | null {
  return working.getStore()?.traceParent ?? null;
}

/** Says more of the work at hand, in its span; nothing when it has none. */
export function describeActive(attributes: SpanAttributes): void {
  working.getStore()?.span?.set(attributes);
}

/** A request that came in, as its server handles it. */
export interface TracedRequest {
  /** Runs `work`, and all that follows from it, as this request's. */
  run(work: () => void): void;
  end(attributes: SpanAttributes, error: string | null): void;
}

/**
 * Traces of the process. While it is off it makes no spans, and still hands a caller's `traceparent` on to what follows
 * from the call.
 */
export class Tracing {
  constructor(private readonly spans: SpanMaker | null = null) {}

  /** A request with a `traceparent` continues its trace; null when there is neither one nor a trace to begin. */
  request(name: string, header: string | string[] | undefined, attributes: SpanAttributes): TracedRequest | null {
    const parent = header === undefined ? null : readTraceParent(header);
    if (!this.spans && !parent) return null;
    const span = this.spans?.start({ name, kind: 'server', parent, attributes }) ?? null;
    if (!span && !parent) return null;
    const traced = { span, traceParent: span?.traceParent ?? renderTraceParent(parent!) };
    return {
      run: (work) => working.run(traced, work),
      end: (more, error) => {
        span?.set(more);
        span?.end(error);
      },
    };
  }

  /** A request that we make on behalf of a stored `traceparent`; null unless its trace is sampled. */
  call(name: string, traceParent: string | null, attributes: SpanAttributes): Span | null {
    if (!this.spans || traceParent === null) return null;
    const parent = readTraceParent(traceParent);
    return parent?.isSampled ? this.spans.start({ name, kind: 'client', parent, attributes }) : null;
  }

  /** A request that we make in the middle of the work at hand; a trace begins with it where that has none. */
  outgoing(name: string, attributes: SpanAttributes): Span | null {
    if (!this.spans) return null;
    const traceParent = activeTraceParent();
    const parent = traceParent === null ? null : readTraceParent(traceParent);
    return this.spans.start({ name, kind: 'client', parent, attributes });
  }

  /**
   * Work that no request asked for: it continues a stored `traceparent`, or begins a trace where there is none. What it
   * raises belongs to that trace.
   */
  async task<T>(
    { name, traceParent, attributes }: { name: string; traceParent: string | null; attributes: SpanAttributes },
    work: () => Promise<T>,
  ): Promise<T> {
    const parent = traceParent === null ? null : readTraceParent(traceParent);
    const span = this.spans?.start({ name, kind: 'internal', parent, attributes }) ?? null;
    let error: string | null = 'failed';
    try {
      const result = await working.run({ span, traceParent: span?.traceParent ?? (parent && traceParent) }, work);
      error = null;
      return result;
    } finally {
      span?.end(error);
    }
  }

  /** Sends what is left. */
  async close(): Promise<void> {
    await this.spans?.close();
  }
}
