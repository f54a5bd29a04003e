import type { ApiReply, RateLimit, RateState } from '#libs/connector-kit';
import { readRate } from '../api/rate-limit.js';

/** 50 in 10 seconds is Greenhouse's own example; what a key has stands on every answer but a 429, and it can be less. */
export const rateLimit: RateLimit = { requests: 50, perSeconds: 10, read: readHeaders };

/** The reset is "a timestamp": digits are seconds since 1970, anything else a date. */
function readHeaders(headers: ApiReply['headers']): RateState {
  const said = readRate(headers);
  const reset = headers['x-ratelimit-reset'] ?? '';
  const ms = said.resetsAtMs ?? Date.parse(reset);
  return Number.isNaN(ms) ? said : { ...said, resetsAtMs: ms };
}
