import type { SandboxContext, SandboxRequest, SandboxResponse } from '#libs/connector-kit';
import type { ResourceName } from '../data/company-data.js';
import type { Row } from '../data/rows.js';
import { worldOf } from '../data/world.js';
import { meets } from '../faults.js';
import { departmentShape, jobShape, officeShape, postShape, stageShape } from './job-shapes.js';
import { eeocShape, interviewShape, offerShape, poolShape, scorecardShape, userRecord } from './other-shapes.js';
import { type Showing, applicationShape, candidateShape, named, reasonShape } from './people-shapes.js';
import { invalid, noRecord } from './refusal.js';

type Query = Readonly<Record<string, string | undefined>>;

interface List {
  table: ResourceName;
  shape(showing: Showing, row: Row): unknown;
  isShown?(row: Row, query: Query): boolean;
}

const options = (key: string): List => ({
  table: 'custom_field_options',
  shape: (_showing, row) => named(row),
  isShown: (row) => row._custom_field_key === key,
});

/** Every list there is, by its path. */
export const LISTS: Readonly<Record<string, List>> = {
  candidates: { table: 'candidates', shape: candidateShape, isShown: isCandidateAsked },
  applications: { table: 'applications', shape: applicationShape, isShown: isApplicationAsked },
  jobs: { table: 'jobs', shape: jobShape, isShown: (row, { status }) => status === undefined || row.status === status },
  job_posts: { table: 'job_posts', shape: (_showing, row) => postShape(row) },
  job_stages: { table: 'job_interview_stages', shape: (_showing, row) => stageShape(row) },
  departments: { table: 'departments', shape: departmentShape },
  offices: { table: 'offices', shape: (_showing, row) => officeShape(row) },
  users: { table: 'users', shape: userRecord, isShown: (row) => row.primary_email !== '' },
  sources: { table: 'sources', shape: (_showing, row) => named(row, 'type') },
  rejection_reasons: {
    table: 'rejection_reasons',
    shape: (_showing, row) => reasonShape(row),
    isShown: (row, { include_defaults }) => row.id >= 4_000_001_000 || include_defaults === 'true',
  },
  prospect_pools: { table: 'prospect_pools', shape: poolShape },
  scheduled_interviews: { table: 'interviews', shape: interviewShape },
  scorecards: { table: 'scorecards', shape: scorecardShape, isShown: (row) => row.status === 'complete' },
  offers: { table: 'offers', shape: (_showing, row) => offerShape(row) },
  'tags/candidate': { table: 'candidate_tags', shape: (_showing, row) => named(row) },
  eeoc: { table: 'eeoc', shape: (_showing, row) => eeocShape(row) },
  schools: options('school_name'),
  degrees: options('degree'),
  disciplines: options('discipline'),
};

function isCandidateAsked(row: Row, { candidate_ids, email }: Query): boolean {
  const emails = row.email_addresses as { value: string }[];
  if (email !== undefined) return emails.some(({ value }) => value.toLowerCase() === email.toLowerCase());
  return candidate_ids === undefined || candidate_ids.split(',').includes(String(row.id));
}

/** An unknown status finds nothing, and is no error. */
function isApplicationAsked(row: Row, { job_id, status }: Query): boolean {
  const word = row.status === 'in_process' ? 'active' : row.status;
  return (job_id === undefined || String(row.job_id) === job_id) && (status === undefined || word === status);
}

const TIMES: Readonly<Record<string, [field: string, isWithin: (time: number, bound: number) => boolean]>> = {
  created_after: ['created_at', (time, bound) => time >= bound],
  created_before: ['created_at', (time, bound) => time < bound],
  updated_after: ['updated_at', (time, bound) => time >= bound],
  updated_before: ['updated_at', (time, bound) => time <= bound],
  last_activity_after: ['last_activity_at', (time, bound) => time >= bound],
  submitted_after: ['submitted_at', (time, bound) => time >= bound],
};

function isInTime(row: Row, query: Query): boolean {
  return Object.entries(TIMES).every(([name, [field, isWithin]]) => {
    const asked = query[name];
    return asked === undefined || isWithin(Date.parse(String(row[field])), Date.parse(asked));
  });
}

/** One page, by its number, and the addresses of its neighbours. */
export async function listPage(
  path: string,
  request: SandboxRequest,
  context: SandboxContext,
): Promise<SandboxResponse> {
  const { query } = request;
  const { size, page } = readPage(query);
  refuseManyIds(query);
  const list = LISTS[path]!;
  const world = await worldOf(context);
  const all: Row[] = [];
  for (const row of world[list.table].newestFirst()) {
    if (isInTime(row, query) && (list.isShown?.(row, query) ?? true)) all.push(row);
  }
  const rows = all.slice((page - 1) * size, page * size).map((row) => list.shape({ world, context }, row));
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = links({ address: `${context.hub.selfUrl}/api/v1/${path}`, query, page, last });
  const body =
    meets('bad_record', path, context) && rows.length > 0 ? [{ id: { not: 'an id' } }, ...rows.slice(1)] : rows;
  return { status: 200, body, headers: link === '' ? {} : { link } };
}

function readPage({ per_page = '100', page = '1' }: Query) {
  const [size, number] = [Number(per_page), Number(page)];
  if (!Number.isInteger(size) || size < 1 || size > 500) throw invalid('per_page', 'Must be between 1 and 500');
  if (!Number.isInteger(number) || number < 1) throw invalid('page', 'Must be a positive integer');
  return { size, page: number };
}

function refuseManyIds({ candidate_ids }: Query): void {
  if ((candidate_ids?.split(',').length ?? 0) > 50) throw invalid('candidate_ids', 'Must be at most 50');
}

function links({ address, query, page, last }: { address: string; query: Query; page: number; last: number }): string {
  if (last === 1) return '';
  const to = (number: number, rel: string) => {
    const entries = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
    const search = new URLSearchParams([...entries.filter(([name]) => name !== 'page'), ['page', String(number)]]);
    return `<${address}?${search}>; rel="${rel}"`;
  };
  return [
    ...(page < last ? [to(page + 1, 'next')] : []),
    ...(page > 1 ? [to(page - 1, 'prev')] : []),
    ...(query.skip_count === 'true' ? [] : [to(last, 'last')]),
  ].join(', ');
}

/** A single record. */
export async function oneRecord(path: string, id: string, context: SandboxContext): Promise<SandboxResponse> {
  const list = LISTS[path]!;
  const world = await worldOf(context);
  const row = world[list.table].get(Number(id));
  if (!row) throw noRecord();
  return { status: 200, body: list.shape({ world, context }, row) };
}
