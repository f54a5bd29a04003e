import { definePart, defineResource } from '#libs/connector-kit';
import type { ProspectPool } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, flag, header, id, recordOf, refs, text, whole } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-prospect-pools
const Wire = z.object({
  ...header,
  name: text,
  description: text,
  active: flag,
  job_ids: refs,
  department_ids: refs,
  office_ids: refs,
});

export function toProspectPool(wire: z.output<typeof Wire>): ProspectPool {
  return {
    ...recordOf(wire),
    name: wire.name,
    description: wire.description,
    isActive: wire.active,
    jobRemoteIds: wire.job_ids,
    departmentRemoteIds: wire.department_ids,
    officeRemoteIds: wire.office_ids,
    stages: [],
  };
}

export const prospectPools = defineResource({
  model: 'prospect-pools',
  permission: 'prospect-pools.read',
  list: list('prospect_pools', { isWhole: true }),
  covers: [...HEADER, 'name', 'description', 'isActive', 'jobRemoteIds', 'departmentRemoteIds', 'officeRemoteIds'],
  wire: Wire,
  map: toProspectPool,
});

/** The stages of a pool. */
export const prospectPoolStages = definePart({
  name: 'prospect_pool_stages',
  of: 'prospect-pools',
  shape: 'list',
  field: 'stages',
  permission: 'prospect-pool-stages.read',
  list: list('prospect_pool_stages', { isWhole: true, parents: { 'prospect-pools': 'prospect_pool_ids' } }),
  covers: ['stages'],
  wire: z.object({ ...header, prospect_pool_id: id, name: text, sort_order: whole }),
  map: (wire) => ({
    parentRemoteId: wire.prospect_pool_id,
    remoteId: wire.id,
    value: { remoteId: wire.id, name: wire.name, order: wire.sort_order },
  }),
});
