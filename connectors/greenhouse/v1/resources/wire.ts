import { z } from 'zod';
import { id, moment, ref } from '../../resources/wire.js';

/** v1 puts a whole record where v3 has its id: `{ id, name }`. */
export const embedded = z
  .object({ id: ref })
  .nullish()
  .transform((record) => record?.id ?? null);

export const allEmbedded = z
  .array(z.object({ id: ref }).nullish())
  .nullish()
  .transform((records) => (records ?? []).flatMap((record) => record?.id ?? []));

export const header = { id, created_at: moment, updated_at: moment };
