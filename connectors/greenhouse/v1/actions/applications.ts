import { type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionInputs } from '#libs/model';
import { toTime } from '../../actions/applications.js';
import { defined, maybeNumber, numberOf, outcome } from '../../actions/calls.js';
import { wholeDate } from '../../actions/history.js';
import { applicationThatIs, define } from './calls.js';

type MoveInput = ActionInputs['applications.move'];

/** Within the job it is a move, which fails when the application is elsewhere by now; to another job a transfer. */
async function move(input: MoveInput, context: ActionContext) {
  const { applicationRemoteId, fromStageRemoteId: from } = input;
  const to = maybeNumber(input.toStageRemoteId, 'toStageRemoteId');
  const job = maybeNumber(input.toJobRemoteId, 'toJobRemoteId');
  const { current_stage: stage, jobs, prospect } = await applicationThatIs(context, applicationRemoteId, 'active');
  if (prospect === true || !stage?.id) throw new ActionRefused('The application is in no stage: prospects have none.');
  if (from !== undefined && from !== stage.id) {
    throw new ActionRefused(`The application is in the stage ${stage.name ?? stage.id} (${stage.id}), not in ${from}.`);
  }
  if (job !== undefined && String(job) !== jobs?.[0]?.id) {
    const json = defined({ new_job_id: job, new_stage_id: to });
    await context.send({ method: 'POST', path: `applications/${applicationRemoteId}/transfer_to_job`, json });
    return outcome(null, { applications: [applicationRemoteId] });
  }
  if (to === undefined) {
    throw new ActionRefused('Say where to: a stage of this job, or another job.', 'toStageRemoteId');
  }
  if (String(to) === stage.id) {
    return outcome(null, {}, ['The application is in this stage already; nothing was sent.']);
  }
  const json = { from_stage_id: numberOf(stage.id, 'fromStageRemoteId'), to_stage_id: to };
  await context.send({ method: 'POST', path: `applications/${applicationRemoteId}/move`, json });
  return outcome(null, { applications: [applicationRemoteId] });
}

export const moveApplication = define<'applications.move'>({
  permission: 'applications.move',
  takes: ['applicationRemoteId', 'fromStageRemoteId', 'toStageRemoteId', 'toJobRemoteId'],
  needs: ['applicationRemoteId'],
  choices: {
    applicationRemoteId: { model: 'applications' },
    fromStageRemoteId: { model: 'job-stages' },
    toStageRemoteId: { model: 'job-stages' },
    toJobRemoteId: { model: 'jobs' },
  },
  effects: [
    'Greenhouse runs the stage-transition rules of the job, including automatic e-mails to the candidate; this cannot be switched off.',
    'In another job the application enters the first stage, or the stage given.',
  ],
  run: move,
});

async function reject(input: ActionInputs['applications.reject'], context: ActionContext) {
  const { applicationRemoteId, rejectReasonRemoteId, notes, email } = input;
  const json = defined({
    rejection_reason_id: maybeNumber(rejectReasonRemoteId, 'rejectReasonRemoteId'),
    notes,
    rejection_email:
      email &&
      defined({
        email_template_id: numberOf(email.templateRemoteId, 'email.templateRemoteId'),
        send_email_at: email.sendAt === undefined ? undefined : toTime(email.sendAt, 'email.sendAt'),
      }),
  });
  await applicationThatIs(context, applicationRemoteId, 'active');
  await context.send({ method: 'POST', path: `applications/${applicationRemoteId}/reject`, json });
  return outcome(null, { applications: [applicationRemoteId] });
}

export const rejectApplication = define<'applications.reject'>({
  permission: 'applications.reject',
  takes: ['applicationRemoteId', 'rejectReasonRemoteId', 'notes', 'email.templateRemoteId', 'email.sendAt'],
  needs: ['applicationRemoteId'],
  choices: { applicationRemoteId: { model: 'applications' }, rejectReasonRemoteId: { model: 'reject-reasons' } },
  effects: [
    'The application leaves the pipeline.',
    'With `email` Greenhouse sends the candidate the rejection e-mail of that template, at the time given or at once. The template must be one of the whole organization.',
  ],
  run: reject,
});

export const unrejectApplication = define<'applications.unreject'>({
  permission: 'applications.reject',
  takes: ['applicationRemoteId'],
  needs: ['applicationRemoteId'],
  choices: { applicationRemoteId: { model: 'applications' } },
  effects: ['The application returns to the stage it was rejected in.'],
  run: async ({ applicationRemoteId }, context) => {
    await applicationThatIs(context, applicationRemoteId, 'rejected');
    await context.send({ method: 'POST', path: `applications/${applicationRemoteId}/unreject`, json: {} });
    return outcome(null, { applications: [applicationRemoteId] });
  },
});

async function hire(input: ActionInputs['applications.hire'], context: ActionContext) {
  const { applicationRemoteId, startDate, openingRemoteId } = input;
  const json = defined({
    start_date: wholeDate(startDate, 'startDate'),
    opening_id: maybeNumber(openingRemoteId, 'openingRemoteId'),
  });
  const { jobs } = await applicationThatIs(context, applicationRemoteId, 'active');
  await context.send({ method: 'POST', path: `applications/${applicationRemoteId}/hire`, json });
  return outcome(null, { applications: [applicationRemoteId], jobs: [jobs?.[0]?.id ?? null] });
}

export const hireApplication = define<'applications.hire'>({
  permission: 'applications.hire',
  takes: ['applicationRemoteId', 'startDate', 'openingRemoteId'],
  needs: ['applicationRemoteId'],
  choices: { applicationRemoteId: { model: 'applications' } },
  effects: [
    'The hire fills an opening of the job.',
    'All approvals must be done before, or Greenhouse may refuse; some organizations want a start date.',
  ],
  run: hire,
});
