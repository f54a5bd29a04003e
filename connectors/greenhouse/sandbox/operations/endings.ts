import type { Row } from '../data/rows.js';
import { emitApplication } from '../webhooks/application-events.js';
import { unprocessable } from '../v3/refusal.js';
import { type Scene, type Writing, active, changed, newRow, putAll } from './change.js';
import { leaving, mustBeActive } from './stages.js';

export interface Rejection {
  reasonId: number;
  notes?: string | undefined;
  questionFields?: Record<string, unknown>;
}

/** Rejects candidates and prospects alike. @throws Refusal 422 when it is not active. */
export async function rejectApplication(scene: Scene, application: Row, rejection: Rejection): Promise<void> {
  if (application.status !== 'in_process') mustBeActive({ ...application, prospect: false });
  if (!scene.world.rejection_reasons.get(rejection.reasonId)) throw unprocessable('Rejection reason not found');
  const note =
    rejection.notes === undefined ? null : newRow(scene, 'notes', noteFields(scene, application, rejection.notes));
  const detail = newRow(scene, 'rejection_details', {
    application_id: application.id,
    rejected_by_id: scene.userId,
    rejection_note_id: note?.id ?? null,
    rejection_reason_id: rejection.reasonId,
    rejected_at: scene.now,
    question_custom_fields: rejection.questionFields ?? {},
  });
  const ended = { status: 'rejected', rejected_at: scene.now, last_activity_at: scene.now };
  const writings: Writing[] = [
    ['rejection_details', detail],
    ['applications', changed(application, scene.now, ended)],
    ...active(scene, application.candidate_id),
  ];
  if (note) writings.push(['notes', note]);
  await putAll(scene, ...writings);
  await emitApplication(scene, 'reject_candidate', application.id);
}

function noteFields({ userId }: Scene, { id, candidate_id }: Row, body: string) {
  return {
    ...{ candidate_id, application_id: id, body, body_with_tags: body, subject: null, type: 'NOTE', user_id: userId },
    ...{ email_from: null, email_to: null, email_cc: null, import_hash: null, email_attachment_file_names: null },
    visibility: 'publicly_visible',
  };
}

/** Back to where it was; the reason and its notes are gone. */
export async function unrejectApplication(scene: Scene, application: Row): Promise<void> {
  if (application.status !== 'rejected') {
    throw unprocessable(`Application must be 'rejected', is currently '${wordOf(application)}'`);
  }
  const { world, now } = scene;
  const details = world.rejection_details.where('application_ids', application.id);
  await Promise.all(details.map(({ id }) => world.rejection_details.remove(id)));
  const reopened = changed(application, now, { status: 'in_process', rejected_at: null, last_activity_at: now });
  await putAll(scene, ['applications', reopened], ...active(scene, application.candidate_id));
  await emitApplication(scene, 'unreject_candidate', application.id);
}

export interface Hire {
  startDate?: string | undefined;
  openingId?: number | undefined;
}

/** Fills an opening, which has to be named when more than one is open. */
export async function hireApplication(scene: Scene, application: Row, { startDate, openingId }: Hire): Promise<void> {
  mustBeActive(application);
  const { world, now } = scene;
  const open = world.openings.where('job_ids', Number(application.job_id)).filter((row) => row.open === true);
  if (openingId === undefined && open.length > 1)
    throw unprocessable({ opening_id: 'is required: several openings are open' });
  const opening = openingId === undefined ? open[0] : open.find(({ id }) => id === openingId);
  if (openingId !== undefined && !opening) throw unprocessable('Opening not found');
  const offer = newRow(scene, 'offers', {
    ...{
      version: 1,
      application_id: application.id,
      job_id: application.job_id,
      candidate_id: application.candidate_id,
    },
    ...{ opening_id: opening?.id ?? null, status: 'Accepted', sent_on: now.slice(0, 10), resolved_at: now },
    starts_on: (startDate ?? now).slice(0, 10),
    custom_fields: {},
  });
  const hired = { status: 'hired', job_interview_stage_id: null, stage_name: null, last_activity_at: now };
  const writings: Writing[] = [
    ...leaving(scene, application),
    ['offers', offer],
    ['applications', changed(application, now, hired)],
    ...active(scene, application.candidate_id),
  ];
  if (opening) {
    writings.push(['openings', changed(opening, now, { open: false, closed_at: now, application_id: application.id })]);
  }
  await putAll(scene, ...writings);
  await emitApplication(scene, 'hire_candidate', application.id);
}

/** Filters and webhooks call it active, rows do not. */
export function wordOf({ status }: Row): string {
  return status === 'in_process' ? 'active' : String(status);
}
