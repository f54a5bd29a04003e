import { z } from 'zod';

/**
 * The kinds of value Linden sends. Tolerant, because a record that does not fit is kept aside whole: missing, null and
 * blank are the same, and become null. Strict about types, because a guess would be worse.
 */

/**
 * Linden's ids are texts. Where an ATS has numbers, take those too and make texts of them; never numbers of texts. Ids go
 * into addresses, so only what can stand there is one.
 */
export const id = z.string().regex(/^[\w-]{1,100}$/);

/** The id of another record. */
export const ref = id.nullish().transform((value) => value ?? null);

export const text = z
  .string()
  .nullish()
  .transform((value) => value?.trim() || null);

/** Linden sends seconds since 1970; records have RFC 3339 in UTC. */
export const moment = z
  .number()
  .min(0)
  .max(253_402_300_799)
  .nullish()
  .transform((seconds) => (seconds == null ? null : new Date(seconds * 1000).toISOString()));
