import { type ActionContext, ActionRefused } from '#libs/connector-kit';
import { z } from 'zod';
import { flag, id, ref, text } from '../resources/wire.js';
import { numberOf, readOne, rowsOf } from './calls.js';

const Row = z.object({
  id,
  job_id: ref,
  jobs: z.array(z.object({ id: ref }).nullish()).nullish(),
  job_interview_stage_id: ref,
  stage_name: text,
  status: text,
  prospect: flag,
});

const History = z.object({ application_id: ref, job_interview_stage_id: ref, current: flag });

/** How an application stands in Greenhouse now, not in our copy. */
export interface PresentApplication {
  jobId: string | null;
  stageId: string | null;
  stageName: string | null;
}

const STATES: Readonly<Record<string, string>> = {
  in_process: 'active',
  active: 'active',
  rejected: 'rejected',
  hired: 'hired',
  converted: 'a converted prospect',
};

/**
 * Reads the application first, so that a call that came too late is refused with how things stand.
 *
 * @throws ActionRefused when it is not there, is a prospect, or is not in the state `wanted`.
 */
export async function presentApplication(
  context: ActionContext,
  remoteId: string,
  wanted: 'in_process' | 'rejected',
): Promise<PresentApplication> {
  numberOf(remoteId, 'applicationRemoteId');
  const row = await readOne(context, 'applications', remoteId, Row);
  if (row?.id !== remoteId) throw new ActionRefused('Greenhouse has no such application.', 'applicationRemoteId');
  const status = row.status === 'active' ? 'in_process' : row.status;
  if (status !== wanted) {
    const state = STATES[status ?? ''] ?? 'in an unknown state';
    throw new ActionRefused(`The application must be ${STATES[wanted]} for this; it is ${state}.`);
  }
  return {
    jobId: row.job_id ?? row.jobs?.[0]?.id ?? null,
    stageId: row.prospect === true ? null : row.job_interview_stage_id,
    stageName: row.stage_name,
  };
}

/** Rows made before the end of July 2026 name the stage only in the history. `stage_id` is never a stage of the job. */
export async function presentStage(context: ActionContext, remoteId: string, known: string | null): Promise<string> {
  if (known !== null) return known;
  const query = { application_ids: remoteId, current: true };
  const rows = rowsOf(await context.send({ method: 'GET', path: 'application_stages', query }), History);
  const stage = rows.find((row) => row.current === true && row.application_id === remoteId)?.job_interview_stage_id;
  if (!stage) throw new ActionRefused('The application is in no stage: prospects have none.');
  return stage;
}
