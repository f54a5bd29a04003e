import { type Body, type OldWrite, asInV3, candidateOf, done, filled, found, need, toNewFields } from './calls.js';
import { attachmentShape, candidateShape, educationShape, employmentShape, named } from './people-shapes.js';
import { invalid } from './refusal.js';

export const CANDIDATE_WRITES = {
  'POST candidates': create,
  'PATCH candidates/:id': update,
  'POST prospects': createProspect,
  'POST candidates/:id/activity_feed/notes': note,
  'POST candidates/:id/activity_feed/emails': email,
  'POST candidates/:id/attachments': attach,
  'POST candidates/:id/educations': addEducation,
  'POST candidates/:id/employments': addEmployment,
  'DELETE candidates/:id/educations/:part': (write: OldWrite) => removePart(write, 'candidate_educations', 'Education'),
  'DELETE candidates/:id/employments/:part': (write: OldWrite) =>
    removePart(write, 'candidate_employments', 'Employment'),
  'POST tags/candidate': async (write: OldWrite) => {
    need(write.body, 'name');
    const { id, name } = await asInV3(write, 'POST candidate_tags', { name: write.body.name });
    return done({ id, name }, 201);
  },
  'PUT candidates/:id/tags/:tag': addTag,
  'DELETE candidates/:id/tags/:tag': removeTag,
};

/** A recruiter and a coordinator of a person are taken and not kept: v3's rows have none. */
function toPerson(write: OldWrite): Body {
  const { recruiter: _, coordinator: __, applications: ___, application: ____, custom_fields, ...person } = write.body;
  const row = write.params.id === undefined ? null : candidateOf(write);
  return filled({ ...person, custom_fields: toNewFields(write, custom_fields, row) });
}

async function make(write: OldWrite, application: Body) {
  const made = await asInV3(write, 'POST candidates', { ...toPerson(write), application });
  const [person, applied] = [made.candidate as { id: number }, made.application as { id: number }];
  const row = write.world.candidates.get(person.id);
  return done(row ? candidateShape(write, row) : { id: person.id, application_ids: [applied.id] }, 201);
}

async function create(write: OldWrite) {
  need(write.body, 'first_name', 'last_name', 'applications');
  const [application] = write.body.applications as Body[];
  if (!application) throw invalid('applications', 'must have at least one');
  return make(write, application);
}

async function createProspect(write: OldWrite) {
  need(write.body, 'first_name', 'last_name');
  return make(write, { prospect: true, ...(write.body.application as Body | undefined) });
}

/** The answer is a list of one. */
async function update(write: OldWrite) {
  const { id } = candidateOf(write);
  await asInV3(write, `PATCH candidates/${id}`, toPerson(write));
  return done([candidateShape(write, found(write.world.candidates.get(id)))]);
}

async function note(write: OldWrite) {
  const { id } = candidateOf(write);
  need(write.body, 'user_id', 'body', 'visibility');
  const { user_id, body, visibility } = write.body;
  const made = await asInV3(write, 'POST notes', {
    ...{ candidate_id: id, note_type: 'NOTE', user_id: Number(user_id), body, visibility },
  });
  const user = named(write.world.users.get(Number(user_id)));
  return done(
    { id: made.id, created_at: made.created_at, body, user, private: false, visiblity: visibility, visibility },
    201,
  );
}

async function email(write: OldWrite) {
  const { id } = candidateOf(write);
  need(write.body, 'user_id', 'to', 'from', 'subject', 'body');
  const { user_id, to, from, cc = [], subject, body } = write.body;
  const made = await asInV3(write, 'POST notes', {
    ...{ candidate_id: id, note_type: 'EMAIL', user_id: Number(user_id), body, subject, visibility: 'public' },
    ...{ email_from: [from], email_to: [to], email_cc: cc },
  });
  return done({ id: made.id, created_at: made.created_at, subject, body, to, from, cc }, 201);
}

async function attach(write: OldWrite) {
  const { id } = candidateOf(write);
  const [application] = write.world.applications.where('candidate_ids', id);
  const { type } = write.body;
  if (!['resume', 'cover_letter', 'admin_only'].includes(String(type))) {
    throw invalid('type', 'Must be one of: resume, cover_letter, admin_only');
  }
  const kind = type === 'admin_only' ? { type: 'other', visibility: 'admin_only' } : { type };
  return attachTo(write, found(application).id, kind);
}

export async function attachTo(write: OldWrite, application_id: number, kind: Body) {
  need(write.body, 'filename', 'type');
  const { filename, content, url, content_type } = write.body;
  if (content !== undefined) need(write.body, 'content_type');
  const made = await asInV3(write, 'POST attachments', filled({ application_id, filename, content, url, ...kind }));
  const { created_at: _, ...shown } = attachmentShape(write, found(write.world.attachments.get(Number(made.id))));
  return done({ ...shown, content_type }, 201);
}

async function addEducation(write: OldWrite) {
  const { school_id, degree_id, discipline_id, start_date, end_date } = write.body;
  const made = await asInV3(write, 'POST candidate_educations', {
    ...filled({ candidate_id: candidateOf(write).id, school_name_custom_field_option_id: school_id }),
    ...filled({ degree_custom_field_option_id: degree_id, discipline_custom_field_option_id: discipline_id }),
    ...filled({ start_date, end_date }),
  });
  return done(educationShape(write, found(write.world.candidate_educations.get(Number(made.id)))), 201);
}

async function addEmployment(write: OldWrite) {
  need(write.body, 'company_name', 'title', 'start_date');
  const body = { candidate_id: candidateOf(write).id, ...write.body };
  const made = await asInV3(write, 'POST candidate_employments', body);
  return done(employmentShape(found(write.world.candidate_employments.get(Number(made.id)))), 201);
}

async function removePart(write: OldWrite, table: 'candidate_educations' | 'candidate_employments', what: string) {
  const part = found(write.world[table].get(Number(write.params.part)));
  if (part.candidate_id !== candidateOf(write).id) found(null);
  await asInV3(write, `DELETE ${table}/${part.id}`);
  return done({ success: true, message: `${what} ID ${part.id} destroyed.` });
}

async function addTag(write: OldWrite) {
  const { id } = candidateOf(write);
  const tag = found(write.world.candidate_tags.get(Number(write.params.tag)));
  await asInV3(write, 'POST applied_candidate_tags', { candidate_id: id, candidate_tag_id: tag.id });
  return done(named(tag));
}

async function removeTag(write: OldWrite) {
  const { id } = candidateOf(write);
  const applied = write.world.applied_candidate_tags.where('candidate_ids', id);
  const row = found(applied.find(({ candidate_tag_id }) => candidate_tag_id === Number(write.params.tag)));
  await asInV3(write, `DELETE applied_candidate_tags/${row.id}`);
  return done({ message: 'Tag removed.' });
}
