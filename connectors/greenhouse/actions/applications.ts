import { type Action, type ActionContext, ActionRefused } from '#libs/connector-kit';
import type { ActionInputs } from '#libs/model';
import { NO_ID, defined, existingCandidate, idOf, maybeNumber, numberOf, outcome } from './calls.js';
import { APPLICATION_CHOICES, toApplicationBody } from './candidates.js';
import { presentApplication } from './present-application.js';

export const createApplication: Action<'applications.create'> = {
  permission: 'applications.write',
  takes: [
    'candidateRemoteId',
    'application.jobRemoteId',
    'application.stageRemoteId',
    'application.sourceRemoteId',
    'application.recruiterRemoteId',
    'application.coordinatorRemoteId',
    'application.customFields',
  ],
  needs: ['candidateRemoteId', 'application.jobRemoteId'],
  places: [{ model: 'applications', at: "$.custom_fields['{key}'].value", input: 'application.customFields' }],
  choices: { ...APPLICATION_CHOICES, candidateRemoteId: { model: 'candidates' } },
  onBehalfOf: 'unused',
  effects: [
    'The candidate enters the first stage of the job, or the stage given.',
    'Sending this twice may make two applications.',
  ],
  run: async ({ candidateRemoteId, application }, context) => {
    const body = toApplicationBody(application);
    if (body.job_id === undefined) throw new ActionRefused('An application is for a job.', 'application.jobRemoteId');
    await existingCandidate(context, candidateRemoteId);
    const json = { candidate_id: numberOf(candidateRemoteId, 'candidateRemoteId'), ...body };
    const made = idOf((await context.send({ method: 'POST', path: 'applications', json })).body);
    const warnings = made === null ? [NO_ID] : [];
    return outcome(made, { applications: [made], candidates: [candidateRemoteId] }, warnings);
  },
};

/** Where the vendor's own words for a point in time are wanted, a date begins in UTC. */
export function toTime(date: string, path: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(date) ? `${date}T00:00:00Z` : date;
  if (!/^\d{4}-\d{2}-\d{2}T/.test(time) || Number.isNaN(Date.parse(time))) {
    throw new ActionRefused('Give a date (2026-05-01) or a time (2026-05-01T09:00:00Z).', path);
  }
  return time;
}

function rejectionEmail({ email }: ActionInputs['applications.reject'], onBehalfOf: string | null) {
  if (!email) return undefined;
  return defined({
    email_template_id: numberOf(email.templateRemoteId, 'email.templateRemoteId'),
    send_email_at: email.sendAt === undefined ? undefined : toTime(email.sendAt, 'email.sendAt'),
    email_from_user_id: maybeNumber(email.fromUserRemoteId ?? onBehalfOf, 'email.fromUserRemoteId'),
  });
}

async function reject(input: ActionInputs['applications.reject'], context: ActionContext) {
  const { applicationRemoteId, rejectReasonRemoteId, notes } = input;
  if (!rejectReasonRemoteId)
    throw new ActionRefused('Greenhouse wants a reason for every rejection.', 'rejectReasonRemoteId');
  const json = defined({
    rejection_reason_id: numberOf(rejectReasonRemoteId, 'rejectReasonRemoteId'),
    notes,
    rejection_email: rejectionEmail(input, context.onBehalfOf),
  });
  await presentApplication(context, applicationRemoteId, 'in_process');
  await context.send({ method: 'POST', path: `applications/${applicationRemoteId}/reject`, json });
  return outcome(null, { applications: [applicationRemoteId] });
}

export const rejectApplication: Action<'applications.reject'> = {
  permission: 'applications.reject',
  takes: [
    'applicationRemoteId',
    'rejectReasonRemoteId',
    'notes',
    'email.templateRemoteId',
    'email.sendAt',
    'email.fromUserRemoteId',
  ],
  needs: ['applicationRemoteId', 'rejectReasonRemoteId'],
  choices: {
    applicationRemoteId: { model: 'applications' },
    rejectReasonRemoteId: { model: 'reject-reasons' },
    'email.fromUserRemoteId': { model: 'users' },
  },
  onBehalfOf: 'optional',
  effects: [
    'The application leaves the pipeline.',
    'With `email` Greenhouse sends the candidate the rejection e-mail of that template, at the time given or at once, from that user (or the one acted for).',
  ],
  run: reject,
};

export const unrejectApplication: Action<'applications.unreject'> = {
  permission: 'applications.reject',
  takes: ['applicationRemoteId'],
  needs: ['applicationRemoteId'],
  choices: { applicationRemoteId: { model: 'applications' } },
  onBehalfOf: 'unused',
  effects: [
    'The application returns to the stage it was rejected in; the reason and the notes of the rejection are cleared.',
  ],
  run: async ({ applicationRemoteId }, context) => {
    await presentApplication(context, applicationRemoteId, 'rejected');
    await context.send({ method: 'POST', path: `applications/${applicationRemoteId}/unreject`, json: {} });
    return outcome(null, { applications: [applicationRemoteId] });
  },
};

async function hire(input: ActionInputs['applications.hire'], context: ActionContext) {
  const { applicationRemoteId, startDate, openingRemoteId } = input;
  const json = defined({
    start_date: startDate === undefined ? undefined : toTime(startDate, 'startDate'),
    opening_id: maybeNumber(openingRemoteId, 'openingRemoteId'),
  });
  const { jobId } = await presentApplication(context, applicationRemoteId, 'in_process');
  await context.send({ method: 'POST', path: `applications/${applicationRemoteId}/hire`, json });
  return outcome(null, { applications: [applicationRemoteId], jobs: [jobId] });
}

export const hireApplication: Action<'applications.hire'> = {
  permission: 'applications.hire',
  takes: ['applicationRemoteId', 'startDate', 'openingRemoteId'],
  needs: ['applicationRemoteId'],
  choices: { applicationRemoteId: { model: 'applications' } },
  onBehalfOf: 'unused',
  effects: [
    'The hire fills an opening of the job; where more than one is open, say which (`openingRemoteId`).',
    'A job closes with its last opening.',
    'All approvals must be done before, or Greenhouse may refuse.',
  ],
  run: hire,
};
