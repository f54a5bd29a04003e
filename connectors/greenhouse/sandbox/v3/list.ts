import type { SandboxContext, SandboxRequest, SandboxResponse } from '#libs/connector-kit';
import type { ResourceName } from '../data/company-data.js';
import type { Row } from '../data/rows.js';
import type { Plan, Table } from '../data/table.js';
import { worldOf } from '../data/world.js';
import { meets } from '../faults.js';
import { readCursor, writeCursor } from './cursor.js';
import { type Filter, bracketFilter, toFilter } from './filters.js';
import { presented } from './present.js';
import { unprocessable } from './refusal.js';
import { RESOURCES, type Resource } from './resources.js';

const DEFAULT_SIZE = 100;
const MOST_ROWS = 500;
const MOST_FIELDS = 50;
/** Others get their turn after so many rows were looked at. */
const BREATH_ROWS = 5000;

interface Asked {
  size: number;
  fields: ReadonlySet<string> | null;
  filters: Filter[];
  /** Names of all parameters, and `name=value` of each. */
  parameters: ReadonlySet<string>;
}

type Query = Readonly<Record<string, string>>;

/** One page of a list: a bare array, newest id first, with the address of the next in a header. */
export async function listRows(
  name: ResourceName,
  request: SandboxRequest,
  context: SandboxContext,
): Promise<SandboxResponse> {
  const given = Object.fromEntries(Object.entries(request.query)) as Query;
  const { query, below } = whereToGoOn(name, given, context);
  const asked = readQuery(RESOURCES[name], query);
  const { [name]: table } = await worldOf(context);
  const { rows, isMore } = await page({ table, asked, below, resource: RESOURCES[name] }, context);
  const goesOnBelow = meets('repeated_page', name, context) ? below : rows.at(-1)?.id;
  const cursor = isMore ? writeCursor({ list: name, query, below: goesOnBelow ?? null }) : null;
  const next = `<${context.hub.selfUrl}/api/v3/${name}?cursor=${cursor}>; rel="next"`;
  const shown = rows.map((row) => trimmed(presented(name, row, context), asked.fields));
  return {
    status: 200,
    body: spoilt(shown, name, context),
    headers: cursor === null ? {} : { link: next },
  };
}

/** What a fault makes of a good page. */
function spoilt(rows: readonly Row[], name: string, context: SandboxContext): unknown[] {
  const whole = meets('private_link', name, context) ? withPrivateLink(rows) : rows;
  const kept = meets('shrunk_page', name, context) ? whole.slice(0, Math.floor(whole.length / 2)) : whole;
  if (kept.length === 0 || !meets('bad_record', name, context)) return [...kept];
  return [{ ...kept[0], created_at: 7, id: { not: 'an id' } }, ...kept.slice(1)];
}

/** Where clouds keep the keys of their machines. */
function withPrivateLink(rows: readonly Row[]): Row[] {
  const at = rows.findIndex(({ type }) => type === 'resume');
  return rows.map((row, place) => (place === at ? { ...row, url: 'https://169.254.169.254/latest/cv.pdf' } : row));
}

/** A cursor comes alone, and carries what was asked at first. */
function whereToGoOn(name: string, given: Query, context: SandboxContext): { query: Query; below: number | undefined } {
  const { cursor, ...others } = given;
  if (cursor === undefined) return { query: given, below: undefined };
  if (Object.keys(others).length > 0) {
    throw unprocessable('When passing a cursor, do not include other query params.');
  }
  if (meets('expired_cursor', name, context)) throw unprocessable('Invalid cursor.');
  const { query, below } = readCursor(cursor, name);
  return { query, below: below ?? undefined };
}

function readQuery({ filters: specs }: Resource, query: Query): Asked {
  const { per_page, fields, ...others } = query;
  const filters: Filter[] = [];
  for (const [parameter, value] of Object.entries(others)) {
    const [, name = parameter, operator] = /^(\w+)\[(\w+)\]$/.exec(parameter) ?? [];
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    const isTime = spec?.kind === 'time';
    const isTaken = spec && (operator === undefined || (isTime && !spec.refusesBrackets));
    if (!isTaken) throw unprocessable(`Invalid query params: ${parameter}`);
    filters.push(
      operator !== undefined && isTime
        ? bracketFilter(name, spec.field, [operator, value])
        : toFilter(name, spec, value),
    );
  }
  if (['created_at', 'updated_at'].every((name) => filters.some((filter) => filter.name === name))) {
    throw unprocessable('created_at and updated_at may not be used together.');
  }
  return {
    size: readSize(per_page),
    fields: readFields(fields),
    filters,
    parameters: new Set(Object.entries(query).flatMap(([name, value]) => [name, `${name}=${value}`])),
  };
}

function readSize(value: string | undefined): number {
  if (value === undefined) return DEFAULT_SIZE;
  if (!/^\d{1,9}$/.test(value)) throw unprocessable({ per_page: `\`${value}\` is not an integer` });
  const size = Number(value);
  if (size > MOST_ROWS) throw unprocessable({ per_page: `\`${size}\` number is greater than: ${MOST_ROWS}` });
  if (size < 1) throw unprocessable({ per_page: `\`${size}\` number is less than: 1` });
  return size;
}

function readFields(value: string | undefined): ReadonlySet<string> | null {
  if (value === undefined) return null;
  const names = value.split(',');
  if (names.length > MOST_FIELDS) throw unprocessable({ fields: `array size is greater than: ${MOST_FIELDS}` });
  return new Set(names);
}

interface Wanted {
  table: Table;
  resource: Resource;
  asked: Asked;
  below: number | undefined;
}

async function page(wanted: Wanted, context: SandboxContext): Promise<{ rows: Row[]; isMore: boolean }> {
  const { table, asked, resource } = wanted;
  const rows: Row[] = [];
  let seen = 0;
  for (const row of table.newestFirst(planOf(wanted))) {
    if (++seen % BREATH_ROWS === 0) await context.pause(0);
    if (resource.isHidden?.(row, asked.parameters) || !asked.filters.every(({ test }) => test(row))) continue;
    if (rows.length === asked.size) return { rows, isMore: true };
    rows.push(row);
  }
  return { rows, isMore: false };
}

/** The shortest way to the rows that can be meant. */
function planOf({ table, asked: { filters }, below }: Wanted): Plan {
  const fromMs = Math.max(-Infinity, ...filters.map((filter) => filter.fromMs ?? -Infinity));
  const toMs = Math.min(Infinity, ...filters.map((filter) => filter.toMs ?? Infinity));
  for (const { name, values } of filters) {
    const ranks = values.length === 0 ? null : ranksOf(table, name, values);
    if (ranks) return { below, ranks, fromMs, toMs };
  }
  return { below, fromMs, toMs };
}

function ranksOf(table: Table, name: string, values: readonly string[]): number[] | null {
  const all = values.map((value) => table.ranksOf(name, value));
  const known = all.filter((ranks) => ranks !== null);
  return known.length < all.length ? null : [...new Set(known.flat())].toSorted((a, b) => a - b);
}

function trimmed(row: Row, fields: ReadonlySet<string> | null): Row {
  if (!fields) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => fields.has(name))) as Row;
}
