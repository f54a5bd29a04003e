import { jobId } from './jobs.js';
import { stamps } from './organisation.js';
import type { Row } from './rows.js';

const DAY_MS = 86_400_000;

/** The short lists an administrator keeps. */
export interface Lists {
  sources: Row[];
  referrers: Row[];
  reasons: Row[];
  /** Greenhouse's own, that every organisation has besides. */
  defaultReasons: Row[];
  pools: Row[];
  poolStages: Row[];
  tags: Row[];
  customFields: Row[];
  options: Row[];
  emailTemplates: Row[];
  closeReasons: Row[];
}

const SOURCES: [name: string, type: string][] = [
  ['Company careers page', 'Company marketing'],
  ['LinkedIn', 'Social media'],
  ['Referral', 'Referral'],
  ['Job fair', 'Attend event'],
  ['Agency: Finch & Partner', 'Agencies'],
  ['Greenhouse Sourcing', 'Prospecting'],
];
const US = { id: 1, key: 'WE_REJECTED_THEM', name: 'We rejected them' };
const THEM = { id: 2, key: 'THEY_REJECTED_US', name: 'They rejected us' };
const NONE = { id: 3, key: 'NONE_SPECIFIED', name: 'None specified' };
const REASONS: [name: string, type: typeof US][] = [
  ['Test result below bar', US],
  ['Too little experience', US],
  ['Position closed', US],
  ['Took another offer', THEM],
  ['Salary', THEM],
  ['Other', NONE],
];
export const TAGS = ['referral-2026', 'assessed', 'relocation', 'boomerang', 'top 10 %', '再応募'];
const FIELDS: [key: string, name: string, fieldType: string, valueType: string][] = [
  ['desired_salary', 'Desired salary', 'candidate', 'short_text'],
  ['notice_period', 'Notice period', 'application', 'single_select'],
  ['assessment_score', 'Assessment score', 'application', 'number'],
  ['employment_type', 'Employment type', 'job', 'single_select'],
  ['salary_range', 'Salary range', 'job', 'currency_range'],
  ['base_salary', 'Base salary', 'offer', 'currency'],
  ['would_reconsider', 'Would reconsider', 'rejection_question', 'boolean'],
  ['school_name', 'School', 'standard', 'single_select'],
  ['degree', 'Degree', 'standard', 'single_select'],
  ['discipline', 'Discipline', 'standard', 'single_select'],
];
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  notice_period: ['None', '1 month', '3 months'],
  employment_type: ['Full-time', 'Part-time'],
  school_name: ['Example University', 'Universität Beispielstadt', '例示大学', 'Northern Polytechnic', 'Other'],
  degree: ["Bachelor's Degree", "Master's Degree", 'Doctor of Philosophy (Ph.D.)', 'High School'],
  discipline: ['Physics', 'Computer Science', 'Psychology', 'Business', 'Mathematics'],
};

export const sourceId = (at: number) => 4_000_077_003 + at * 1000;
export const reasonId = (at: number) => 4_000_021_003 + at * 1000;
export const poolId = (at: number) => 4_000_031_003 + at * 1000;
export const poolStageId = (pool: number, at: number) => 4_000_232_003 + (pool * 3 + at) * 1000;
export const tagId = (at: number) => 4_000_061_003 + at * 1000;
export const fieldId = (at: number) => 4_000_900_003 + at * 1000;
export const REASON_COUNT = REASONS.length;
export const SOURCE_COUNT = SOURCES.length;

export function makeLists(now: number, users: readonly Row[]): Lists {
  const since = now - 4 * 365 * DAY_MS;
  const row: MakeRow = (id, at) => stamps(id, since + at * DAY_MS);
  const named = (names: readonly string[], id: (at: number) => number) =>
    names.map((name, at) => ({ ...row(id(at), at), name }));
  return {
    ...sourcesAndReasons(row),
    ...poolsOf(row),
    ...customFields(row),
    referrers: users.slice(0, 6).map((user, at) => ({
      ...row(4_000_081_003 + at * 1000, at),
      user_id: at === 5 ? null : user.id,
      name: at === 5 ? 'A friend of the house' : user.name,
    })),
    tags: named(TAGS, tagId),
    emailTemplates: named(['Thank you, but no', 'We chose somebody else'], (at) => 4_000_041_003 + at * 1000),
    closeReasons: named(['Hired', 'Not filling'], (at) => 4_000_051_003 + at * 1000),
  };
}

type MakeRow = (id: number, at: number) => Row;

function sourcesAndReasons(row: MakeRow): Pick<Lists, 'sources' | 'reasons' | 'defaultReasons'> {
  const security = { id: 4, key: 'SECURITY_CONCERN', name: 'Security concern' };
  return {
    sources: SOURCES.map(([name, type], at) => ({ ...row(sourceId(at), at), name, type: { id: at + 1, name: type } })),
    reasons: REASONS.map(([name, type], at) => ({ ...row(reasonId(at), at), name, type })),
    defaultReasons: [
      { ...row(4_000_000_101, 0), name: 'Lacking skill(s)/qualification(s)', type: US },
      { ...row(4_000_000_102, 0), name: 'Spam', type: security },
    ],
  };
}

function poolsOf(row: MakeRow): Pick<Lists, 'pools' | 'poolStages'> {
  return {
    pools: ['Cold outreach', 'University days'].map((name, at) => ({
      ...row(poolId(at), at),
      ...{ name, active: true, description: at === 0 ? 'People we have written to' : null },
      ...{ department_ids: [], office_ids: [], job_ids: [jobId(at)] },
    })),
    poolStages: [0, 1].flatMap((pool) =>
      ['Not contacted', 'Contacted', 'In conversation'].map((name, at) => ({
        ...row(poolStageId(pool, at), at),
        ...{ prospect_pool_id: poolId(pool), name, sort_order: at },
      })),
    ),
  };
}

function customFields(row: MakeRow): Pick<Lists, 'customFields' | 'options'> {
  return {
    customFields: FIELDS.map(([name_key, name, field_type, value_type], at) => ({
      ...row(fieldId(at), at),
      ...{ field_type, sort_order: at, name, value_type, name_key, active: true },
      ...{ private: false, required: false, require_approval: false, trigger_new_version: false, api_only: false },
      ...{ updated_by_id: null, internal_type: null, expose_in_job_board_api: false, placeholder: null },
      ...{ description: null, application_type: null, use_for_job_approvals: false, use_for_offer_approvals: false },
      ...{ template_token_string: null, default_value: null },
    })),
    options: FIELDS.flatMap(([key], field) =>
      (OPTIONS[key] ?? []).map((name, at) => ({
        ...row(optionId(field, at), at),
        ...{ custom_field_id: fieldId(field), _custom_field_key: key },
        ...{ name, external_id: null, sort_order: at, active: true },
      })),
    ),
  };
}

function optionId(field: number, at: number): number {
  return 4_050_101_003 + (field * 20 + at) * 1000;
}

/** The id of the n-th option of a field. */
export function optionOf(key: string, at: number): number {
  const field = FIELDS.findIndex(([name]) => name === key);
  return optionId(field, at % (OPTIONS[key]?.length ?? 1));
}

/** What an option is called, by its id. */
export function optionName(key: string, at: number): string {
  const names = OPTIONS[key] ?? [''];
  return names[at % names.length]!;
}
