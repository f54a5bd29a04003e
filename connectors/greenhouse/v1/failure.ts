import type { ApiFailure, ApiReply } from '#libs/connector-kit';
import { reasonsOf } from '../api/failure.js';

/**
 * What an answer of v1 means: mostly its status. An answer of a deletion has nothing but a `message`, which is no failure here.
 */
export function failure(reply: ApiReply): ApiFailure | null {
  const { status } = reply;
  const reasons = reasonsOf(reply.body);
  if (status >= 200 && status < 300) return isDisguised(reply.body) ? { kind: 'rejected', reasons } : null;
  if (status === 401) return { kind: isAboutPermission(reasons) ? 'forbidden' : 'unauthorized', reasons };
  if (status === 403) return { kind: 'forbidden', reasons };
  if (status === 404) return { kind: 'not_found', reasons };
  if (status === 429) return { kind: 'rate_limited', reasons };
  return { kind: status === 408 || status >= 500 ? 'unavailable' : 'rejected', reasons };
}

/** A 401 also stands for a good key without this endpoint; where it says so, the key is not dead. */
function isAboutPermission(reasons: readonly string[]): boolean {
  return reasons.some((reason) => /permission|endpoint/i.test(reason));
}

function isDisguised(body: unknown): boolean {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return false;
  const { errors, success, id } = body as Record<string, unknown>;
  return success === false || (Array.isArray(errors) && errors.length > 0 && id === undefined);
}
