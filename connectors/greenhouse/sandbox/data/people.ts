import { CANDIDATES, type Candidate, FIRST_ID } from '../company.js';
import type { Courses } from './course.js';
import { Draw } from './draw.js';
import { TAGS, optionOf, tagId } from './lists.js';
import type { Names } from './names.js';
import { type Invented, type Row, ids, ranks, timeText } from './rows.js';

const DESK = CANDIDATES.length;
const DESK_STEP = 1009;
const STEP = 71;
const EDUCATIONS = 2;
const EMPLOYMENTS = 2;
const TAGS_EACH = 2;

type People = Pick<Invented, 'size' | 'idAt' | 'rankOf'>;

/** Candidates: the page's own have the highest ids, those invented for the crowd lie below. */
export function peopleIds(size: number): People {
  const crowd = ids(FIRST_ID - STEP, STEP, size - DESK);
  const desk = ids(FIRST_ID + (DESK - 1) * DESK_STEP, DESK_STEP, DESK);
  return {
    size,
    idAt: (rank) => (rank < DESK ? desk.idAt(rank) : crowd.idAt(rank - DESK)),
    rankOf: (id) => {
      if (id >= FIRST_ID) return desk.rankOf(id);
      const rank = crowd.rankOf(id);
      return rank === null ? null : rank + DESK;
    },
  };
}

/** Candidates and what belongs to them. */
export function makePeople(courses: Courses, names: Names) {
  const people = peopleIds(courses.candidates);
  const slots = { people, courses };
  return {
    candidates: {
      ...people,
      since: (rank: number) => courses.since(rank),
      row: (rank: number) => candidateRow(rank, people.idAt(rank), { courses, names }),
      of: { email: (email: string) => ranksOfEmail(email, people.size) },
    },
    candidate_educations: perCandidate({ ...slots, first: 4_255_001_003, each: EDUCATIONS, row: education }),
    candidate_employments: perCandidate({
      ...slots,
      first: 4_356_001_003,
      each: EMPLOYMENTS,
      row: (of) => employment(of, names),
    }),
    applied_candidate_tags: perCandidate({ ...slots, first: 4_457_001_003, each: TAGS_EACH, row: appliedTag }),
  } satisfies Record<string, Invented>;
}

interface Made {
  courses: Courses;
  names: Names;
}

function candidateRow(rank: number, id: number, { courses, names }: Made): Row {
  const draw = new Draw(4, rank);
  const desk = rank < DESK ? CANDIDATES[DESK - 1 - rank] : undefined;
  const person = desk ? fromDesk(desk) : invented(rank, draw, names);
  const last = timeText(courses.lastMs(rank));
  const isEmployed = draw.chance(0.8);
  return {
    id,
    created_at: timeText(courses.since(rank)),
    updated_at: last,
    ...person,
    company: isEmployed ? draw.pick(names.companies) : null,
    title: isEmployed ? draw.pick(['Engineer', 'Analyst', 'Manager', 'Consultant', 'Team lead']) : null,
    last_activity_at: last,
    private: draw.chance(0.02),
    can_email: !draw.chance(0.05),
    time_zone: draw.chance(0.2) ? 'Europe/London' : null,
    tags: tagsOf(rank).map((at) => TAGS[at]!),
    linked_user_ids: [],
    addresses: draw.chance(0.4)
      ? [{ value: `${draw.pick(names.streets)}\n${draw.pick(names.cities)}`, type: 'home' }]
      : [],
    website_addresses: draw.chance(0.3) ? [{ value: `https://portfolio.example/${id}`, type: 'portfolio' }] : [],
    social_media_addresses: draw.chance(0.6) ? [{ value: `https://www.linkedin.com/in/sandbox-${id}` }] : [],
    custom_fields: {
      desired_salary: { name: 'Desired salary', type: 'short_text', value: draw.chance(0.5) ? '70k' : null },
    },
  };
}

function fromDesk({ firstName, lastName, preferredName, email, phone }: Candidate) {
  return {
    first_name: firstName,
    last_name: lastName,
    preferred_name: preferredName,
    phone_numbers: phone === null ? [] : [{ value: phone, type: 'mobile' }],
    email_addresses: [{ value: email, type: 'personal' }],
  };
}

function invented(rank: number, draw: Draw, names: Names) {
  const pool = draw.pick(names.people);
  const first_name = draw.pick(pool.first);
  const hasPhone = draw.chance(0.7);
  const emails = [{ value: `candidate.${rank}@example.org`, type: 'personal' }];
  if (draw.chance(0.1)) emails.push({ value: `work.${rank}@example.com`, type: 'work' });
  return {
    first_name,
    last_name: draw.pick(pool.last),
    preferred_name: draw.chance(0.1) ? first_name.slice(0, 3) : null,
    phone_numbers: hasPhone
      ? [{ value: `+44 20 7946 ${String(draw.below(10_000)).padStart(4, '0')}`, type: 'mobile' }]
      : [],
    email_addresses: emails,
  };
}

/** An invented address tells whose it is. */
function ranksOfEmail(asked: string, size: number): number[] {
  const email = asked.toLowerCase();
  const rank = Number(/^(?:candidate|work)\.(\d{1,9})@example\.(?:org|com)$/.exec(email)?.[1] ?? -1);
  const desk = CANDIDATES.findIndex((candidate) => candidate.email === email);
  if (desk >= 0) return [DESK - 1 - desk];
  return rank >= DESK && rank < size ? [rank] : [];
}

function tagsOf(candidate: number): number[] {
  const draw = new Draw(5, candidate);
  const tags = Array.from({ length: TAGS_EACH }, () => (draw.chance(0.3) ? draw.below(TAGS.length) : -1));
  return [...new Set(tags)].filter((at) => at >= 0);
}

interface OfCandidate {
  rank: number;
  candidate: number;
  /** Which of the candidate's, from 0. */
  slot: number;
  base: { id: number; created_at: string; updated_at: string; candidate_id: number };
}

interface PerCandidate {
  people: People;
  courses: Courses;
  first: number;
  each: number;
  row(of: OfCandidate): Row | null;
}

/** Rows of which every candidate has at most `each`. */
function perCandidate({ people, courses, first, each, row }: PerCandidate): Invented {
  const own = ids(first, 7, people.size * each);
  return {
    ...own,
    since: (rank) => courses.since(Math.floor(rank / each)),
    row: (rank) => {
      const candidate = Math.floor(rank / each);
      const at = timeText(courses.since(candidate));
      const base = { id: own.idAt(rank), created_at: at, updated_at: at, candidate_id: people.idAt(candidate) };
      return row({ rank, candidate, slot: rank % each, base });
    },
    of: {
      candidate_ids: (value) => {
        const candidate = people.rankOf(Number(value));
        return candidate === null ? [] : ranks(candidate * each, each);
      },
    },
  };
}

function education({ rank, slot, base }: OfCandidate): Row | null {
  const draw = new Draw(6, rank);
  if (!draw.chance(slot === 0 ? 0.75 : 0.25)) return null;
  const year = 1995 + draw.below(25);
  return {
    ...base,
    school_name_custom_field_option_id: optionOf('school_name', draw.below(5)),
    degree_custom_field_option_id: draw.chance(0.9) ? optionOf('degree', draw.below(4)) : null,
    discipline_custom_field_option_id: draw.chance(0.8) ? optionOf('discipline', draw.below(5)) : null,
    start_at: `${year}-09-01T00:00:00.000Z`,
    end_at: `${year + 3}-06-30T00:00:00.000Z`,
    latest: slot === 0,
    ...{ start_date_month: 9, start_date_year: year, end_date_month: 6, end_date_year: year + 3 },
  };
}

function employment({ rank, slot, base }: OfCandidate, names: Names): Row | null {
  const draw = new Draw(7, rank);
  if (!draw.chance(slot === 0 ? 0.8 : 0.5)) return null;
  const year = 2010 + draw.below(12);
  return {
    ...base,
    company_name: draw.pick(names.companies),
    title: draw.pick(['Engineer', 'Analyst', 'Manager', 'Intern', 'Consultant']),
    start_date: `${year}-07-01T00:00:00.000Z`,
    end_date: slot === 0 ? null : `${year + 2}-01-31T00:00:00.000Z`,
    latest: slot === 0,
  };
}

function appliedTag({ candidate, slot, base }: OfCandidate): Row | null {
  const tag = tagsOf(candidate)[slot];
  return tag === undefined ? null : { ...base, candidate_tag_id: tagId(tag) };
}
