import type { Row } from '../data/rows.js';
import { departmentShape, officeShape } from './job-shapes.js';
import { type Showing, fieldShapes, named, userShape } from './people-shapes.js';

const num = (value: unknown): number => Number(value ?? 0);

export function userRecord(showing: Showing, row: Row) {
  const { world } = showing;
  const { id, name, first_name, last_name, created_at, updated_at, site_admin, emails, employee_id } = row;
  const [departments, offices] = [row.department_ids as number[], row.office_ids as number[]];
  return {
    ...{ id, name, first_name, last_name, primary_email_address: row.primary_email, updated_at, created_at },
    ...{ disabled: row.deactivated, site_admin, emails, employee_id, linked_candidate_ids: [] },
    offices: offices.map((office) => officeShape(world.offices.get(office)!)),
    departments: departments.map((department) => departmentShape(showing, world.departments.get(department)!)),
  };
}

export function poolShape({ world }: Showing, row: Row) {
  const stages = [...world.prospect_pool_stages.newestFirst()].filter(({ prospect_pool_id: of }) => of === row.id);
  const inOrder = stages.toSorted((a, b) => num(a.sort_order) - num(b.sort_order));
  return { ...named(row, 'active')!, prospect_stages: inOrder.map((stage) => named(stage)) };
}

export function interviewShape(showing: Showing, row: Row) {
  const { world } = showing;
  const { id, application_id, external_event_id, location, video_conferencing_url, created_at, updated_at } = row;
  const interviewers = world.interviewers.where('interview_ids', id).flatMap((one) => {
    const user = world.users.get(num(one.user_id));
    const { email, response_status } = one;
    return user ? [{ ...named(user, 'employee_id')!, email, response_status, scorecard_id: null }] : [];
  });
  return {
    ...{ id, application_id, external_event_id, start: { date_time: row.starts_at }, end: { date_time: row.ends_at } },
    ...{ location, video_conferencing_url, status: row.status, created_at, updated_at },
    interview: named(world.job_interviews.get(num(row.job_interview_id))),
    organizer: userShape(showing, row.organizer_id),
    interviewers,
  };
}

export function scorecardShape(showing: Showing, row: Row) {
  const { id, created_at, updated_at, application_id, interviewed_at, submitted_at, candidate_rating } = row;
  const application = showing.world.applications.get(num(application_id));
  return {
    ...{ id, updated_at, created_at, interview: 'Interview', interview_step: null },
    ...{ candidate_id: application?.candidate_id ?? null, application_id, interviewed_at },
    submitted_by: userShape(showing, row.submitter_id),
    interviewer: userShape(showing, row.interviewer_id),
    submitted_at,
    overall_recommendation: candidate_rating === 'strong_no' ? 'definitely_not' : candidate_rating,
    ...{ attributes: [], ratings: {} },
    questions: [{ id: null, question: 'Key Take-Aways', answer: row.notes }],
  };
}

export function offerShape(row: Row) {
  const { id, version, application_id, job_id, candidate_id, created_at, updated_at, sent_on, resolved_at } = row;
  const status = String(row.status).toLowerCase().replace('created', 'unresolved');
  return {
    ...{ id, version, application_id, job_id, candidate_id, opening: null, created_at, updated_at },
    ...{ sent_at: sent_on, resolved_at, starts_at: row.starts_on, status },
    ...fieldShapes(row),
  };
}

/** Rows have no id, and the words of one field stand under another name. */
export function eeocShape(row: Row) {
  const { application_id, candidate_id, race, gender, disability_status, submitted_at } = row;
  const veteran = row.veteran_status as { id: number; description: string } | null;
  const veteran_status = veteran && { id: veteran.id, message: veteran.description };
  return { application_id, candidate_id, race, gender, veteran_status, disability_status, submitted_at };
}
