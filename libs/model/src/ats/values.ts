/** One of our words and the ATS's own beside it. A word we do not know is OTHER, none at all is UNKNOWN. */
export interface EnumValue<T extends string> {
  value: T | 'OTHER' | 'UNKNOWN';
  raw: string | null;
}

/** Puts the ATS's word into ours; never throws, never drops theirs. Keys of `words` are lower case. */
export function enumValue<T extends string>(
  raw: string | null | undefined,
  words: Readonly<Record<string, T>>,
): EnumValue<T> {
  if (raw === null || raw === undefined || raw === '') return { value: 'UNKNOWN', raw: null };
  const key = raw.toLowerCase();
  return { value: Object.hasOwn(words, key) ? words[key]! : 'OTHER', raw };
}

export interface Email {
  value: string;
  type: EnumValue<'WORK' | 'PERSONAL' | 'SCHOOL'>;
}

export interface Phone {
  /** As the ATS has it. */
  value: string;
  type: EnumValue<'MOBILE' | 'WORK' | 'HOME' | 'SKYPE'>;
}

export const LINK_TYPES = [
  'LINKEDIN',
  'GITHUB',
  'PORTFOLIO',
  'WEBSITE',
  'BLOG',
  'SOCIAL',
  'ATS_PROFILE',
  'OTHER',
] as const;
export type LinkType = (typeof LINK_TYPES)[number];

export interface Link {
  url: string;
  type: LinkType;
}

export interface Address {
  /** As the ATS has it, in lines. */
  raw: string;
  type: EnumValue<'HOME' | 'WORK'>;
}

/** A decimal number as text, since money is not a float. */
export interface Money {
  amount: string;
  /** ISO 4217, or null when the ATS does not say. */
  currency: string | null;
}

/** A field the customer made in its ATS, by its key there. */
export interface CustomField {
  key: string;
  name: string;
  type: string;
  value: unknown;
}

/** A file as the ATS has it. Its link is short-lived and never leaves the hub; the API shows a link of the hub's own. */
export interface RemoteFile {
  filename: string;
  url: string | null;
  contentType: string | null;
}
