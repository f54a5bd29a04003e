import { HttpException } from '@nestjs/common';
import { ERRORS, type ErrorCode, type FieldError, HubError } from '#libs/errors';
import { databaseProblem } from './database-problem.js';

/** An RFC 9457 problem document. `code` is stable; `type` is where the hub explains it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  errors: FieldError[];
  requestId: string;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Where `GET {PROBLEMS_PATH}{code}` explains a code. */
export const PROBLEMS_PATH = '/problems/';

/** More would help nobody, and a hostile body could ask for a hundred thousand. */
const MAX_ERRORS = 50;

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'unauthorized',
  403: 'scope_missing',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  422: 'invalid_input',
  429: 'rate_limited',
  503: 'unavailable',
};

/**
 * Anything that was thrown, in the catalogue's words. Nest's, Fastify's and PostgreSQL's errors are known;
 * whatever else there is becomes `internal`, with the original as `cause`. Never throws.
 */
export function toHubError(error: unknown): HubError {
  if (error instanceof HubError) return error;
  const fromDatabase = databaseProblem(error);
  if (fromDatabase) return fromDatabase;
  const status = error instanceof HttpException ? error.getStatus() : statusCodeOf(error);
  if (status === 503) return new HubError('unavailable', { retryAfterSeconds: 1 }, { cause: error });
  if (status === null || status < 400 || status >= 500) return new HubError('internal', {}, { cause: error });
  return new HubError(CODE_OF_STATUS[status] ?? 'bad_request', {}, { cause: error });
}

/** The problem document of an error. */
export function toProblem(error: HubError, requestId: string): Problem {
  return {
    type: PROBLEMS_PATH + error.code,
    title: ERRORS[error.code].message,
    status: error.spec.status,
    detail: error.detail,
    code: error.code,
    errors: error.errors.slice(0, MAX_ERRORS),
    requestId,
  };
}

/** Headers that belong to an error, beside its document. */
export function problemHeaders(error: HubError): Record<string, string> {
  const headers: Record<string, string> = {};
  const retryAfter = error.retryAfterSeconds ?? (error.code === 'unavailable' ? 1 : undefined);
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)));
  if (error.code === 'unauthorized') headers['www-authenticate'] = 'Bearer realm="atsume"';
  return headers;
}

/** Fastify's errors, and those of libraries that follow http-errors, carry a `statusCode`. */
function statusCodeOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null | undefined)?.statusCode;
  return typeof status === 'number' ? status : null;
}
