import { GIVE_UP_RULE, RETRY_JITTER, policyOf } from '#libs/delivery';
import type { EndpointDto } from './endpoints.dto.js';
import type { EndpointRow } from './endpoints.repository.js';

/** An endpoint as the API shows it. */
export function toEndpointDto(row: EndpointRow, headerNames: string[]): EndpointDto {
  return {
    id: row.id,
    url: row.url,
    category: 'ATS',
    description: row.description,
    eventTypes: row.event_types ?? [],
    integrationIds: row.integration_ids ?? [],
    signature: row.signature,
    strictNulls: row.strict_nulls,
    maxPerSecond: row.max_per_second,
    headerNames,
    retryPolicy: {
      ...policyOf(row.retry_policy),
      jitter: RETRY_JITTER,
      disableAfterSeconds: GIVE_UP_RULE.afterSeconds,
      disableAfterAttempts: GIVE_UP_RULE.afterAttempts,
    },
    status: row.status,
    disabledReason: row.disabled_reason,
    breaker: { state: row.breaker, openUntil: row.open_until?.toISOString() ?? null },
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
