import { ERRORS, type ErrorCode, type ErrorSpec } from './catalogue.js';

/** One thing wrong with the input: `path` is the field in dot notation (`traits.0.name`), `''` for the whole body. */
export interface FieldError {
  path: string;
  message: string;
}

export interface HubErrorParams {
  /** Replaces the catalogue's message where a sentence with the particulars helps the caller. Never a secret or a body. */
  detail?: string;
  errors?: FieldError[];
  /** Sent as `Retry-After`, in seconds. */
  retryAfterSeconds?: number;
}

/**
 * The only error our code throws on purpose. `code` selects status, fault and text from the catalogue;
 * `cause` carries the raw error to our logs and never to the caller.
 */
export class HubError extends Error {
  readonly spec: ErrorSpec;
  readonly errors: FieldError[];
  readonly detail: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    params: HubErrorParams = {},
    options?: { cause?: unknown },
  ) {
    super(params.detail ?? ERRORS[code].message, options);
    this.name = 'HubError';
    this.spec = ERRORS[code];
    this.errors = params.errors ?? [];
    this.detail = params.detail ?? ERRORS[code].message;
    this.retryAfterSeconds = params.retryAfterSeconds;
  }
}
