import type { SandboxContext } from '#libs/connector-kit';
import type { Row } from '../data/rows.js';
import type { World } from '../data/world.js';
import { fileLink } from '../files.js';

type Place = { world: World; context: SandboxContext };

/** What stands in every event about a candidate. */
export function candidatePayload(place: Place, row: Row) {
  const { world, context } = place;
  return {
    ...{ id: row.id, first_name: row.first_name, last_name: row.last_name, title: row.title, company: row.company },
    ...{ created_at: row.created_at, external_id: null, photo_url: null, is_private: row.private },
    ...{ can_email: row.can_email, phone_numbers: row.phone_numbers, email_addresses: row.email_addresses },
    ...{ addresses: row.addresses, website_addresses: row.website_addresses },
    social_media_addresses: row.social_media_addresses,
    educations: educations(world, row.id),
    employments: world.candidate_employments.where('candidate_ids', row.id).map((one) => ({
      ...{ company_name: one.company_name, title: one.title },
      ...{ start_date: american(one.start_date), end_date: american(one.end_date) },
    })),
    recruiter: null,
    coordinator: null,
    attachments: world.attachments
      .where('candidate_ids', row.id)
      .map((one) => ({ filename: one.filename, url: fileLink(one, context), type: one.type })),
    tags: row.tags,
    custom_fields: row.custom_fields,
  };
}

function educations(world: World, candidateId: number) {
  const name = (id: unknown) => world.custom_field_options.get(Number(id))?.name ?? null;
  return world.candidate_educations.where('candidate_ids', candidateId).map((one) => ({
    school_name: name(one.school_name_custom_field_option_id),
    degree: name(one.degree_custom_field_option_id),
    discipline: name(one.discipline_custom_field_option_id),
    ...{ start_date: american(one.start_at), end_date: american(one.end_at) },
  }));
}

/** `MM/DD/YYYY`, only in events. */
function american(time: unknown): string | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(typeof time === 'string' ? time : '') ?? [];
  return year === undefined ? null : `${month}/${day}/${year}`;
}

/** As an event names a user. */
export function userPayload({ world }: Place, id: unknown) {
  const user = world.users.get(Number(id));
  return user ? { id: user.id, email: user.primary_email, name: user.name, employee_id: user.employee_id } : null;
}
