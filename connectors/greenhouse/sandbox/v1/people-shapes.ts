import type { SandboxContext } from '#libs/connector-kit';
import type { Row } from '../data/rows.js';
import type { World } from '../data/world.js';
import { fileLink } from '../files.js';

/** What turns a row as the company has it, and v3 shows it, into what v1 shows. */
export interface Showing {
  world: World;
  context: SandboxContext;
}

const num = (value: unknown): number => Number(value ?? 0);

export function userShape({ world }: Showing, id: unknown) {
  const user = world.users.get(num(id));
  if (!user) return null;
  const { first_name, last_name, name, employee_id } = user;
  return { id: user.id, first_name, last_name, name, employee_id };
}

/** `custom_fields` and the keyed form of the same. */
export function fieldShapes({ custom_fields }: Row) {
  const keyed = (custom_fields ?? {}) as Record<string, { value?: unknown } | null>;
  const plain = Object.fromEntries(Object.entries(keyed).map(([key, field]) => [key, field?.value ?? null]));
  return { custom_fields: plain, keyed_custom_fields: keyed };
}

export function attachmentShape({ context }: Showing, row: Row) {
  const { filename, type, created_at } = row;
  return { filename, url: fileLink(row, context), type, created_at };
}

const named = (row: Row | null, ...more: string[]) =>
  row && { id: row.id, name: row.name, ...Object.fromEntries(more.map((field) => [field, row[field]])) };

export function applicationShape(showing: Showing, row: Row) {
  const { world } = showing;
  const source = world.sources.get(num(row.source_id));
  const [rejection] = world.rejection_details.where('application_ids', row.id);
  const [prospect] = world.prospect_details.where('application_ids', row.id);
  const reason = world.rejection_reasons.get(num(rejection?.rejection_reason_id));
  const jobIds = row.prospect === true ? (row.prospective_job_ids as number[]) : [num(row.job_id)];
  const stage = world.job_interview_stages.get(num(row.job_interview_stage_id));
  return {
    ...{ id: row.id, candidate_id: row.candidate_id, prospect: row.prospect, applied_at: row.created_at },
    ...{ rejected_at: row.rejected_at, last_activity_at: row.last_activity_at },
    location: row.location_address === null ? null : { address: row.location_address },
    source: source && { id: source.id, public_name: source.name },
    ...{ credited_to: null, recruiter: userShape(showing, row.recruiter_id) },
    coordinator: userShape(showing, row.coordinator_id),
    rejection_reason: row.status === 'rejected' ? reasonShape(reason) : null,
    rejection_details: null,
    jobs: jobIds.flatMap((id) => named(world.jobs.get(id)) ?? []),
    ...{ job_post_id: row.job_post_id, status: row.status === 'in_process' ? 'active' : row.status },
    current_stage: named(stage),
    ...{ answers: row.answers, prospective_office: null, prospective_department: null },
    prospect_detail: {
      prospect_pool: named(world.prospect_pools.get(num(prospect?.pool_id))),
      prospect_stage: named(world.prospect_pool_stages.get(num(prospect?.pool_stage_id))),
      prospect_owner: named(world.users.get(num(prospect?.prospect_owner_id))),
    },
    ...fieldShapes(row),
    attachments: world.attachments
      .where('application_ids', row.id)
      .map((attachment) => attachmentShape(showing, attachment)),
  };
}

export function reasonShape(row: Row | null | undefined) {
  if (!row) return null;
  const { id, name } = row.type as { id: number; name: string };
  return { id: row.id, name: row.name, type: { id, name } };
}

export function educationShape({ world }: Showing, row: Row) {
  const option = (id: unknown) => world.custom_field_options.get(num(id))?.name ?? null;
  return {
    id: row.id,
    school_name: option(row.school_name_custom_field_option_id),
    degree: option(row.degree_custom_field_option_id),
    discipline: option(row.discipline_custom_field_option_id),
    ...{ start_date: row.start_at, end_date: row.end_at },
  };
}

export function employmentShape({ id, company_name, title, start_date, end_date }: Row) {
  return { id, company_name, title, start_date, end_date };
}

export function candidateShape(showing: Showing, row: Row) {
  const { world } = showing;
  const applications = world.applications.where('candidate_ids', row.id).map((one) => applicationShape(showing, one));
  return {
    ...{ id: row.id, first_name: row.first_name, last_name: row.last_name, company: row.company, title: row.title },
    ...{ created_at: row.created_at, updated_at: row.updated_at, last_activity: row.last_activity_at },
    ...{ is_private: row.private, photo_url: null },
    attachments: applications.flatMap(({ attachments }) => attachments),
    application_ids: applications.map(({ id }) => id),
    ...{ phone_numbers: row.phone_numbers, addresses: row.addresses, email_addresses: row.email_addresses },
    ...{ website_addresses: row.website_addresses, social_media_addresses: row.social_media_addresses },
    ...{ recruiter: null, coordinator: null, can_email: row.can_email, tags: row.tags, applications },
    educations: world.candidate_educations.where('candidate_ids', row.id).map((one) => educationShape(showing, one)),
    employments: world.candidate_employments.where('candidate_ids', row.id).map(employmentShape),
    linked_user_ids: row.linked_user_ids,
    ...fieldShapes(row),
  };
}

export { named };
