import { defineResource } from '#libs/connector-kit';
import { type CustomField, type EnumValue, type Money, type Offer, type OfferStatus, enumValue } from '#libs/model';
import { z } from 'zod';
import { UNSETTLED } from '../api/unsettled.js';
import { list } from './listing.js';
import { HEADER, customFields, day, header, moment, recordOf, ref, text, whole } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-offers
const Wire = z.object({
  ...header,
  application_id: ref,
  candidate_id: ref,
  job_id: ref,
  version: whole,
  status: text,
  sent_on: day,
  resolved_at: moment,
  starts_on: day,
  custom_fields: customFields,
});

const OPEN = new Set(['created', 'unresolved']);
const STATUS = { accepted: 'ACCEPTED', rejected: 'DECLINED', deprecated: 'SUPERSEDED' } as const;

/** Each version of an offer is a row of its own; older ones are `Deprecated`. `sentAt` is a date: Greenhouse knows no more. */
export function toOffer(wire: z.output<typeof Wire>): Offer {
  return {
    ...recordOf(wire, { customFields: wire.custom_fields }),
    applicationRemoteId: wire.application_id,
    candidateRemoteId: wire.candidate_id,
    jobRemoteId: wire.job_id,
    creatorRemoteId: null,
    status: statusOf(wire.status, wire.sent_on),
    version: wire.version,
    sentAt: wire.sent_on,
    resolvedAt: wire.resolved_at,
    startDate: wire.starts_on,
    compensation: wire.custom_fields.flatMap(toMoney),
  };
}

/** `Created` (in v1 `unresolved`) lasts until the offer is answered; the date tells whether it has gone out. */
function statusOf(status: string | null, sentOn: string | null): EnumValue<OfferStatus> {
  if (OPEN.has(status?.toLowerCase() ?? '')) return { value: sentOn === null ? 'DRAFT' : 'SENT', raw: status };
  return enumValue(status, STATUS);
}

/** Pay is whatever money fields the customer has on its offers. */
export function toMoney({ type, value }: CustomField): Money[] {
  if (type !== 'currency' || value === null || typeof value !== 'object') return [];
  const { amount, unit } = value as { amount?: unknown; unit?: unknown };
  const isAmount = typeof amount === 'number' || (typeof amount === 'string' && /^-?\d+(\.\d+)?$/.test(amount));
  return isAmount ? [{ amount: String(amount), currency: typeof unit === 'string' && unit !== '' ? unit : null }] : [];
}

export const offers = defineResource({
  model: 'offers',
  permission: 'offers.read',
  list: list('offers', {
    isWhole: !UNSETTLED.offersTakeDateFilters,
    parents: { applications: 'application_ids', candidates: 'candidate_ids', jobs: 'job_ids' },
  }),
  covers: [
    ...HEADER,
    'customFields',
    'applicationRemoteId',
    'candidateRemoteId',
    'jobRemoteId',
    'status',
    'version',
    'sentAt',
    'resolvedAt',
    'startDate',
    'compensation',
  ],
  wire: Wire,
  map: toOffer,
});
