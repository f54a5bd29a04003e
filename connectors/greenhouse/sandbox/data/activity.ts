import { CANDIDATES } from '../company.js';
import { ACTIVE_USERS, type OfApplication, type Pipeline, perApplication } from './applications.js';
import { jobId, jobInterviewId, kitId, openingId } from './jobs.js';
import { userId } from './organisation.js';
import type { Invented, Row } from './rows.js';
import { timeText } from './rows.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DESK = CANDIDATES.length;
const INTERVIEW_STAGES = [1, 3];
const INTERVIEWS = INTERVIEW_STAGES.length;
export const INTERVIEWS_FIRST = 4_763_001_003;

/** Files, notes, interviews and offers. */
export function makeActivity(pipeline: Pipeline) {
  const interviewIds = perApplication(pipeline, { first: INTERVIEWS_FIRST, each: INTERVIEWS, row: interviewRow });
  const interviewers = perApplication(pipeline, { first: 4_864_001_003, each: INTERVIEWS, row: interviewerRow });
  return {
    attachments: perApplication(pipeline, { first: 4_965_001_003, each: 2, row: attachmentRow }),
    notes: perApplication(pipeline, { first: 5_066_001_003, each: 2, row: noteRow }),
    interviews: interviewIds,
    interviewers: {
      ...interviewers,
      of: {
        interview_ids: (value: string) => {
          const rank = interviewIds.rankOf(Number(value));
          return rank === null ? [] : [rank];
        },
      },
    },
    scorecards: perApplication(pipeline, { first: 5_167_001_003, each: INTERVIEWS, row: scorecardRow }),
    offers: perApplication(pipeline, { first: 5_268_001_003, each: 1, row: offerRow }),
    eeoc: perApplication(pipeline, { first: 5_369_001_003, each: 1, row: eeocRow }),
  } satisfies Record<string, Invented>;
}

/** `url` is only the name of the file here: the link is signed when the row is shown. */
function attachmentRow({ course, slot, base, candidateId, draw }: OfApplication): Row | null {
  const desk = course.rank < DESK ? CANDIDATES[DESK - 1 - course.rank] : undefined;
  const isThere = slot === 0 ? (desk ? desk.resume !== null : draw.chance(0.75)) : draw.chance(0.15);
  if (!isThere) return null;
  const at = timeText(course.appliedMs);
  const filename = slot === 0 ? 'resume.pdf' : 'cover-letter.pdf';
  return {
    ...base,
    ...{ created_at: at, updated_at: at, candidate_id: candidateId },
    type: slot === 0 ? 'resume' : 'cover_letter',
    filename,
    url: filename,
  };
}

const REMARKS = [
  'Called, seems interested.',
  'Strong on systems, less on people.\nWould like to see a second round.',
  '<p>Spoke with <b>@Robin</b> about the salary &amp; the start.</p>',
  'Moved the call to next week 🙂',
];

function noteRow({ course, slot, base, candidateId, draw }: OfApplication): Row | null {
  if (!draw.chance(slot === 0 ? 0.4 : 0.15)) return null;
  const isEmail = draw.chance(0.15);
  const body = draw.pick(REMARKS);
  return {
    ...base,
    candidate_id: candidateId,
    application_id: draw.chance(0.8) ? base.application_id : null,
    ...{ body, body_with_tags: body, subject: isEmail ? 'Your application' : null, type: isEmail ? 'EMAIL' : 'NOTE' },
    user_id: userId(draw.below(ACTIVE_USERS)),
    email_from: isEmail ? 'robin.recruiter@lumen.example' : null,
    email_to: isEmail ? `candidate.${course.candidate}@example.org` : null,
    email_cc: isEmail ? [] : null,
    import_hash: null,
    visibility: draw.pick(['publicly_visible', 'publicly_visible', 'privately_visible', 'admin_only_visible']),
    email_attachment_file_names: null,
  };
}

/** When the interview of a stage was, or null where it did not come to that. */
function interviewMs({ course, slot }: OfApplication): number | null {
  const entered = course.enteredMs[INTERVIEW_STAGES[INTERVIEWS - 1 - slot]!];
  return course.job === null || course.rank < DESK || entered === undefined
    ? null
    : Math.min(entered + HOUR_MS, course.lastMs);
}

function stageOf(slot: number): number {
  return INTERVIEW_STAGES[INTERVIEWS - 1 - slot]!;
}

function interviewRow(of: OfApplication): Row | null {
  const { course, slot, base, draw } = of;
  const ms = interviewMs(of);
  if (ms === null) return null;
  return {
    ...base,
    job_id: jobId(course.job!),
    job_interview_id: jobInterviewId(course.job!, stageOf(slot)),
    starts_at: timeText(ms),
    ends_at: timeText(ms + 45 * 60_000),
    location: draw.chance(0.5) ? 'Room 3' : null,
    status: stageOf(slot) === course.stage && course.status === 'in_process' ? 'awaiting_feedback' : 'complete',
    organizer_id: userId(draw.below(ACTIVE_USERS)),
    scheduled_at: timeText(ms - HOUR_MS),
    ...{ all_day_start_on: null, all_day_end_on: null, external_event_id: null, availability_received_at: null },
    video_conferencing_url: draw.chance(0.5) ? `https://meet.example/${base.id}` : null,
  };
}

function interviewerRow(of: OfApplication, pipeline: Pipeline): Row | null {
  if (interviewMs(of) === null) return null;
  const { course, slot, base, draw } = of;
  const isOutside = draw.chance(0.1);
  const rank = pipeline.applications.rankOf(base.application_id)! * INTERVIEWS + slot;
  const { application_id: _, ...stamps } = base;
  return {
    ...stamps,
    interview_id: INTERVIEWS_FIRST - rank * 7,
    user_id: isOutside ? null : userId((course.rank + slot) % ACTIVE_USERS),
    scorecard_id: null,
    email: isOutside ? 'guest@partner.example' : null,
    response_status: draw.pick(['needs_action', 'accepted', 'tentative', 'declined']),
  };
}

function scorecardRow(of: OfApplication): Row | null {
  const { course, slot, base, draw } = of;
  const ms = interviewMs(of);
  if (ms === null || !draw.chance(0.8)) return null;
  const isDraft = draw.chance(0.1);
  const notes = draw.pick(REMARKS);
  const user = userId((course.rank + slot) % ACTIVE_USERS);
  return {
    ...base,
    interview_kit_id: kitId(course.job!, stageOf(slot)),
    ...{ interviewer_id: user, submitter_id: isDraft ? null : user },
    interviewed_at: timeText(ms),
    submitted_at: isDraft ? null : base.created_at,
    candidate_rating: isDraft ? null : draw.pick(['strong_no', 'no', 'yes', 'strong_yes', 'no_decision']),
    status: isDraft ? 'draft' : 'complete',
    ...{ notes, private_notes: null, public_notes: null },
    ...{ notes_with_tags: notes, private_notes_with_tags: null, public_notes_with_tags: null },
  };
}

function offerRow({ course, base, candidateId, draw }: OfApplication): Row | null {
  if (course.status !== 'hired' || course.job === null) return null;
  const sent = course.endedMs! - 2 * DAY_MS;
  return {
    ...base,
    ...{ version: 1, job_id: jobId(course.job), candidate_id: candidateId, opening_id: openingId(course.job, 0) },
    status: 'Accepted',
    starts_on: timeText(course.endedMs! + 30 * DAY_MS).slice(0, 10),
    sent_on: timeText(Math.max(sent, course.appliedMs)).slice(0, 10),
    resolved_at: timeText(course.endedMs!),
    custom_fields: {
      base_salary: {
        name: 'Base salary',
        type: 'currency',
        value: { amount: 40_000 + draw.below(50) * 1000, unit: 'GBP' },
      },
    },
  };
}

const choice = (descriptions: readonly string[], draw: OfApplication['draw']) => {
  const at = draw.below(descriptions.length + 1);
  return at === descriptions.length ? null : { id: at + 1, description: descriptions[at]! };
};

function eeocRow({ course, base, candidateId, draw }: OfApplication): Row | null {
  if (course.job === null || !draw.chance(0.4)) return null;
  return {
    ...base,
    candidate_id: candidateId,
    gender: choice(['Male', 'Female', 'Decline To Self Identify'], draw),
    race: choice(
      ['Asian', 'Black or African American', 'White', 'Two or More Races', 'Decline To Self Identify'],
      draw,
    ),
    veteran_status: choice(['I am not a protected veteran', "I don't wish to answer"], draw),
    disability_status: choice(
      ['Yes, I have a disability', 'No, I do not have a disability', 'I do not want to answer'],
      draw,
    ),
    submitted_at: timeText(course.appliedMs),
  };
}
