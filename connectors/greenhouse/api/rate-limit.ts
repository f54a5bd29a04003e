import type { ApiReply, RateLimit, RateState } from '#libs/connector-kit';

/** Fixed windows of 30 seconds. No number is promised; 50 and 75 were seen, and every answer says its own. */
export const rateLimit: RateLimit = { requests: 50, perSeconds: 30, read: readRate };

/** The three headers are on every answer, errors too. The reset is in seconds since 1970. */
export function readRate(headers: ApiReply['headers']): RateState {
  const limit = numberIn(headers['x-ratelimit-limit']);
  const remaining = numberIn(headers['x-ratelimit-remaining']);
  const resetSeconds = numberIn(headers['x-ratelimit-reset']);
  return {
    ...(limit === null || limit === 0 ? {} : { limit }),
    ...(remaining === null ? {} : { remaining }),
    ...(resetSeconds === null ? {} : { resetsAtMs: resetSeconds * 1000 }),
  };
}

export function numberIn(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,15}$/.test(header.trim()) ? Number(header) : null;
}
