import { defineResource } from '#libs/connector-kit';
import type { Tag } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, header, recordOf, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-candidate-tags
const Wire = z.object({ ...header, name: text });

/** The tags there are; which a candidate has stands on the candidate, by name. */
export function toTag(wire: z.output<typeof Wire>): Tag {
  return { ...recordOf(wire), name: wire.name };
}

export const tags = defineResource({
  model: 'tags',
  permission: 'tags.read',
  list: list('candidate_tags', { isWhole: true }),
  covers: [...HEADER, 'name'],
  wire: Wire,
  map: toTag,
});
