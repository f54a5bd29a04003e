import type { ApiFailure, ApiReply } from '#libs/connector-kit';

const MOST_REASONS = 20;
const LONGEST_REASON = 500;

/**
 * What an answer of v3 means. The status says what kind of failure it is; the reasons stand in `errors`, as texts, as
 * one-key objects or as one text, and in `message`.
 */
export function failure(reply: ApiReply): ApiFailure | null {
  const reasons = reasonsOf(reply.body);
  const { status } = reply;
  if (status >= 200 && status < 300) return disguised(reply, reasons);
  if (status === 401) return { kind: 'unauthorized', reasons };
  if (status === 403) return { kind: 'forbidden', reasons };
  if (status === 404) return { kind: 'not_found', reasons: isRouteMissing(reply) ? [...reasons, NO_ROUTE] : reasons };
  if (status === 429) return { kind: 'rate_limited', reasons };
  if (status === 408 || status >= 500) return { kind: 'unavailable', reasons };
  return { kind: isCursorOver(reasons) ? 'cursor_expired' : 'rejected', reasons };
}

/** A 404 with `errors` comes from a handler, one without from the router. */
const NO_ROUTE = 'Greenhouse has no such address; it says nothing about the record.';

function isRouteMissing({ body }: ApiReply): boolean {
  return body !== null && typeof body === 'object' && !Object.hasOwn(body, 'errors');
}

/**
 * An accepted request that carries no rows: the schema of candidates allows `{ message }` in place of the list while it is
 * being made ready, and an error may come with a 200. Rows always have an id.
 */
function disguised({ body }: ApiReply, reasons: string[]): ApiFailure | null {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return null;
  const keys = Object.keys(body);
  if (keys.includes('errors') && !keys.includes('id') && reasons.length > 0) return { kind: 'rejected', reasons };
  return keys.length > 0 && keys.every((key) => key === 'message') ? { kind: 'unavailable', reasons } : null;
}

/** A 422 is ambiguous. A cursor sent with other parameters is our fault, any other trouble with it means: begin again. */
function isCursorOver(reasons: readonly string[]): boolean {
  return reasons.some((reason) => /cursor/i.test(reason) && !/do not include other/i.test(reason));
}

/** What the body says is wrong, in sentences. */
export function reasonsOf(body: unknown): string[] {
  // A page of some proxy on the way is no reason.
  if (typeof body === 'string') return body.trim().startsWith('<') ? [] : limited([body]);
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return [];
  const { message, errors } = body as { message?: unknown; errors?: unknown };
  const detailed = (Array.isArray(errors) ? errors : [errors]).flatMap(sentencesOf);
  return limited(detailed.length > 0 ? detailed : sentencesOf(message));
}

function sentencesOf(entry: unknown): string[] {
  if (typeof entry === 'string') return [entry];
  if (entry === null || typeof entry !== 'object') return [];
  const { message, field } = entry as { message?: unknown; field?: unknown };
  // v1 names the field beside the sentence.
  if (typeof message === 'string' && typeof field === 'string') return [`${field}: ${message}`];
  return Object.entries(entry).map(([key, value]) => {
    const words = typeof value === 'string' ? value : JSON.stringify(value);
    return key === 'message' ? words : `${key}: ${words}`;
  });
}

function limited(reasons: string[]): string[] {
  return reasons
    .map((reason) => reason.trim().slice(0, LONGEST_REASON))
    .filter((reason) => reason !== '')
    .slice(0, MOST_REASONS);
}
