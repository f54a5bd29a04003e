import { z } from 'zod';
import { customFieldEntries } from './custom-fields.js';
import { createApplication } from '../../operations/applications.js';
import { convertProspect, removeApplication, updateApplication } from '../../operations/applications.js';
import { hireApplication, rejectApplication, unrejectApplication } from '../../operations/endings.js';
import { moveApplication } from '../../operations/stages.js';
import { unprocessable } from '../refusal.js';
import type { WriteCall, WriteRoute } from '../write-route.js';
import { date, deleted, id, named, readWrite, recordOf } from './body.js';

const Both = {
  source_id: id.nullish(),
  referrer_id: id.nullish(),
  recruiter_id: id.nullish(),
  coordinator_id: id.nullish(),
  created_at: date.optional(),
  custom_fields: customFieldEntries.optional(),
};
const ForJob = z.strictObject({ candidate_id: id, job_id: id, initial_stage_id: id.optional(), ...Both });
const ForProspect = z.strictObject({
  candidate_id: id,
  prospect: z.literal(true),
  job_ids: z.array(id).optional(),
  prospect_pool_id: id.optional(),
  prospect_pool_stage_id: id.optional(),
  prospect_owner_id: id.optional(),
  prospective_department_id: id.optional(),
  prospective_office_id: id.optional(),
  ...Both,
});
const { created_at, ...WithoutDate } = Both;
const Update = z.strictObject({
  ...WithoutDate,
  created_at,
  prospect_pool_id: id.nullish(),
  prospect_stage_id: id.nullish(),
  rejected_at: date.optional(),
});
const Move = z.strictObject({
  from_stage_id: id,
  to_stage_id: id.optional(),
  to_job_id: id.optional(),
  email_from_user_id: id.optional(),
});
const Reject = z.strictObject({
  rejection_reason_id: id,
  notes: z.string().optional(),
  rejection_email: z
    .strictObject({ email_template_id: id, send_email_at: date.optional(), email_from_user_id: id.optional() })
    .optional(),
  custom_fields: customFieldEntries.optional(),
});
const Hire = z.strictObject({
  start_date: z.iso.datetime({ offset: true }).optional(),
  opening_id: id.optional(),
  close_reason_id: id.optional(),
});
const Convert = z.strictObject({ job_id: id, to_job_interview_stage_id: id.optional() });

export const applicationWrites: readonly WriteRoute[] = [
  { method: 'POST', path: 'applications', scope: 'harvest:applications:create', run: create },
  { method: 'PATCH', path: 'applications/:id', scope: 'harvest:applications:update', run: update },
  { method: 'DELETE', path: 'applications/:id', scope: 'harvest:applications:destroy', run: remove },
  { method: 'POST', path: 'applications/:id/move', scope: 'harvest:applications:move', run: move },
  { method: 'POST', path: 'applications/:id/reject', scope: 'harvest:applications:reject', run: reject },
  { method: 'POST', path: 'applications/:id/unreject', scope: 'harvest:applications:unreject', run: unreject },
  { method: 'POST', path: 'applications/:id/hire', scope: 'harvest:applications:hire', run: hire },
  {
    method: 'POST',
    path: 'applications/:id/convert_to_candidate',
    scope: 'harvest:applications:convert_to_candidate',
    run: convert,
  },
  { method: 'PATCH', path: 'rejection_details/:id', scope: 'harvest:rejection_details:update', run: changeReason },
];

async function create(call: WriteCall) {
  const isProspect = (call.body as { prospect?: unknown } | undefined)?.prospect !== undefined;
  const scene = await readWrite<typeof ForJob | typeof ForProspect>(call, isProspect ? ForProspect : ForJob);
  const candidate = named(scene, 'candidates', scene.body.candidate_id);
  const { row, isDone } = await createApplication(scene, candidate, scene.body);
  return { status: 201, body: isDone ? row : { id: row.id } };
}

async function update(call: WriteCall) {
  const application = await recordOf(call, 'applications');
  const scene = await readWrite(call, Update);
  return { status: 200, body: await updateApplication(scene, application, scene.body) };
}

async function remove(call: WriteCall) {
  const application = await recordOf(call, 'applications');
  const scene = await readWrite(call, z.strictObject({}));
  await removeApplication(scene, application);
  return deleted(application, 'applications', scene.now);
}

async function move(call: WriteCall) {
  const application = await recordOf(call, 'applications');
  const scene = await readWrite(call, Move);
  const { from_stage_id, to_stage_id, to_job_id, email_from_user_id } = scene.body;
  if (email_from_user_id !== undefined) named(scene, 'users', email_from_user_id);
  await moveApplication(scene, application, { from: from_stage_id, toStage: to_stage_id, toJob: to_job_id });
  return { status: 204 };
}

async function reject(call: WriteCall) {
  const application = await recordOf(call, 'applications');
  const scene = await readWrite(call, Reject);
  const { rejection_reason_id: reasonId, notes, rejection_email } = scene.body;
  if (rejection_email && !scene.world.email_templates.get(rejection_email.email_template_id)) {
    throw unprocessable('Email template not found');
  }
  if (rejection_email?.email_from_user_id !== undefined) named(scene, 'users', rejection_email.email_from_user_id);
  await rejectApplication(scene, application, { reasonId, notes });
  return { status: 204 };
}

async function unreject(call: WriteCall) {
  const application = await recordOf(call, 'applications');
  const scene = await readWrite(call, z.strictObject({}));
  await unrejectApplication(scene, application);
  return { status: 204 };
}

async function hire(call: WriteCall) {
  const application = await recordOf(call, 'applications');
  const scene = await readWrite(call, Hire);
  const { start_date: startDate, opening_id: openingId, close_reason_id } = scene.body;
  if (close_reason_id !== undefined && !scene.world.close_reasons.get(close_reason_id)) {
    throw unprocessable('Close reason not found');
  }
  await hireApplication(scene, application, { startDate, openingId });
  return { status: 204 };
}

async function convert(call: WriteCall) {
  const application = await recordOf(call, 'applications');
  const scene = await readWrite(call, Convert);
  return { status: 200, body: await convertProspect(scene, application, scene.body) };
}

async function changeReason(call: WriteCall) {
  const detail = await recordOf(call, 'rejection_details');
  const scene = await readWrite(call, z.strictObject({ rejection_reason_id: id }));
  if (!scene.world.rejection_reasons.get(scene.body.rejection_reason_id))
    throw unprocessable('Rejection reason not found');
  const row = { ...detail, ...scene.body, updated_at: scene.now };
  await scene.world.rejection_details.put(row);
  return { status: 200, body: row };
}
