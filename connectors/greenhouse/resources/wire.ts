import type { CustomField } from '#libs/model';
import { z } from 'zod';

/**
 * The values Harvest v3 rows are made of. What is missing, null or blank becomes null; numbers are taken where texts are
 * expected. A value of another type fails, with its path, and the record is kept aside.
 */

/** Ids pass 2^32. Numbers are exact below 2^53, and one beyond it was rounded on its way here. */
export const id = z
  .union([z.int().positive(), z.string().regex(/^\d{1,30}$/)], {
    error: 'expected an id: a whole number below 2^53, or its digits',
  })
  .transform(String);

/** The id of another record. */
export const ref = id.nullish().transform((value) => value ?? null);

export const refs = z
  .array(id.nullish())
  .nullish()
  .transform((values) => (values ?? []).filter((value) => value != null));

export const text = z
  .union([z.string(), z.number()], { error: 'expected text' })
  .nullish()
  .transform((value) => (value === undefined || value === null || `${value}`.trim() === '' ? null : `${value}`));

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

export const whole = z
  .int()
  .nullish()
  .transform((value) => value ?? null);

/** A point in time; comes with and without milliseconds. */
export const moment = z
  .string()
  .regex(/^$|^\d{4}-\d{2}-\d{2}T/, { error: 'expected a time' })
  .refine((value) => value === '' || !Number.isNaN(Date.parse(value)), { error: 'expected a time' })
  .nullish()
  .transform((value) => (value ? new Date(value).toISOString() : null));

/** A date, or the date of a time. */
export const day = z
  .string()
  .regex(/^$|^\d{4}-\d{2}-\d{2}(T|$)/, { error: 'expected a date' })
  .nullish()
  .transform((value) => (value ? value.slice(0, 10) : null));

/** `[{ value, type }]`, as e-mail addresses, phone numbers and the like come. */
export const typedValues = z
  .array(z.object({ value: text, type: text }).nullish())
  .nullish()
  .transform((entries) =>
    (entries ?? []).flatMap((entry) => (entry?.value ? [{ value: entry.value, type: entry.type }] : [])),
  );

/** An object by key; an empty one may come as `[]`. */
export const customFields = z
  .union([z.record(z.string(), z.unknown()), z.array(z.unknown())])
  .nullish()
  .transform((fields) => (!fields || Array.isArray(fields) ? [] : Object.entries(fields).map(toCustomField)));

function toCustomField([key, entry]: [string, unknown]): CustomField {
  const { name, type, value } = (entry !== null && typeof entry === 'object' ? entry : { value: entry }) as {
    name?: unknown;
    type?: unknown;
    value?: unknown;
  };
  return {
    key,
    name: typeof name === 'string' && name !== '' ? name : key,
    type: typeof type === 'string' && type !== '' ? type : 'unknown',
    value: value ?? null,
  };
}

/** What every row has. */
export const header = { id, created_at: moment, updated_at: moment };

interface Header {
  id: string;
  created_at: string | null;
  updated_at: string | null;
}

/** The part of a record that is the same for every model. */
export function recordOf(wire: Header, more: { remoteUrl?: string; customFields?: CustomField[] } = {}) {
  return {
    remoteId: wire.id,
    remoteUrl: more.remoteUrl ?? null,
    remoteCreatedAt: wire.created_at,
    remoteUpdatedAt: wire.updated_at,
    customFields: more.customFields ?? [],
  };
}

/** The fields `recordOf` fills for every model. */
export const HEADER = ['remoteId', 'remoteCreatedAt', 'remoteUpdatedAt'] as const;
