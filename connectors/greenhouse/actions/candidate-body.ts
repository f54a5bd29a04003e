import { ActionRefused, type RowPlace } from '#libs/connector-kit';
import type { CandidateInput } from '#libs/model';
import { toWrittenFields } from './custom-fields.js';
import { defined } from './calls.js';

type TypedValue = { value: string; type: string };

/** Our words, and Greenhouse's for each kind of address. */
export const WORDS = {
  emails: { PERSONAL: 'personal', WORK: 'work', OTHER: 'other' },
  phones: { MOBILE: 'mobile', WORK: 'work', HOME: 'home', SKYPE: 'skype', OTHER: 'other' },
  addresses: { HOME: 'home', WORK: 'work', OTHER: 'other' },
  websites: { PERSONAL: 'personal', COMPANY: 'company', PORTFOLIO: 'portfolio', BLOG: 'blog', OTHER: 'other' },
} as const;

type Kind = keyof typeof WORDS;

/** The fields of a candidate that Greenhouse takes. A recruiter and a coordinator belong to the application there. */
export const CANDIDATE_FIELDS = [
  'firstName',
  'lastName',
  'preferredName',
  'title',
  'company',
  'emails',
  'phones',
  'addresses',
  'websites',
  'socialLinks',
  'tags',
  'isPrivate',
  'canEmail',
  'customFields',
].map((field) => `candidate.${field}`);

/** Fields of a candidate whose words are closed. */
export const CANDIDATE_CHOICES = Object.fromEntries(
  Object.entries(WORDS).map(([kind, words]) => [`candidate.${kind}.type`, Object.keys(words)]),
);

/** A custom field is read under its key, and written as an entry that names it. The time zone is written as it is read. */
export const CANDIDATE_PLACES: readonly RowPlace[] = [
  { model: 'candidates', at: "$.custom_fields['{key}'].value", input: 'candidate.customFields' },
  { model: 'candidates', at: '$.time_zone', input: 'candidate.otherFields', key: 'time_zone' },
];

/** What is not given is not sent. Read as `private`, written as `is_private`. */
export function toCandidateBody(candidate: CandidateInput): Record<string, unknown> {
  return defined({
    first_name: candidate.firstName,
    last_name: candidate.lastName,
    preferred_name: candidate.preferredName,
    title: candidate.title,
    company: candidate.company,
    is_private: candidate.isPrivate,
    can_email: candidate.canEmail,
    email_addresses: toTyped('emails', candidate.emails),
    phone_numbers: toTyped('phones', candidate.phones),
    addresses: toTyped('addresses', candidate.addresses),
    website_addresses: toTyped('websites', candidate.websites),
    social_media_addresses: candidate.socialLinks?.map((value) => ({ value })),
    tags: candidate.tags,
    custom_fields: candidate.customFields && toWrittenFields(candidate.customFields),
    ...Object.fromEntries((candidate.otherFields ?? []).map(({ key, value }) => [key, value])),
  });
}

function toTyped(kind: Kind, values: TypedValue[] | undefined): TypedValue[] | undefined {
  const words: Readonly<Record<string, string>> = WORDS[kind];
  return values?.map(({ value, type }, index) => {
    const word = words[type.toUpperCase()];
    if (word === undefined) {
      const path = `candidate.${kind}.${index}.type`;
      throw new ActionRefused(`Greenhouse takes one of ${Object.keys(words).join(', ')} here.`, path);
    }
    return { value, type: word };
  });
}
