export { createLogger, type Logger, type LoggerOptions } from './logger.js';
export { describeError, scrub } from './redact.js';
export { NestLog } from './nest-log.js';
export { Metrics, type GaugeOptions, type MetricOptions, type HistogramOptions } from './metrics.js';
export { LOGGER, TelemetryModule } from './telemetry.module.js';
export { activeTraceParent, describeActive, Tracing } from './tracing.js';
export type { Span, SpanAttributes, TracedRequest, TracingOptions } from './tracing.js';
