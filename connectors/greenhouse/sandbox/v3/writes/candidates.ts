import { z } from 'zod';
import type { Scene } from '../../operations/change.js';
import {
  anonymizeCandidate,
  createCandidate,
  mergeCandidates,
  removeCandidate,
  updateCandidate,
} from '../../operations/candidates.js';
import type { WriteCall, WriteRoute } from '../write-route.js';
import { deleted, filled, id, readWrite, recordOf } from './body.js';
import { customFieldEntries, toCustomFields } from './custom-fields.js';

const typed = (...types: [string, ...string[]]) => z.array(z.strictObject({ value: filled, type: z.enum(types) }));

const Fields = {
  preferred_name: z.string().nullish(),
  company: z.string().nullish(),
  title: z.string().nullish(),
  is_private: z.boolean().optional(),
  can_email: z.boolean().optional(),
  time_zone: z.string().nullish(),
  phone_numbers: typed('home', 'work', 'mobile', 'skype', 'other').optional(),
  addresses: typed('home', 'work', 'other').optional(),
  email_addresses: typed('personal', 'work', 'other').optional(),
  website_addresses: typed('personal', 'company', 'portfolio', 'blog', 'other').optional(),
  social_media_addresses: z.array(z.strictObject({ value: filled })).optional(),
  tags: z.array(filled).optional(),
  custom_fields: customFieldEntries.optional(),
};

const Application = z.strictObject({
  job_id: id.optional(),
  source_id: id.optional(),
  initial_stage_id: id.optional(),
  recruiter_id: id.optional(),
  coordinator_id: id.optional(),
  referrer_id: id.optional(),
  prospect: z.boolean().optional(),
  job_ids: z.array(id).optional(),
  prospect_pool_id: id.optional(),
  prospect_pool_stage_id: id.optional(),
  prospect_owner_id: id.optional(),
});

const Create = z.strictObject({
  first_name: filled,
  last_name: filled,
  ...Fields,
  application: Application.optional(),
});
const Update = z.strictObject({ first_name: filled.optional(), last_name: filled.optional(), ...Fields });

export const candidateWrites: readonly WriteRoute[] = [
  { method: 'POST', path: 'candidates', scope: 'harvest:candidates:create', run: create },
  { method: 'PATCH', path: 'candidates/:id', scope: 'harvest:candidates:update', run: update },
  { method: 'DELETE', path: 'candidates/:id', scope: 'harvest:candidates:destroy', run: remove },
  { method: 'POST', path: 'candidates/:id/merge', scope: 'harvest:candidates:merge', run: merge },
  { method: 'PATCH', path: 'candidates/:id/anonymize', scope: 'harvest:candidates:anonymize', run: anonymize },
];

async function create(call: WriteCall) {
  const scene = await readWrite(call, Create);
  const { application: wanted, ...fields } = scene.body;
  const written = toRow(scene, { custom_fields: [], ...fields });
  const { candidate, application, isDone } = await createCandidate(scene, written, wanted);
  if (isDone) return { status: 201, body: { candidate, application } };
  return { status: 201, body: { candidate: { id: candidate.id }, application: application && { id: application.id } } };
}

async function update(call: WriteCall) {
  const candidate = await recordOf(call, 'candidates');
  const scene = await readWrite(call, Update);
  return { status: 200, body: await updateCandidate(scene, candidate, toRow(scene, scene.body)) };
}

async function remove(call: WriteCall) {
  const candidate = await recordOf(call, 'candidates');
  const scene = await readWrite(call, z.strictObject({}));
  await removeCandidate(scene, candidate);
  return deleted(candidate, 'candidates', scene.now);
}

async function merge(call: WriteCall) {
  const survivor = await recordOf(call, 'candidates');
  const scene = await readWrite(call, z.strictObject({ secondary_candidate_id: id }));
  return { status: 200, body: await mergeCandidates(scene, survivor, scene.body.secondary_candidate_id) };
}

async function anonymize(call: WriteCall) {
  const candidate = await recordOf(call, 'candidates');
  const scene = await readWrite(call, z.strictObject({ fields: z.array(filled).min(1) }));
  return { status: 200, body: await anonymizeCandidate(scene, candidate, scene.body.fields) };
}

/** It is written as `is_private` and read as `private`. */
function toRow(
  scene: Scene,
  { is_private, custom_fields, ...fields }: z.output<typeof Update>,
): Record<string, unknown> {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(is_private !== undefined && { private: is_private }),
    ...(custom_fields && { custom_fields: toCustomFields(scene, 'candidate', custom_fields) }),
  };
}
