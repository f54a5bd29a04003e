import { defineResource } from '#libs/connector-kit';
import type { Source } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, header, recordOf, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-sources
const Wire = z.object({ ...header, name: text, type: z.object({ name: text }).nullish() });

export function toSource(wire: z.output<typeof Wire>): Source {
  return { ...recordOf(wire), name: wire.name, category: wire.type?.name ?? null };
}

export const sources = defineResource({
  model: 'sources',
  permission: 'sources.read',
  list: list('sources', { isWhole: true }),
  covers: [...HEADER, 'name', 'category'],
  wire: Wire,
  map: toSource,
});
