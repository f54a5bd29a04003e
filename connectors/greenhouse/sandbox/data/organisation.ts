import { RECRUITER } from '../company.js';
import { Draw } from './draw.js';
import type { Names } from './names.js';
import { type Row, timeText } from './rows.js';

const DAY_MS = 86_400_000;
const DOMAIN = RECRUITER.split('@')[1]!;

/** The people and places of the company itself. */
export interface Organisation {
  departments: Row[];
  offices: Row[];
  users: Row[];
}

const DEPARTMENTS: [name: string, externalId: string | null, parent: number | null][] = [
  ['Engineering', 'D-ENG', null],
  ['Data', 'D-DATA', 0],
  ['Platform', null, 0],
  ['Customer Success', 'D-CS', null],
  ['Support', null, 3],
  ['People & Talent', 'D-PEOPLE', null],
  ['Sales', 'D-SALES', null],
  ['Finance & Legal', null, null],
];

const OFFICES: [name: string, location: string | null, externalId: string | null][] = [
  ['London', 'London, United Kingdom', 'O-LON'],
  ['Berlin', 'Berlin, Germany', 'O-BER'],
  ['Tokyo', '日本、東京都', null],
  ['São Paulo', 'São Paulo, Brazil', 'O-SAO'],
  ['Remote', null, null],
];

export const USERS = 30;
/** Somebody who has left, and an account that is not a person. */
const LEFT = 27;
const SERVICE = 29;

/** Departments, offices and the people who hire. */
export function makeOrganisation(now: number, names: Names): Organisation {
  const founded = now - 5 * 365 * DAY_MS;
  const departments = DEPARTMENTS.map(([name, external_id, parent], at) => ({
    ...stamps(4_002_001_003 + at * 1000, founded + at * DAY_MS),
    name,
    parent_id: parent === null ? null : 4_002_001_003 + parent * 1000,
    external_id,
  }));
  const offices = OFFICES.map(([name, location, external_id], at) => ({
    ...stamps(4_003_001_003 + at * 1000, founded + at * DAY_MS),
    name,
    parent_id: null,
    external_id,
    location,
    primary_in_house_contact_user_id: userId(at + 1),
  }));
  const users = Array.from({ length: USERS }, (_, at) => user({ at, founded, names, departments, offices }));
  return { departments, offices, users };
}

interface Hire {
  at: number;
  founded: number;
  names: Names;
  departments: readonly Row[];
  offices: readonly Row[];
}

function user({ at, founded, names, departments, offices }: Hire): Row {
  const draw = new Draw(1, at);
  const pool = draw.pick(names.people);
  const [first, last] = at === 0 ? ['Robin', 'Recruiter'] : [draw.pick(pool.first), draw.pick(pool.last)];
  const isService = at === SERVICE;
  const email = at === 0 ? RECRUITER : isService ? '' : `user.${at}@${DOMAIN}`;
  return {
    ...stamps(userId(at), founded + at * 7 * DAY_MS),
    first_name: isService ? 'Harvest' : first,
    last_name: isService ? 'Service Account' : last,
    name: isService ? 'Harvest Service Account' : `${first} ${last}`,
    primary_email: email,
    job_title: isService ? null : draw.pick(['Recruiter', 'Hiring Manager', 'Talent Partner', 'Coordinator']),
    agency_id: null,
    deactivated: at === LEFT,
    site_admin: at < 2 || isService,
    employee_id: isService || at % 5 === 4 ? null : `E-${String(118 + at)}`,
    linked_candidate_ids: [],
    office_ids: isService ? [] : [draw.pick(offices).id],
    department_ids: isService ? [] : [draw.pick(departments).id],
    interviewer_tags: [],
    emails: email === '' ? [] : [email],
    custom_fields: {},
  };
}

/** The id of the n-th user; the first is the recruiter of the page. */
export function userId(at: number): number {
  return 4_000_510_003 + at * 1000;
}

/** The account that acts where no person does. */
export const SERVICE_USER_ID = userId(SERVICE);

export function stamps(id: number, ms: number): Row {
  return { id, created_at: timeText(ms), updated_at: timeText(ms) };
}
