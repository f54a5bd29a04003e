import type { SandboxAction, SandboxCandidate } from '#libs/connector-kit';
import { CANDIDATES, type Candidate } from './company.js';
import type { Row } from './data/rows.js';
import type { World } from './data/world.js';
import { wordOf } from './operations/endings.js';
import { stagesOf } from './operations/stages.js';

const MOST_NEW = 12;
const DESK_TOP = Math.max(...CANDIDATES.map(({ id }) => id));

/** Somebody on the recruiter's page. */
export interface Person {
  candidate: Candidate;
  row: Row;
  application: Row | null;
}

/** Those who came since the sandbox began, newest first, and then the twelve it began with. */
export function deskPeople(world: World): Person[] {
  const fresh: Person[] = [];
  for (const row of world.candidates.newestFirst()) {
    if (row.id <= DESK_TOP || fresh.length === MOST_NEW) break;
    const application = world.applications.where('candidate_ids', row.id)[0] ?? null;
    fresh.push({ row, application, candidate: toCandidate(row, application) });
  }
  return [...fresh, ...CANDIDATES.flatMap((candidate) => knownPerson(world, candidate))];
}

export function findPerson(world: World, id: string): Person | undefined {
  return deskPeople(world).find(({ row }) => String(row.id) === id);
}

function knownPerson(world: World, candidate: Candidate): Person[] {
  const row = world.candidates.get(candidate.id);
  const application = world.applications.get(candidate.applicationId);
  if (!row) return [];
  return [{ row, application, candidate: { ...candidate, ...namesOf(row), email: emailOf(row) } }];
}

function toCandidate(row: Row, application: Row | null): Candidate {
  const [phone] = row.phone_numbers as { value: string }[];
  return {
    ...{ id: row.id, applicationId: application?.id ?? 0, ...namesOf(row), email: emailOf(row) },
    ...{ phone: phone?.value ?? null, job: '', resume: null },
  };
}

function namesOf({ first_name, last_name, preferred_name }: Row) {
  return {
    firstName: String(first_name),
    lastName: String(last_name),
    preferredName: preferred_name as string | null,
  };
}

function emailOf({ email_addresses }: Row): string {
  const [first] = email_addresses as { value: string }[];
  return first?.value ?? '';
}

/** The job somebody applies for, as the page shows it. */
export function jobOf(world: World, { application, candidate }: Person): string {
  if (!application) return candidate.job || 'No application';
  const job = world.jobs.get(Number(application.job_id));
  return job ? String(job.name) : 'Prospect';
}

/** Where the application stands, and what a recruiter can do about it. */
export function pipelineOf(world: World, { application, candidate, row }: Person): SandboxCandidate['pipeline'] {
  const always = [
    field('note', 'Add a note', { label: 'Note', kind: 'text', options: [], value: '' }),
    field('email', 'Change the e-mail', { label: 'E-mail', kind: 'email', options: [], value: candidate.email }),
    ...(row.id > DESK_TOP ? [field('delete', 'Delete the candidate', null)] : []),
  ];
  if (!application) return { stages: [], current: null, status: 'no application', actions: always };
  const stages = stagesOf({ world }, application.job_id);
  return {
    stages: stages.map(({ name }) => String(name)),
    current: application.stage_name as string | null,
    status: wordOf(application),
    actions: [...actionsFor(world, application, stages), ...always],
  };
}

function actionsFor(world: World, application: Row, stages: readonly Row[]): SandboxAction[] {
  if (application.status === 'rejected') return [field('unreject', 'Take the rejection back', null)];
  if (application.status !== 'in_process') return [];
  // Greenhouse's own are there for lists that ask for them.
  const reasons = [...world.rejection_reasons.newestFirst()].filter(({ id }) => id > 4_000_001_000).reverse();
  const reject = choice('reject', { label: 'Reject', asks: 'Reason' }, reasons);
  if (application.prospect === true) return [reject];
  const at = stages.findIndex(({ id }) => id === application.job_interview_stage_id);
  const others = [...stages.slice(at + 1), ...stages.slice(0, Math.max(0, at))];
  const openings = world.openings.where('job_ids', Number(application.job_id)).filter(({ open }) => open === true);
  const named = openings.map((row) => ({ ...row, name: row.opening_id ?? `Opening ${row.id}` }));
  return [
    choice('move', { label: 'Move', asks: 'To stage' }, others),
    reject,
    openings.length > 1 ? choice('hire', { label: 'Hire', asks: 'Opening' }, named) : field('hire', 'Hire', null),
  ];
}

function field(id: string, label: string, input: SandboxAction['input']): SandboxAction {
  return { id, label, input };
}

function choice(id: string, { label, asks }: { label: string; asks: string }, rows: readonly Row[]): SandboxAction {
  const options = rows.map((row) => ({ value: String(row.id), label: String(row.name) }));
  return { id, label, input: { label: asks, kind: 'choice', options, value: options[0]?.value ?? '' } };
}
