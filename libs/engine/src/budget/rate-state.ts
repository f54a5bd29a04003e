import type { ApiVersion } from '#libs/connector-kit';
import type { Learned } from './budget-rows.js';

/**
 * What an answer says of the ATS's limit; null when it says nothing. How long its window lasts is measured from the
 * answer's own `Date`, so that nobody's clock matters: rounded to seconds it is never less than the truth.
 */
export function readRateState(
  { rateLimit }: Pick<ApiVersion, 'rateLimit'>,
  headers: Readonly<Record<string, string | undefined>>,
): Learned | null {
  const { limit, remaining, resetsAtMs } = rateLimit.read?.(headers) ?? {};
  const date = Date.parse(headers.date ?? '');
  const endsInMs = isNumber(resetsAtMs) && !Number.isNaN(date) ? resetsAtMs - date : null;
  const learned = {
    limit: isNumber(limit) && limit >= 1 ? limit : null,
    remaining: isNumber(remaining) && remaining >= 0 ? remaining : null,
    endsInMs,
  };
  return learned.limit === null && learned.remaining === null && endsInMs === null ? null : learned;
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
