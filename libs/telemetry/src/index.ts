export { createLogger, type Logger, type LoggerOptions } from './logger.js';
export { describeError, scrub } from './redact.js';
export { NestLog } from './nest-log.js';
export { Metrics, type MetricOptions, type HistogramOptions } from './metrics.js';
export { LOGGER, TelemetryModule } from './telemetry.module.js';
