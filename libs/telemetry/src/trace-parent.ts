const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NOBODY = /^0+$/;
const SAMPLED = 1;

/** Who is above us in a trace. */
export interface TraceContext {
  traceId: string;
  spanId: string;
  isSampled: boolean;
}

/**
 * Reads a `traceparent` header (https://www.w3.org/TR/trace-context/). Null for none, for a malformed one and for ids of
 * zeros only. Later versions are read as far as they are like ours.
 */
export function readTraceParent(header: string | readonly string[] | undefined): TraceContext | null {
  const [, version, traceId = '', spanId = '', flags = '', more] =
    (typeof header === 'string' && FORM.exec(header)) || [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (NOBODY.test(traceId) || NOBODY.test(spanId)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & SAMPLED) !== 0 };
}

/** The header's text, as it is stored with events and sent on. */
export function renderTraceParent({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}
