import type { ApiFailure, ApiReply, ApiVersion } from '../src/index.js';

/** What an answer means: as the version says, else by its status. */
export function judge(version: ApiVersion, reply: ApiReply): ApiFailure | null {
  const found = version.failure?.(reply) ?? null;
  return found ?? byStatus(reply.status);
}

function byStatus(status: number): ApiFailure | null {
  if (status < 300) return null;
  const kinds: Readonly<Record<number, ApiFailure['kind']>> = {
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not_found',
    429: 'rate_limited',
  };
  return { kind: kinds[status] ?? (status >= 500 ? 'unavailable' : 'rejected'), reasons: [] };
}
