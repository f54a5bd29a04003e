import { type DestinationStream, type Logger as PinoLogger, destination, pino, stdTimeFunctions } from 'pino';
import { describeError, withoutPeople } from './redact.js';

/** A structured logger: `log.info({ requestId }, 'what happened')`. Pass errors as `{ err }`. */
export type Logger = PinoLogger;

export interface LoggerOptions {
  /** The process: `api`, `dispatcher`, `standalone`. On every line. */
  name: string;
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go; standard output by default. */
  stream?: DestinationStream;
}

/** JSON lines. Writing never blocks the process; what is buffered is flushed when the process exits by itself. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: withoutPeople },
      serializers: { err: describeError },
    },
    options.stream ?? destination({ dest: 1, sync: false }),
  );
}
