import type { SandboxContext } from '#libs/connector-kit';
import type { Row } from '../data/rows.js';
import type { World } from '../data/world.js';
import { emit, hasWebhook } from './emit.js';
import type { EventAction } from './event-actions.js';
import { hiringTeam, jobPayload } from './job-events.js';
import { candidatePayload, userPayload } from './people-payloads.js';

type Place = { world: World; context: SandboxContext };

const FULL: ReadonlySet<EventAction> = new Set(['new_candidate_application', 'application_updated']);
/** These name a source by `name`, the others by `public_name`. */
const NAMED_SOURCE: ReadonlySet<EventAction> = new Set([...FULL, 'candidate_stage_change']);

/** Tells what happened to an application, as it is now. */
export async function emitApplication(place: Place, action: EventAction, id: number): Promise<void> {
  const application = place.world.applications.get(id);
  if (!application || !hasWebhook(place, action)) return;
  const payload =
    action === 'hire_candidate' ? hirePayload(place, application) : applicationPayload(place, action, application);
  await emit(place, action, { application: payload });
}

export async function emitCandidate(place: Place, action: 'update_candidate', id: number): Promise<void> {
  const row = place.world.candidates.get(id);
  if (!row || !hasWebhook(place, action)) return;
  const { is_private: _, can_email: __, ...candidate } = candidatePayload(place, row);
  await emit(place, action, { candidate: { ...candidate, url: urlOf(row.id) } });
}

/** As deletions and merges tell of somebody. */
export function personOf({
  id,
  first_name,
  last_name,
  company,
  title,
  created_at,
  private: is_private,
  can_email,
}: Row) {
  return {
    ...{ id, first_name, last_name, company, title, created_at, headline: null, is_private },
    ...{ recruiter_user_id: null, coordinator_user_id: null, can_email },
  };
}

function applicationPayload(place: Place, action: EventAction, row: Row) {
  const { world } = place;
  const candidate = world.candidates.get(Number(row.candidate_id))!;
  const person = candidatePayload(place, candidate);
  const isFull = FULL.has(action);
  const hasUrl = NAMED_SOURCE.has(action);
  return {
    id: row.id,
    ...{ rejected_at: row.rejected_at, prospect: row.prospect },
    status: row.status === 'in_process' ? 'active' : row.status,
    ...{ applied_at: row.created_at, last_activity_at: row.last_activity_at },
    url: urlOf(candidate.id, row.id),
    source: sourceOf(world, row, hasUrl ? 'name' : 'public_name'),
    credited_to: userPayload(place, world.referrers.get(Number(row.referrer_id))?.user_id),
    ...rejectionOf(world, row),
    current_stage: stageOf(world, row),
    ...(isFull && { prospect_detail: prospectOf(place, row) }),
    custom_fields: row.custom_fields,
    candidate: hasUrl ? { ...person, url: urlOf(candidate.id) } : person,
    jobs: jobsOf(world, row).map((job) => ({
      ...jobPayload(place, job),
      ...(isFull && { url: `https://app.greenhouse.io/sdash/${job.id}`, hiring_team: hiringTeam(place, job.id) }),
    })),
  };
}

/** Has a shape of its own: no status, no stage, but the opening and the offer. */
function hirePayload(place: Place, row: Row) {
  const { world } = place;
  const person = candidatePayload(place, world.candidates.get(Number(row.candidate_id))!);
  const { company: _, created_at: __, photo_url: ___, website_addresses: ____, tags: _____, ...candidate } = person;
  const job = world.jobs.get(Number(row.job_id))!;
  const [offer] = world.offers.where('application_ids', row.id);
  const opening = world.openings.get(Number(offer?.opening_id));
  const { id, name, requisition_id, confidential, opened_at, closed_at, departments, offices, custom_fields } =
    jobPayload(place, job);
  const rest = { departments, offices, custom_fields };
  return {
    id: row.id,
    opening: opening && { opening_id: opening.opening_id, custom_fields: [] },
    credited_to: userPayload(place, world.referrers.get(Number(row.referrer_id))?.user_id),
    source: sourceOf(world, row, 'public_name'),
    url: urlOf(Number(row.candidate_id), row.id),
    candidate: { ...candidate, url: urlOf(Number(row.candidate_id)) },
    job: { id, name, open_date: opened_at, close_date: closed_at, requisition_id, ...rest },
    jobs: [{ id, name, requisition_id, confidential, opened_at, closed_at, ...rest }],
    custom_fields: row.custom_fields,
    offer: offer && {
      ...{ id: offer.id, version: offer.version, created_at: offer.created_at, sent_at: offer.sent_on },
      ...{ resolved_at: offer.resolved_at, starts_at: offer.starts_on, custom_fields: offer.custom_fields },
    },
  };
}

function sourceOf(world: World, { source_id }: Row, key: 'name' | 'public_name') {
  const source = world.sources.get(Number(source_id));
  return source && { id: source.id, [key]: source.name };
}

function rejectionOf(world: World, { id }: Row) {
  const [detail] = world.rejection_details.where('application_ids', id);
  const reason = world.rejection_reasons.get(Number(detail?.rejection_reason_id));
  if (!detail || !reason) return { rejection_reason: null, rejection_details: null };
  const type = reason.type as { id: number; name: string };
  return {
    rejection_reason: { id: reason.id, name: reason.name, type: { id: type.id, name: type.name } },
    rejection_details: { custom_fields: detail.question_custom_fields },
  };
}

function stageOf(world: World, { job_interview_stage_id, candidate_id, id }: Row) {
  const stage = world.job_interview_stages.get(Number(job_interview_stage_id));
  if (!stage) return null;
  const steps = world.job_interviews
    .where('job_ids', Number(stage.job_id))
    .filter((step) => step.job_interview_stage_id === stage.id);
  return {
    ...{ id: stage.id, name: stage.name },
    interviews: steps.map((step) => ({
      ...{ id: step.id, name: step.name },
      status: step.schedulable === true ? 'to_be_scheduled' : 'to_be_sent',
      interview_kit: {
        url: `https://app.greenhouse.io/guides/${step.id}/people/${String(candidate_id)}?application_id=${id}`,
        content: '',
        questions: [],
      },
      interviewers: [],
    })),
  };
}

function prospectOf(place: Place, { id }: Row) {
  const { world } = place;
  const [detail] = world.prospect_details.where('application_ids', id);
  const named = (row: Row | null) => row && { id: row.id, name: row.name };
  return {
    prospect_pool: named(world.prospect_pools.get(Number(detail?.pool_id))),
    prospect_stage: named(world.prospect_pool_stages.get(Number(detail?.pool_stage_id))),
    prospect_owner: named(world.users.get(Number(detail?.prospect_owner_id))),
  };
}

/** One for a candidate, any number for a prospect. */
function jobsOf(world: World, { job_id, prospective_job_ids }: Row): Row[] {
  const ids = job_id === null ? (prospective_job_ids as number[]) : [Number(job_id)];
  return ids.map((id) => world.jobs.get(id)).filter((job) => job !== null);
}

function urlOf(candidateId: number, applicationId?: number): string {
  const page = `https://app.greenhouse.io/people/${candidateId}`;
  return applicationId === undefined ? page : `${page}?application_id=${applicationId}`;
}
