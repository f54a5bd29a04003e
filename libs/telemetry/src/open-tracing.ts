import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';
import { SpanLosses } from './span-losses.js';
import { Tracing, type TracingOptions } from './tracing.js';

/** Tracing to the collector of `options`; null is off. */
export async function openTracing(options: TracingOptions | null, metrics: Metrics, log: Logger): Promise<Tracing> {
  if (options === null) return new Tracing();
  const { otlpSpans } = await import('./otlp-spans.js');
  return new Tracing(otlpSpans(options, new SpanLosses(metrics, log)));
}
