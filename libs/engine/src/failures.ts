import type { ApiFailure, ApiFailureKind, ApiReply } from '#libs/connector-kit';
import { type ErrorCode, HubError } from '#libs/errors';
import { rateLimited } from './budget/budgets.js';

const MOST_REASONS = 20;
const LONGEST_REASON = 500;

/** What the engine adds to the kit's kinds: an answer that cannot be read. */
export type FailureKind = ApiFailureKind | 'bad_reply';

/** Why no answer came, where the request was certainly not sent. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'connect_timeout',
  'unsafe_target',
]);

/** Why a call failed; the `cause` of the error that comes out. */
export class UpstreamFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    /** The ATS's; null when no answer came. */
    readonly status: number | null,
    /** Why no answer came, or why it cannot be read, in one word; null when there is one. */
    readonly code: string | null,
    /** In the ATS's words, cleaned. */
    readonly reasons: readonly string[],
    /** What the ATS asked us to wait; null when it did not. */
    readonly retryAfterMs: number | null,
  ) {
    super(`${kind} (${status ?? code ?? 'no answer'})`);
    this.name = 'UpstreamFailure';
  }

  /** Whether the ATS may have done what was asked, although it did not say so. */
  get mayHaveHappened(): boolean {
    if (this.code !== null && NEVER_SENT.has(this.code)) return false;
    return this.kind === 'unavailable' || this.kind === 'bad_reply';
  }
}

/** Judges an answer: by the connector's own words, else by its status; null for one that is good. */
export function judge(
  reply: ApiReply,
  failureOf: ((reply: ApiReply) => ApiFailure | null) | undefined,
  retryAfter: number | null,
): UpstreamFailure | null {
  const own = failureOf?.(reply) ?? null;
  const kind = own?.kind ?? kindOf(reply.status);
  if (kind === null) return null;
  const reasons = own && own.reasons.length > 0 ? own.reasons : reasonsOf(reply.body);
  return new UpstreamFailure(kind, reply.status, null, cleaned(reasons), retryAfter);
}

/** A call that got no whole answer. */
export function noAnswer(code: string): UpstreamFailure {
  const kind = CODES_OF_BAD_REPLIES.has(code) ? 'bad_reply' : 'unavailable';
  return new UpstreamFailure(kind, null, code, [], null);
}

/** An answer with a good status that makes no sense. */
export function badReply(status: number, reason: string): UpstreamFailure {
  return new UpstreamFailure('bad_reply', status, null, [reason], null);
}

const CODES_OF_BAD_REPLIES = new Set(['reply_too_large', 'reply_headers_too_large']);

const CODES: Readonly<Record<FailureKind, ErrorCode>> = {
  unauthorized: 'provider_unauthorized',
  forbidden: 'provider_forbidden',
  not_found: 'provider_not_found',
  rejected: 'provider_rejected',
  rate_limited: 'provider_rate_limited',
  unavailable: 'provider_unavailable',
  cursor_expired: 'provider_cursor_expired',
  bad_reply: 'provider_bad_reply',
};

/** The error a failure comes out as. */
export function toError(failure: UpstreamFailure): HubError {
  if (failure.kind === 'rate_limited') return rateLimited(failure.retryAfterMs ?? 1_000, failure);
  const errors = failure.reasons.map((message) => ({ path: '', message }));
  const detail = detailOf(failure);
  return new HubError(
    CODES[failure.kind],
    {
      errors,
      ...(detail !== null && { detail }),
      ...(failure.retryAfterMs !== null && { retryAfterSeconds: Math.ceil(failure.retryAfterMs / 1_000) }),
    },
    { cause: failure },
  );
}

function detailOf({ kind, status, code, reasons }: UpstreamFailure): string | null {
  if (kind === 'unavailable')
    return status === null ? `The ATS did not answer (${code}).` : `The ATS answered ${status}.`;
  if (kind === 'rejected' && reasons[0] !== undefined) return `The ATS did not accept what was sent: ${reasons[0]}`;
  return kind === 'bad_reply' && code !== null ? `The ATS answered with something we cannot read (${code}).` : null;
}

function kindOf(status: number): FailureKind | null {
  if (status >= 200 && status < 300) return null;
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404 || status === 410) return 'not_found';
  if (status === 429) return 'rate_limited';
  if (status >= 500 || status === 408 || status === 425) return 'unavailable';
  return status >= 400 ? 'rejected' : 'bad_reply';
}

/** What most APIs say about what is wrong: texts, lists of texts, lists of objects, by one of a few names. */
function reasonsOf(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  const { errors, error, error_description: description, message } = body as Record<string, unknown>;
  const found = textsOf(errors);
  if (found.length > 0) return found;
  return [...textsOf(description ?? error), ...textsOf(message)];
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.slice(0, MOST_REASONS).flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  const { message, field } = value as Record<string, unknown>;
  if (typeof message === 'string') return [typeof field === 'string' ? `${field}: ${message}` : message];
  return Object.entries(value).flatMap(([name, texts]) => textsOf(texts).map((text) => `${name}: ${text}`));
}

function cleaned(reasons: readonly string[]): string[] {
  return reasons
    .slice(0, MOST_REASONS)
    .map((reason) =>
      reason
        .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
        .trim()
        .slice(0, LONGEST_REASON)
        .toWellFormed(),
    )
    .filter((reason) => reason !== '');
}
