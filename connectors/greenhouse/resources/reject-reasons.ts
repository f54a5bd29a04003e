import { defineResource } from '#libs/connector-kit';
import { type RejectReason, enumValue } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, header, recordOf, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-rejection-reasons
const Wire = z.object({ ...header, name: text, type: z.object({ key: text, name: text }).nullish() });

export const TYPES = {
  we_rejected_them: 'BY_ORGANIZATION',
  they_rejected_us: 'BY_CANDIDATE',
  none_specified: 'NOT_SPECIFIED',
  security_concern: 'SECURITY_CONCERN',
} as const;

export function toRejectReason(wire: z.output<typeof Wire>): RejectReason {
  return { ...recordOf(wire), name: wire.name, type: enumValue(wire.type?.key ?? wire.type?.name, TYPES) };
}

/** Without `include_defaults` the list leaves out the reasons every organization has from the start. */
export const rejectReasons = defineResource({
  model: 'reject-reasons',
  permission: 'reject-reasons.read',
  list: list('rejection_reasons', { isWhole: true, query: { include_defaults: true } }),
  covers: [...HEADER, 'name', 'type'],
  wire: Wire,
  map: toRejectReason,
});
