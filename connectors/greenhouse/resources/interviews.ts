import { definePart, defineResource } from '#libs/connector-kit';
import { type Interview, enumValue } from '#libs/model';
import { z } from 'zod';
import { list } from './listing.js';
import { HEADER, header, id, moment, recordOf, ref, text } from './wire.js';

// https://harvestdocs.greenhouse.io/reference/get_v3-interviews
const Wire = z.object({
  ...header,
  application_id: ref,
  job_id: ref,
  status: text,
  starts_at: moment,
  ends_at: moment,
  location: text,
  video_conferencing_url: text,
  organizer_id: ref,
});

const STATUS = {
  to_be_scheduled: 'UNSCHEDULED',
  scheduled: 'SCHEDULED',
  awaiting_feedback: 'AWAITING_FEEDBACK',
  complete: 'COMPLETED',
  skipped: 'SKIPPED',
  to_be_sent: 'TEST_TO_BE_SENT',
  sent: 'TEST_SENT',
  received: 'TEST_RECEIVED',
} as const;

/** Of a whole-day interview only the date is known, which is no start: `startAt` is null there. */
export function toInterview(wire: z.output<typeof Wire>): Interview {
  return {
    ...recordOf(wire),
    applicationRemoteId: wire.application_id,
    jobRemoteId: wire.job_id,
    // Both belong to the step of the interview plan (`job_interview_id`), which is a list of its own.
    stageRemoteId: null,
    title: null,
    status: enumValue(wire.status, STATUS),
    startAt: wire.starts_at,
    endAt: wire.ends_at,
    location: wire.location,
    meetingUrl: wire.video_conferencing_url,
    organizerRemoteId: wire.organizer_id,
    interviewerRemoteIds: [],
  };
}

export const interviews = defineResource({
  model: 'interviews',
  permission: 'interviews.read',
  list: list('interviews', { parents: { applications: 'application_ids', jobs: 'job_ids' } }),
  covers: [
    ...HEADER,
    'applicationRemoteId',
    'jobRemoteId',
    'status',
    'startAt',
    'endAt',
    'location',
    'meetingUrl',
    'organizerRemoteId',
  ],
  wire: Wire,
  map: toInterview,
});

/** Who interviews; guests who are no users of Greenhouse have no id and are left out. */
export const interviewers = definePart({
  name: 'interviewers',
  of: 'interviews',
  shape: 'list',
  field: 'interviewerRemoteIds',
  permission: 'interviewers.read',
  list: list('interviewers', { parents: { interviews: 'interview_ids' } }),
  covers: ['interviewerRemoteIds'],
  wire: z.object({ ...header, interview_id: id, user_id: ref }),
  map: (wire) =>
    wire.user_id === null ? null : { parentRemoteId: wire.interview_id, remoteId: wire.id, value: wire.user_id },
});
