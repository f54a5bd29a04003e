import type { SandboxContext } from '#libs/connector-kit';
import { userId } from './data/organisation.js';
import { jobId } from './data/jobs.js';
import type { Row } from './data/rows.js';
import { deskPeople, type Person } from './desk-people.js';
import { createCandidate, removeCandidate, updateCandidate } from './operations/candidates.js';
import { type Scene, active, newRow, putAll, sceneOf } from './operations/change.js';
import { hireApplication, rejectApplication, unrejectApplication } from './operations/endings.js';
import { moveApplication } from './operations/stages.js';
import { Refusal } from './v3/refusal.js';

type Act = (scene: Scene, person: Person, value: string) => Promise<unknown>;

const ACTS: Readonly<Record<string, Act>> = {
  move: (scene, person, value) => {
    const application = applicationOf(person);
    const from = Number(application.job_interview_stage_id);
    return moveApplication(scene, application, { from, toStage: Number(value) });
  },
  reject: (scene, person, value) => rejectApplication(scene, applicationOf(person), { reasonId: Number(value) }),
  unreject: (scene, person) => unrejectApplication(scene, applicationOf(person)),
  hire: (scene, person, value) =>
    hireApplication(scene, applicationOf(person), { openingId: value === '' ? undefined : Number(value) }),
  note: (scene, person, value) => addNote(scene, person, value),
  email: (scene, { row }, value) => updateCandidate(scene, row, { email_addresses: [{ value, type: 'personal' }] }),
  delete: (scene, { row }) => removeCandidate(scene, row),
};

/** Does what the recruiter pressed; a sentence when it cannot be done. */
export async function actAtDesk(
  context: SandboxContext,
  { candidateId, action, value }: { candidateId: string | null; action: string; value: string },
): Promise<string | null> {
  const scene = await sceneOf(context, userId(0));
  try {
    if (candidateId === null) return await withoutCandidate(scene, action, value);
    const person = deskPeople(scene.world).find(({ row }) => String(row.id) === candidateId);
    const act = Object.hasOwn(ACTS, action) ? ACTS[action] : undefined;
    if (!person || !act) return 'There is no such candidate, or nothing like that to do.';
    if (['note', 'email'].includes(action) && value.trim() === '') return 'Type something first.';
    await act(scene, person, value.trim());
    return null;
  } catch (error) {
    if (error instanceof Refusal) return sentenceOf(error);
    throw error;
  }
}

/** A new applicant for the first job. */
async function withoutCandidate(scene: Scene, action: string, value: string): Promise<string | null> {
  const [first_name = '', ...rest] = value.trim().split(/\s+/);
  if (action !== 'add' || first_name === '') return 'Type a name first.';
  const mailbox =
    value
      .trim()
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '.')
      .replace(/^\.|\.$/g, '') || 'new';
  const fields = {
    ...{ first_name, last_name: rest.join(' ') || '–' },
    email_addresses: [{ value: `${mailbox}@example.org`, type: 'personal' }],
  };
  await createCandidate(scene, fields, { job_id: jobId(0) });
  return null;
}

async function addNote(scene: Scene, { row, application }: Person, body: string): Promise<void> {
  const note = newRow(scene, 'notes', {
    ...{ candidate_id: row.id, application_id: application?.id ?? null, body, body_with_tags: body, subject: null },
    ...{ type: 'NOTE', user_id: scene.userId, email_from: null, email_to: null, email_cc: null, import_hash: null },
    ...{ visibility: 'publicly_visible', email_attachment_file_names: null },
  });
  await putAll(scene, ['notes', note], ...active(scene, row.id));
}

function applicationOf({ application }: Person): Row {
  if (!application) throw new Refusal(422, { errors: ['This candidate has no application.'] });
  return application;
}

function sentenceOf({ body }: Refusal): string {
  const [first] = [body.errors].flat() as (string | Record<string, string> | undefined)[];
  if (typeof first === 'string') return first;
  return Object.entries(first ?? {})
    .map(([name, problem]) => `${name} ${problem}`)
    .join(', ');
}
