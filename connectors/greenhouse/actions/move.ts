import { type Action, type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionInputs } from '#libs/model';
import { UNSETTLED } from '../api/unsettled.js';
import { defined, maybeNumber, numberOf, outcome } from './calls.js';
import { presentApplication, presentStage } from './present-application.js';

type MoveInput = ActionInputs['applications.move'];

/**
 * `from_stage_id` is a compare-and-swap: the move fails when the application has been moved meanwhile. It is the stage
 * read a moment ago, or the caller's own word where that agrees with it.
 */
async function move(input: MoveInput, context: ActionContext) {
  const { applicationRemoteId, fromStageRemoteId: from } = input;
  const { jobId, stageId, stageName } = await presentApplication(context, applicationRemoteId, 'in_process');
  const stage = await presentStage(context, applicationRemoteId, stageId);
  if (from !== undefined && from !== stage) {
    throw new ActionRefused(`The application is in the stage ${stageName ?? stage} (${stage}), not in ${from}.`);
  }
  const target = targetOf(input, jobId);
  if (target.to_job_id === undefined && String(target.to_stage_id) === stage) {
    return outcome(null, {}, ['The application is in this stage already; nothing was sent.']);
  }
  const json = defined({
    from_stage_id: numberOf(stage, 'fromStageRemoteId'),
    ...target,
    email_from_user_id: maybeNumber(context.onBehalfOf, 'onBehalfOf'),
  });
  await context.send({ method: 'POST', path: `applications/${applicationRemoteId}/move`, json });
  return outcome(null, { applications: [applicationRemoteId] });
}

/** A job that is the present one is not named. */
function targetOf(input: MoveInput, jobId: string | null): { to_stage_id?: number; to_job_id?: number } {
  const { toStageRemoteId, toJobRemoteId } = input;
  const stage = maybeNumber(toStageRemoteId, 'toStageRemoteId');
  const job = toJobRemoteId === jobId ? undefined : maybeNumber(toJobRemoteId, 'toJobRemoteId');
  if (stage === undefined && job === undefined) {
    throw new ActionRefused('Say where to: a stage of this job, or another job.', 'toStageRemoteId');
  }
  if (stage !== undefined && job !== undefined && !UNSETTLED.moveTakesJobAndStage) {
    throw new ActionRefused(
      'Greenhouse puts the application into the first stage of another job; move it to a stage of that job afterwards.',
      'toStageRemoteId',
    );
  }
  return { to_stage_id: stage, to_job_id: job };
}

export const moveApplication: Action<'applications.move'> = {
  permission: 'applications.move',
  takes: ['applicationRemoteId', 'fromStageRemoteId', 'toStageRemoteId', 'toJobRemoteId'],
  needs: ['applicationRemoteId'],
  choices: {
    applicationRemoteId: { model: 'applications' },
    fromStageRemoteId: { model: 'job-stages' },
    toStageRemoteId: { model: 'job-stages' },
    toJobRemoteId: { model: 'jobs' },
  },
  onBehalfOf: 'optional',
  effects: [
    'Greenhouse runs the stage-transition rules of the job, including automatic e-mails to the candidate; this cannot be switched off.',
    'Those e-mails come from the user acted for, if one is given.',
    'In another job the application enters the first stage.',
  ],
  run: move,
};
