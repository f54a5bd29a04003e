import type { z } from 'zod';
import type { Row } from '../data/rows.js';
import type { World } from '../data/world.js';
import { unprocessable } from '../v3/refusal.js';
import { type customFieldEntries, toCustomFields } from '../v3/writes/custom-fields.js';
import { emitApplication } from '../webhooks/application-events.js';
import { emit } from '../webhooks/emit.js';
import { type Scene, type Writing, active, changed, create, newRow, putAll } from './change.js';
import { inStage, stagesOf } from './stages.js';

type Entries = z.output<typeof customFieldEntries>;

export interface ApplicationFields {
  prospect?: boolean | undefined;
  job_id?: number | undefined;
  job_ids?: number[] | undefined;
  initial_stage_id?: number | undefined;
  prospect_pool_id?: number | undefined;
  prospect_pool_stage_id?: number | undefined;
  prospect_owner_id?: number | undefined;
  prospective_department_id?: number | undefined;
  prospective_office_id?: number | undefined;
  source_id?: number | null | undefined;
  referrer_id?: number | null | undefined;
  recruiter_id?: number | null | undefined;
  coordinator_id?: number | null | undefined;
  created_at?: string | undefined;
  custom_fields?: Entries | undefined;
}

/** What an application's ids may name. */
const NAMES: [field: keyof ApplicationFields, resource: keyof World, what: string][] = [
  ['source_id', 'sources', 'Source'],
  ['referrer_id', 'referrers', 'Referrer'],
  ['recruiter_id', 'users', 'Recruiter'],
  ['coordinator_id', 'users', 'Coordinator'],
  ['prospect_pool_id', 'prospect_pools', 'Prospect pool'],
  ['prospect_pool_stage_id', 'prospect_pool_stages', 'Prospect pool stage'],
  ['prospect_owner_id', 'users', 'Prospect owner'],
  ['prospective_department_id', 'departments', 'Department'],
  ['prospective_office_id', 'offices', 'Office'],
];

/** The rows of a new application, to be written with what else there is. @throws Refusal 422 for ids that name nothing. */
export function applicationRows(
  scene: Scene,
  candidateId: number,
  fields: ApplicationFields,
): { row: Row; writings: Writing[] } {
  refuseStrangers(scene, fields);
  const isProspect = fields.prospect === true;
  const row = newRow(scene, 'applications', {
    ...{ agency_note_id: null, candidate_id: candidateId, job_id: null, job_post_id: null },
    ...{ coordinator_id: fields.coordinator_id ?? null, recruiter_id: fields.recruiter_id ?? null },
    ...{ referrer_id: fields.referrer_id ?? null, source_id: fields.source_id ?? null },
    ...{ stage_id: null, job_interview_stage_id: null, stage_name: null, status: 'in_process', needs_decision: false },
    ...{ prospect: isProspect, rejected_at: null, last_activity_at: scene.now, location_address: null, answers: [] },
    prospective_job_ids: fields.job_ids ?? [],
    custom_fields: toCustomFields(scene, 'application', fields.custom_fields ?? []),
    ...(fields.created_at !== undefined && { created_at: new Date(fields.created_at).toISOString() }),
  });
  if (isProspect)
    return {
      row,
      writings: [
        ['applications', row],
        ['prospect_details', prospectDetail(scene, row.id, fields)],
      ],
    };
  if (scene.world.jobs.get(Number(fields.job_id))?.status !== 'open') throw unprocessable('Job not found or not open');
  const stages = stagesOf(scene, fields.job_id);
  const stage =
    fields.initial_stage_id === undefined ? stages[0] : stages.find(({ id }) => id === fields.initial_stage_id);
  if (!stage) throw unprocessable('The specified stage does not exist in the job.');
  const writings = inStage(scene, { ...row, job_id: fields.job_id }, stage);
  return { row: writings.at(-1)![1], writings };
}

function refuseStrangers({ world }: Scene, fields: ApplicationFields): void {
  for (const [field, resource, what] of NAMES) {
    const value = fields[field];
    if (typeof value === 'number' && !world[resource].get(value)) throw unprocessable(`${what} not found`);
  }
  const { prospect_pool_id: pool, prospect_pool_stage_id: stage } = fields;
  if (stage !== undefined && world.prospect_pool_stages.get(stage)?.prospect_pool_id !== pool) {
    throw unprocessable({ prospect_pool_stage_id: 'is not a stage of the prospect pool' });
  }
  if (fields.job_ids?.some((job) => !world.jobs.get(job))) throw unprocessable('Job not found');
}

function prospectDetail(scene: Scene, application_id: number, fields: ApplicationFields): Row {
  return newRow(scene, 'prospect_details', {
    application_id,
    pool_id: fields.prospect_pool_id ?? null,
    pool_stage_id: fields.prospect_pool_stage_id ?? null,
    prospect_owner_id: fields.prospect_owner_id ?? null,
    department_id: fields.prospective_department_id ?? null,
    office_id: fields.prospective_office_id ?? null,
  });
}

export async function createApplication(scene: Scene, candidate: Row, fields: ApplicationFields) {
  const { row, writings } = applicationRows(scene, candidate.id, fields);
  const isDone = await create(scene, 'applications', ...writings, ...active(scene, candidate.id));
  await emitApplication(scene, actionFor(row), row.id);
  return { row, isDone };
}

export function actionFor({ prospect }: Row) {
  return prospect === true ? ('new_prospect_application' as const) : ('new_candidate_application' as const);
}

type Update = Pick<ApplicationFields, 'custom_fields' | 'created_at'> & Record<string, unknown>;

export async function updateApplication(scene: Scene, application: Row, update: Update): Promise<Row> {
  const { prospect_pool_id, prospect_stage_id, custom_fields, ...fields } = update;
  refuseStrangers(scene, fields);
  const [detail] = scene.world.prospect_details.where('application_ids', application.id);
  const writings: Writing[] = [];
  if (detail && (prospect_pool_id !== undefined || prospect_stage_id !== undefined)) {
    const moved = { pool_id: prospect_pool_id ?? detail.pool_id, pool_stage_id: prospect_stage_id ?? null };
    writings.push(['prospect_details', changed(detail, scene.now, moved)]);
  }
  const row = changed(application, scene.now, {
    ...fields,
    ...(custom_fields && { custom_fields: toCustomFields(scene, 'application', custom_fields) }),
    last_activity_at: scene.now,
  });
  await putAll(scene, ...writings, ['applications', row], ...active(scene, row.candidate_id));
  await emitApplication(scene, 'application_updated', row.id);
  return row;
}

const PARTS = ['application_stages', 'rejection_details', 'prospect_details', 'attachments', 'offers'] as const;

export async function removeApplication(scene: Scene, application: Row): Promise<void> {
  await forget(scene, application);
  await emit(scene, 'delete_application', {
    application: {
      ...{ id: application.id, candidate_id: application.candidate_id, job_id: application.job_id },
      ...{ created_at: application.created_at, source_id: application.source_id, rejected_at: application.rejected_at },
      ...{ candidate_rejection_reason_id: null, rejection_note_id: null, referrer_id: application.referrer_id },
      ...{ prospect: application.prospect, rejected_by_user_id: null },
    },
  });
}

/** Takes an application and what hangs on it out of the lists. */
export async function forget({ world }: Scene, { id }: Row): Promise<void> {
  await Promise.all([
    world.applications.remove(id),
    ...PARTS.flatMap((part) => world[part].where('application_ids', id).map((row) => world[part].remove(row.id))),
  ]);
}

/** The prospect is converted, and a new application is there in its place. */
export async function convertProspect(
  scene: Scene,
  prospect: Row,
  { job_id, to_job_interview_stage_id }: { job_id: number; to_job_interview_stage_id?: number | undefined },
): Promise<Row> {
  if (prospect.prospect !== true || prospect.status !== 'in_process')
    throw unprocessable('The application is not an active prospect.');
  const { row, writings } = applicationRows(scene, Number(prospect.candidate_id), {
    job_id,
    initial_stage_id: to_job_interview_stage_id,
  });
  const old = changed(prospect, scene.now, { status: 'converted', last_activity_at: scene.now });
  await putAll(scene, ...writings, ['applications', old], ...active(scene, prospect.candidate_id));
  await emitApplication(scene, 'new_candidate_application', row.id);
  return row;
}
