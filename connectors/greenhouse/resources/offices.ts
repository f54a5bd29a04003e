import { defineResource } from '#libs/connector-kit';
import type { Office } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, header, recordOf, ref, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-offices
const Wire = z.object({ ...header, name: text, parent_id: ref, external_id: text, location: text });

export function toOffice(wire: z.output<typeof Wire>): Office {
  return {
    ...recordOf(wire),
    name: wire.name,
    parentRemoteId: wire.parent_id,
    externalId: wire.external_id,
    location: wire.location,
  };
}

export const offices = defineResource({
  model: 'offices',
  permission: 'offices.read',
  list: list('offices', { isWhole: true }),
  covers: [...HEADER, 'name', 'parentRemoteId', 'externalId', 'location'],
  wire: Wire,
  map: toOffice,
});
