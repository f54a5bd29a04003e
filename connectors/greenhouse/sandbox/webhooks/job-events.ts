import type { SandboxContext } from '#libs/connector-kit';
import type { Row } from '../data/rows.js';
import type { World } from '../data/world.js';
import { emit, hasWebhook } from './emit.js';

type Place = { world: World; context: SandboxContext };

/** A job as events about applications carry it. */
export function jobPayload({ world }: Place, job: Row) {
  const department = world.departments.get(Number(job.department_id));
  const offices = (job.office_ids as number[]).map((id) => world.offices.get(id)).filter((row) => row !== null);
  const post = world.job_posts.where('job_ids', job.id)[0];
  return {
    ...{ id: job.id, name: job.name, requisition_id: job.requisition_id, notes: job.notes },
    ...{ confidential: job.confidential, job_post_id: post?.id ?? null, status: job.status },
    created_by_id: null,
    ...{ created_at: job.created_at, opened_at: job.opened_at, closed_at: job.closed_at },
    departments: department ? [{ id: department.id, name: department.name, external_id: department.external_id }] : [],
    offices: offices.map(({ id, name, location, external_id }) => ({ id, name, location, external_id })),
    custom_fields: job.custom_fields,
  };
}

/** Who hires, by what they do. */
export function hiringTeam({ world }: Place, jobId: number) {
  const owners = world.job_owners.where('job_ids', jobId);
  const member = ({ user_id }: Row) => ({
    user_id,
    employee_id: world.users.get(Number(user_id))?.employee_id ?? null,
  });
  const of = (type: string) => owners.filter((row) => row.type === type).map(member);
  return {
    hiring_managers: world.job_hiring_managers.where('job_ids', jobId).map(member),
    ...{ sourcers: of('sourcer'), recruiters: of('recruiter'), coordinators: of('coordinator') },
  };
}

/** The whole job. */
export async function emitJob(place: Place, action: 'job_created' | 'job_updated', id: number): Promise<void> {
  const job = place.world.jobs.get(id);
  if (!job || !hasWebhook(place, action)) return;
  const openings = place.world.openings.where('job_ids', id).map(({ id: opening, opening_id }) => ({
    ...{ id: opening, opening_id, custom_fields: [] },
  }));
  await emit(place, action, { job: { ...jobPayload(place, job), hiring_team: hiringTeam(place, id), openings } });
}

/** Without a wrapper; a post that gathers prospects has no `job_id` at all. */
export async function emitJobPost(
  place: Place,
  action: 'job_post_created' | 'job_post_updated',
  id: number,
): Promise<void> {
  const post = place.world.job_posts.get(id);
  if (!post || !hasWebhook(place, action)) return;
  await emit(place, action, {
    ...{ id: post.id, title: post.title, location: 'London', content: post.content },
    ...{ internal_content: post.internal_content, updated_at: post.updated_at },
    ...(post.job_id !== null && { job_id: post.job_id }),
    ...{ external: post.internal !== true, internal: post.internal, live: post.live, questions: [] },
  });
}
