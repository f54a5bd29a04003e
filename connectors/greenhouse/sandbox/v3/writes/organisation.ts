import { z } from 'zod';
import type { ResourceName } from '../../data/company-data.js';
import { STAGES } from '../../data/jobs.js';
import { type Scene, changed, newRow, putAll } from '../../operations/change.js';
import { emitJob, emitJobPost } from '../../webhooks/job-events.js';
import { unprocessable } from '../refusal.js';
import type { WriteCall, WriteRoute } from '../write-route.js';
import { filled, id, named, readWrite, recordOf } from './body.js';
import { customFieldEntries, toCustomFields } from './custom-fields.js';

const Department = z.strictObject({
  name: filled.max(255),
  parent_id: id.nullish(),
  external_id: z.string().nullish(),
});
const Job = z.strictObject({
  template_job_id: id,
  number_of_openings: z.int().min(1),
  job_name: filled.optional(),
  requisition_id: z.string().optional(),
  department_id: id.optional(),
  office_ids: z.array(id).optional(),
});
const JobUpdate = z.strictObject({
  name: filled.optional(),
  requisition_id: z.string().nullish(),
  notes: z.string().nullish(),
  department_id: id.nullish(),
  office_ids: z.array(id).optional(),
  custom_fields: customFieldEntries.optional(),
});
const Post = z.strictObject({
  title: filled.optional(),
  content: z.string().optional(),
  internal_content: z.string().nullish(),
  job_application_status: z.enum(['draft', 'live']).optional(),
});
const User = z.strictObject({
  first_name: filled.optional(),
  last_name: filled.optional(),
  job_title: z.string().nullish(),
  employee_id: z.string().nullish(),
  office_ids: z.array(id).optional(),
  department_ids: z.array(id).optional(),
});

/** What the hub's vendor may change of the company itself. */
export const organisationWrites: readonly WriteRoute[] = [
  { method: 'POST', path: 'departments', scope: 'harvest:departments:create', run: addDepartment },
  { method: 'PATCH', path: 'departments/:id', scope: 'harvest:departments:update', run: updateDepartment },
  { method: 'POST', path: 'jobs', scope: 'harvest:jobs:create', run: addJob },
  { method: 'PATCH', path: 'jobs/:id', scope: 'harvest:jobs:update', run: updateJob },
  { method: 'PATCH', path: 'job_posts/:id', scope: 'harvest:job_posts:update', run: updatePost },
  { method: 'PATCH', path: 'users/:id', scope: 'harvest:users:update', run: updateUser },
];

async function addDepartment(call: WriteCall) {
  const scene = await readWrite(call, Department);
  refuseTakenName(scene, 'departments', scene.body.name);
  if (scene.body.parent_id) named(scene, 'departments', scene.body.parent_id);
  const row = newRow(scene, 'departments', { parent_id: null, external_id: null, ...scene.body });
  await putAll(scene, ['departments', row]);
  return { status: 201, body: row };
}

async function updateDepartment(call: WriteCall) {
  const department = await recordOf(call, 'departments');
  const scene = await readWrite(call, Department.partial());
  if (scene.body.name !== undefined && scene.body.name !== department.name) {
    refuseTakenName(scene, 'departments', scene.body.name);
  }
  return updated(scene, 'departments', changed(department, scene.now, scene.body));
}

function refuseTakenName({ world }: Scene, resource: ResourceName, name: string): void {
  const isTaken = [...world[resource].newestFirst()].some((row) => row.name === name);
  if (isTaken) throw unprocessable({ name: 'has already been taken' });
}

/** A copy of another job, with a plan of its own. */
async function addJob(call: WriteCall) {
  const scene = await readWrite(call, Job);
  const { template_job_id, job_name, number_of_openings, ...fields } = scene.body;
  const template = named(scene, 'jobs', template_job_id);
  const job = newRow(scene, 'jobs', {
    ...template,
    ...{ id: scene.world.jobs.nextId(), created_at: scene.now, updated_at: scene.now },
    ...{ name: job_name ?? `Copy of ${String(template.name)}`, status: 'open', opened_at: scene.now, closed_at: null },
    ...{ copied_from_id: template.id, ...fields },
  });
  const stages = STAGES.map((name, sort_order) =>
    newRow(scene, 'job_interview_stages', { job_id: job.id, sort_order, name, active: true }),
  );
  const openings = Array.from({ length: number_of_openings }, (_, sort_order) =>
    newRow(scene, 'openings', {
      ...{ job_id: job.id, opened_at: scene.now, closed_at: null, sort_order, opening_id: null, application_id: null },
      ...{ close_reason_id: null, target_start_on: null, open: true, custom_fields: {} },
    }),
  );
  await putAll(
    scene,
    ['jobs', job],
    ...stages.map((row) => ['job_interview_stages', row] as ['job_interview_stages', typeof row]),
    ...openings.map((row) => ['openings', row] as ['openings', typeof row]),
  );
  await emitJob(scene, 'job_created', job.id);
  return { status: 201, body: job };
}

async function updateJob(call: WriteCall) {
  const job = await recordOf(call, 'jobs');
  const scene = await readWrite(call, JobUpdate);
  const { custom_fields, ...fields } = scene.body;
  if (fields.department_id) named(scene, 'departments', fields.department_id);
  const written = custom_fields && { custom_fields: toCustomFields(scene, 'job', custom_fields) };
  const reply = await updated(scene, 'jobs', changed(job, scene.now, { ...fields, ...written }));
  await emitJob(scene, 'job_updated', job.id);
  return reply;
}

async function updatePost(call: WriteCall) {
  const post = await recordOf(call, 'job_posts');
  const scene = await readWrite(call, Post);
  const { job_application_status: status, ...fields } = scene.body;
  const live = status === undefined ? {} : { live: status === 'live' };
  const published = status === 'live' && post.first_published_at === null ? { first_published_at: scene.now } : {};
  const reply = await updated(scene, 'job_posts', changed(post, scene.now, { ...fields, ...live, ...published }));
  await emitJobPost(scene, 'job_post_updated', post.id);
  return reply;
}

async function updateUser(call: WriteCall) {
  const user = await recordOf(call, 'users');
  const scene = await readWrite(call, User);
  const row = changed(user, scene.now, scene.body);
  return updated(scene, 'users', { ...row, name: `${String(row.first_name)} ${String(row.last_name)}` });
}

async function updated(scene: Scene, resource: ResourceName, row: Parameters<typeof changed>[0]) {
  await putAll(scene, [resource, row]);
  return { status: 200, body: row };
}
