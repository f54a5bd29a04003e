import { defineResource } from '#libs/connector-kit';
import { type EeocAnswer, type EnumValue, enumValue } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, header, moment, recordOf, ref, text } from './wire.js';

/** v1 says `message` in one place where it means `description`. */
const Answer = z
  .object({ description: text, message: text })
  .nullish()
  .transform((answer) => answer?.description ?? answer?.message ?? null);

// https://harvestdocs.greenhouse.io/reference/get_v3-eeoc
export const Wire = z.object({
  ...header,
  application_id: ref,
  candidate_id: ref,
  submitted_at: moment,
  gender: Answer,
  race: Answer,
  veteran_status: Answer,
  disability_status: Answer,
});

const GENDERS = { male: 'MALE', female: 'FEMALE', 'decline to self identify': 'DECLINED' } as const;

const RACES = {
  'american indian or alaskan native': 'AMERICAN_INDIAN_OR_ALASKAN_NATIVE',
  asian: 'ASIAN',
  'black or african american': 'BLACK_OR_AFRICAN_AMERICAN',
  'hispanic or latino': 'HISPANIC_OR_LATINO',
  white: 'WHITE',
  'native hawaiian or other pacific islander': 'NATIVE_HAWAIIAN_OR_OTHER_PACIFIC_ISLANDER',
  'two or more races': 'TWO_OR_MORE_RACES',
  'decline to self identify': 'DECLINED',
} as const;

/** Whole sentences whose wording changed over the years; how they begin did not. */
const VETERAN = [
  ['i am not a', 'NOT_PROTECTED'],
  ['i identify as', 'PROTECTED'],
  ['i don', 'DECLINED'],
  ['i do not', 'DECLINED'],
] as const;
const DISABILITY = [
  ['yes,', 'YES'],
  ['no,', 'NO'],
  ['i don', 'DECLINED'],
  ['i do not', 'DECLINED'],
] as const;

function byBeginning<T extends string>(
  sentence: string | null,
  beginnings: readonly (readonly [string, T])[],
): EnumValue<T> {
  const match = beginnings.find(([beginning]) => sentence?.toLowerCase().startsWith(beginning));
  return match ? { value: match[1], raw: sentence } : enumValue(sentence, {});
}

export function toEeocAnswer(wire: z.output<typeof Wire>): EeocAnswer {
  return {
    ...recordOf(wire),
    candidateRemoteId: wire.candidate_id,
    applicationRemoteId: wire.application_id,
    submittedAt: wire.submitted_at,
    gender: enumValue(wire.gender, GENDERS),
    race: enumValue<string>(wire.race, RACES),
    veteranStatus: byBeginning(wire.veteran_status, VETERAN),
    disabilityStatus: byBeginning(wire.disability_status, DISABILITY),
  };
}

/** Personal data of a special kind; read only where an integration asks for it. */
export const eeoc = defineResource({
  model: 'eeoc',
  permission: 'eeoc.read',
  list: list('eeoc', { parents: { applications: 'application_ids' } }),
  covers: [
    ...HEADER,
    'candidateRemoteId',
    'applicationRemoteId',
    'submittedAt',
    'gender',
    'race',
    'veteranStatus',
    'disabilityStatus',
  ],
  wire: Wire,
  map: toEeocAnswer,
});
