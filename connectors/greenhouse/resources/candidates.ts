import { defineResource } from '#libs/connector-kit';
import { type Candidate, enumValue } from '#libs/model';
import { z } from 'zod';
import { UNSETTLED } from '../api/unsettled.js';
import { toLinks } from './links.js';
import { list } from './listing.js';
import { HEADER, customFields, flag, header, moment, recordOf, text, typedValues } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-candidates
const Wire = z.object({
  ...header,
  first_name: text,
  last_name: text,
  preferred_name: text,
  company: text,
  title: text,
  last_activity_at: moment,
  private: flag,
  can_email: flag,
  time_zone: text,
  tags: z.array(text).nullish(),
  email_addresses: typedValues,
  phone_numbers: typedValues,
  addresses: typedValues,
  website_addresses: typedValues,
  social_media_addresses: typedValues,
  custom_fields: customFields,
});

const EMAIL_TYPES = { personal: 'PERSONAL', work: 'WORK', school: 'SCHOOL' } as const;
const PHONE_TYPES = { mobile: 'MOBILE', work: 'WORK', home: 'HOME', skype: 'SKYPE' } as const;
const ADDRESS_TYPES = { home: 'HOME', work: 'WORK' } as const;

/** v3 has no recruiter and no coordinator of a candidate; both belong to the application. */
export function toCandidate(wire: z.output<typeof Wire>): Candidate {
  return {
    ...recordOf(wire, { remoteUrl: `${UNSETTLED.screens}/people/${wire.id}`, customFields: wire.custom_fields }),
    firstName: wire.first_name,
    lastName: wire.last_name,
    fullName: null,
    preferredName: wire.preferred_name,
    title: wire.title,
    company: wire.company,
    emails: wire.email_addresses.map(({ value, type }) => ({ value, type: enumValue(type, EMAIL_TYPES) })),
    phones: wire.phone_numbers.map(({ value, type }) => ({ value, type: enumValue(type, PHONE_TYPES) })),
    links: toLinks(wire.social_media_addresses, wire.website_addresses),
    addresses: wire.addresses.map(({ value, type }) => ({ raw: value, type: enumValue(type, ADDRESS_TYPES) })),
    tags: (wire.tags ?? []).filter((tag) => tag !== null),
    isPrivate: wire.private,
    canEmail: wire.can_email,
    timeZone: wire.time_zone,
    recruiterRemoteId: null,
    coordinatorRemoteId: null,
    educations: [],
    employments: [],
    lastActivityAt: wire.last_activity_at,
  };
}

export const candidates = defineResource({
  model: 'candidates',
  permission: 'candidates.read',
  list: list('candidates'),
  covers: [
    ...HEADER,
    'remoteUrl',
    'customFields',
    'firstName',
    'lastName',
    'preferredName',
    'title',
    'company',
    'emails',
    'phones',
    'links',
    'addresses',
    'tags',
    'isPrivate',
    'canEmail',
    'timeZone',
    'lastActivityAt',
  ],
  wire: Wire,
  map: toCandidate,
});
