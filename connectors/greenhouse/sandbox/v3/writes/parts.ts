import { z } from 'zod';
import type { ResourceName } from '../../data/company-data.js';
import { active, changed, newRow, putAll } from '../../operations/change.js';
import { emitCandidate } from '../../webhooks/application-events.js';
import { unprocessable } from '../refusal.js';
import type { WriteCall, WriteRoute } from '../write-route.js';
import { type Write, date, deleted, filled, id, named, readWrite, recordOf } from './body.js';

const Education = z.strictObject({
  candidate_id: id,
  school_name_custom_field_option_id: id.optional(),
  degree_custom_field_option_id: id.optional(),
  discipline_custom_field_option_id: id.optional(),
  start_date: date.optional(),
  end_date: date.optional(),
});
const OPTIONS = ['school_name', 'degree', 'discipline'] as const;
const Employment = z.strictObject({
  candidate_id: id,
  company_name: filled,
  title: filled,
  start_date: date,
  end_date: date.optional(),
});
const AppliedTag = z.strictObject({ candidate_id: id, candidate_tag_id: id });
const Tag = z.strictObject({ name: filled });

export const partWrites: readonly WriteRoute[] = [
  { method: 'POST', path: 'candidate_educations', scope: 'harvest:candidate_educations:create', run: addEducation },
  { method: 'POST', path: 'candidate_employments', scope: 'harvest:candidate_employments:create', run: addEmployment },
  { method: 'POST', path: 'applied_candidate_tags', scope: 'harvest:applied_candidate_tags:create', run: addTag },
  { method: 'POST', path: 'candidate_tags', scope: 'harvest:candidate_tags:create', run: makeTag },
  ...(['candidate_educations', 'candidate_employments', 'applied_candidate_tags', 'candidate_tags'] as const).map(
    (resource): WriteRoute => ({
      method: 'DELETE',
      path: `${resource}/:id`,
      scope: `harvest:${resource}:destroy`,
      run: (call) => remove(call, resource),
    }),
  ),
];

async function addEducation(call: WriteCall) {
  const scene = await readWrite(call, Education);
  const { candidate_id, start_date, end_date, ...options } = scene.body;
  for (const key of OPTIONS) {
    const wanted = options[`${key}_custom_field_option_id`];
    const option = wanted === undefined ? null : scene.world.custom_field_options.get(wanted);
    if (option !== null && option._custom_field_key !== key) throw unprocessable(`The ${key} option was not found`);
    if (wanted !== undefined && option === null) throw unprocessable(`The ${key} option was not found`);
  }
  return addPart(scene, 'candidate_educations', candidate_id, {
    school_name_custom_field_option_id: options.school_name_custom_field_option_id ?? null,
    degree_custom_field_option_id: options.degree_custom_field_option_id ?? null,
    discipline_custom_field_option_id: options.discipline_custom_field_option_id ?? null,
    ...{ start_at: timeOf(start_date), end_at: timeOf(end_date), latest: false },
    ...{ start_date_month: monthOf(start_date), start_date_year: yearOf(start_date) },
    ...{ end_date_month: monthOf(end_date), end_date_year: yearOf(end_date) },
  });
}

async function addEmployment(call: WriteCall) {
  const scene = await readWrite(call, Employment);
  const { candidate_id, start_date, end_date, ...fields } = scene.body;
  const times = { start_date: timeOf(start_date), end_date: timeOf(end_date), latest: end_date === undefined };
  return addPart(scene, 'candidate_employments', candidate_id, { ...fields, ...times });
}

async function addTag(call: WriteCall) {
  const scene = await readWrite(call, AppliedTag);
  const { candidate_id, candidate_tag_id } = scene.body;
  const { name } = named(scene, 'candidate_tags', candidate_tag_id);
  const candidate = named(scene, 'candidates', candidate_id);
  if ((candidate.tags as unknown[]).includes(name)) throw unprocessable('The candidate has this tag already');
  await putAll(scene, ['candidates', { ...candidate, tags: [...(candidate.tags as unknown[]), name] }]);
  return addPart(scene, 'applied_candidate_tags', candidate_id, { candidate_tag_id });
}

async function makeTag(call: WriteCall) {
  const scene = await readWrite(call, Tag);
  const { name } = scene.body;
  if ([...scene.world.candidate_tags.newestFirst()].some((tag) => tag.name === name)) {
    throw unprocessable({ name: 'has already been taken' });
  }
  const row = newRow(scene, 'candidate_tags', { name });
  await putAll(scene, ['candidate_tags', row]);
  return { status: 201, body: row };
}

async function addPart(scene: Write<object>, resource: ResourceName, candidateId: number, fields: object) {
  named(scene, 'candidates', candidateId);
  const row = newRow(scene, resource, { candidate_id: candidateId, ...fields });
  await putAll(scene, [resource, row], ...active(scene, candidateId));
  await emitCandidate(scene, 'update_candidate', candidateId);
  return { status: 201, body: row };
}

async function remove(call: WriteCall, resource: ResourceName) {
  const row = await recordOf(call, resource);
  const scene = await readWrite(call, z.strictObject({}));
  await scene.world[resource].remove(row.id);
  const candidate = scene.world.candidates.get(Number(row.candidate_id));
  if (candidate) {
    const name = scene.world.candidate_tags.get(Number(row.candidate_tag_id))?.name;
    const tags = (candidate.tags as unknown[]).filter((tag) => tag !== name);
    await putAll(scene, ['candidates', changed(candidate, scene.now, { tags, last_activity_at: scene.now })]);
    await emitCandidate(scene, 'update_candidate', candidate.id);
  }
  return deleted(row, resource, scene.now);
}

function timeOf(text: string | undefined): string | null {
  return text === undefined ? null : new Date(text).toISOString();
}

function yearOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text.slice(0, 4));
}

function monthOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text.slice(5, 7));
}
