import type { Row } from '../data/rows.js';
import { emitApplication } from '../webhooks/application-events.js';
import { unprocessable } from '../v3/refusal.js';
import { type Scene, type Writing, active, changed, newRow, putAll } from './change.js';

const DAY_MS = 86_400_000;
const NO_STAGE = 'The specified stage does not exist in the job.';

export interface Move {
  /** Where it is believed to be: elsewhere, the move fails. */
  from: number;
  toStage?: number | undefined;
  toJob?: number | undefined;
}

/** The stages of a job in their order. */
export function stagesOf({ world }: Pick<Scene, 'world'>, jobId: unknown): Row[] {
  return world.job_interview_stages
    .where('job_ids', Number(jobId))
    .filter(({ active: isActive }) => isActive === true)
    .toSorted((a, b) => Number(a.sort_order) - Number(b.sort_order));
}

/** To another stage, another job, or one stage on. @throws Refusal 422 when the application is not where `from` says. */
export async function moveApplication(scene: Scene, application: Row, { from, toStage, toJob }: Move): Promise<void> {
  mustBeActive(application);
  const stages = stagesOf(scene, application.job_id);
  if (!stages.some(({ id }) => id === from)) throw unprocessable(NO_STAGE);
  if (application.job_interview_stage_id !== from) {
    throw unprocessable('The application is not in the specified stage.');
  }
  if (toJob !== undefined && scene.world.jobs.get(toJob)?.status !== 'open') {
    throw unprocessable('The specified job does not exist or is not open.');
  }
  const goals = toJob === undefined ? stages : stagesOf(scene, toJob);
  const at = stages.findIndex(({ id }) => id === from);
  const next = toJob === undefined ? stages[at + 1] : goals[0];
  const goal = toStage === undefined ? next : goals.find(({ id }) => id === toStage);
  if (!goal) throw unprocessable(toStage === undefined ? 'There is no next stage.' : NO_STAGE);
  if (goal.id === from) throw unprocessable('The application is already in the specified stage.');
  const moved = { ...application, job_id: goal.job_id, ...(toJob !== undefined && { job_post_id: null }) };
  await putAll(scene, ...inStage(scene, moved, goal), ...active(scene, application.candidate_id));
  await emitApplication(scene, 'candidate_stage_change', application.id);
}

/** @throws Refusal 422 for one that was rejected, hired, or is a prospect. */
export function mustBeActive({ status, prospect }: Row): void {
  if (prospect === true) throw unprocessable('The application is a prospect.');
  if (status !== 'in_process') {
    throw unprocessable(`Application must be 'active', is currently '${String(status)}'`);
  }
}

/** An application that enters a stage now, and its history. */
export function inStage(scene: Scene, application: Row, stage: Row): Writing[] {
  const entered = newRow(scene, 'application_stages', {
    application_id: application.id,
    job_interview_stage_id: stage.id,
    entered_at: scene.now,
    exited_at: null,
    days_in_stage: 0,
    current: true,
  });
  const fields = {
    stage_id: entered.id,
    job_interview_stage_id: stage.id,
    stage_name: stage.name,
    last_activity_at: scene.now,
  };
  return [
    ...leaving(scene, application),
    ['application_stages', entered],
    ['applications', changed(application, scene.now, fields)],
  ];
}

/** What becomes of the present line of an application's history when it leaves its stage. */
export function leaving({ world, now }: Scene, { id }: Row): Writing[] {
  return world.application_stages
    .where('application_ids', id)
    .filter(({ current }) => current === true)
    .map((row) => {
      const days_in_stage = Math.floor((Date.parse(now) - Date.parse(String(row.entered_at))) / DAY_MS);
      return ['application_stages', changed(row, now, { exited_at: now, current: false, days_in_stage })];
    });
}
