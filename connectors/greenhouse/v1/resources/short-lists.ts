import { defineResource } from '#libs/connector-kit';
import { enumValue } from '#libs/model';
import { z } from 'zod';
import { toProspectPool } from '../../resources/prospect-pools.js';
import { TYPES, toRejectReason } from '../../resources/reject-reasons.js';
import { toSource } from '../../resources/sources.js';
import { toTag } from '../../resources/tags.js';
import { flag, id, ref, text } from '../../resources/wire.js';
import { list } from './listing.js';

const TIMELESS = { created_at: null, updated_at: null };

export const sources = defineResource({
  model: 'sources',
  permission: 'sources.read',
  list: list('sources'),
  covers: ['remoteId', 'name', 'category'],
  wire: z.object({ id, name: text, type: z.object({ name: text }).nullish() }),
  map: (wire) => toSource({ ...wire, ...TIMELESS }),
});

/** v1 has the name of the type and not its key: "We rejected them" for `we_rejected_them`. */
export const rejectReasons = defineResource({
  model: 'reject-reasons',
  permission: 'reject-reasons.read',
  list: list('rejection_reasons', { query: { include_defaults: true } }),
  covers: ['remoteId', 'name', 'type'],
  wire: z.object({ id, name: text, type: z.object({ name: text }).nullish() }),
  map: (wire) => {
    const name = wire.type?.name ?? null;
    const type = { value: enumValue(name?.replaceAll(' ', '_'), TYPES).value, raw: name };
    return { ...toRejectReason({ ...wire, ...TIMELESS, type: null }), type };
  },
});

export const tags = defineResource({
  model: 'tags',
  permission: 'tags.read',
  list: list('tags/candidate'),
  covers: ['remoteId', 'name'],
  wire: z.object({ id, name: text }),
  map: (wire) => toTag({ ...wire, ...TIMELESS }),
});

const Stages = z.array(z.object({ id: ref, name: text }).nullish()).nullish();

/** Stages come in their order, without a number for it. */
export const prospectPools = defineResource({
  model: 'prospect-pools',
  permission: 'prospect-pools.read',
  list: list('prospect_pools'),
  covers: ['remoteId', 'name', 'isActive', 'stages'],
  wire: z.object({ id, name: text, active: flag, prospect_stages: Stages }),
  map: ({ prospect_stages, ...wire }) => ({
    ...toProspectPool({ ...wire, ...TIMELESS, description: null, job_ids: [], department_ids: [], office_ids: [] }),
    stages: (prospect_stages ?? []).flatMap((stage, order) =>
      stage?.id ? [{ remoteId: stage.id, name: stage.name, order }] : [],
    ),
  }),
});
