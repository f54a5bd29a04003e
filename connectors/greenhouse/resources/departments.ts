import { defineResource } from '#libs/connector-kit';
import type { Department } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, header, recordOf, ref, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-departments
const Wire = z.object({ ...header, name: text, parent_id: ref, external_id: text });

export function toDepartment(wire: z.output<typeof Wire>): Department {
  return { ...recordOf(wire), name: wire.name, parentRemoteId: wire.parent_id, externalId: wire.external_id };
}

export const departments = defineResource({
  model: 'departments',
  permission: 'departments.read',
  list: list('departments', { isWhole: true }),
  covers: [...HEADER, 'name', 'parentRemoteId', 'externalId'],
  wire: Wire,
  map: toDepartment,
});
