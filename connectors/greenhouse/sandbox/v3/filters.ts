import type { Row } from '../data/rows.js';
import { unprocessable } from './refusal.js';

const MOST_IDS = 50;
const OPERATORS = ['gte', 'gt', 'lte', 'lt'] as const;
type Operator = (typeof OPERATORS)[number];

/** What a query parameter of a list may be. `field` is the row's. */
export type FilterSpec =
  /** A comma list of at most 50 ids; the row's field is an id or a list of ids. */
  | { kind: 'ids'; field: string }
  /** One id, where the API has a singular filter. */
  | { kind: 'id'; field: string }
  | { kind: 'text'; field: string }
  | { kind: 'texts'; field: string }
  | { kind: 'flag'; field: string }
  /** The filter's word, and the row's word for it. */
  | { kind: 'word'; field: string; words: Readonly<Record<string, string>> }
  /** `refusesBrackets`: only the form with pipes is taken. */
  | { kind: 'time'; field: string; refusesBrackets?: boolean }
  /** Says itself what it means; null is taken and filters nothing. */
  | { kind: 'own'; test(value: string): ((row: Row) => boolean) | null };

export interface Filter {
  name: string;
  /** The values a row may have, where these lead to rows. */
  values: string[];
  test(row: Row): boolean;
  fromMs?: number;
  toMs?: number;
}

export const ids = (field: string): FilterSpec => ({ kind: 'ids', field });
export const flag = (field: string): FilterSpec => ({ kind: 'flag', field });
export const text = (field: string): FilterSpec => ({ kind: 'text', field });
export const words = (field: string, ...list: string[]): FilterSpec => ({
  kind: 'word',
  field,
  words: Object.fromEntries(list.map((word) => [word, word])),
});

/** A filter from its parameter. @throws Refusal 422 for a value that is not of its kind. */
export function toFilter(name: string, spec: FilterSpec, value: string): Filter {
  const simple = (test: (row: Row) => boolean, values: string[] = []): Filter => ({ name, values, test });
  switch (spec.kind) {
    case 'ids':
    case 'id':
      return idFilter(name, spec, value);
    case 'text':
      return simple((row) => row[spec.field] === value, [value]);
    case 'texts': {
      const wanted = new Set(value.split(','));
      return simple((row) => wanted.has(String(row[spec.field])));
    }
    case 'flag': {
      if (value !== 'true' && value !== 'false') throw unprocessable({ [name]: `\`${value}\` is not a boolean` });
      return simple((row) => row[spec.field] === (value === 'true'));
    }
    case 'word': {
      const word = Object.hasOwn(spec.words, value) ? spec.words[value] : undefined;
      const known = Object.keys(spec.words).map((one) => `"${one}"`);
      if (word === undefined)
        throw unprocessable({ [name]: `value \`"${value}"\` is not one of: ${known.join(', ')}` });
      return simple((row) => row[spec.field] === word);
    }
    case 'time':
      return timeFilter(name, spec.field, readPipes(name, value));
    case 'own':
      return simple(spec.test(value) ?? (() => true), [value]);
  }
}

/** A time filter whose operator stands in brackets: `created_at[gte]=…`. */
export function bracketFilter(name: string, field: string, [operator, value]: [string, string]): Filter {
  return timeFilter(name, field, [readBound(name, operator, value)]);
}

function idFilter(name: string, { kind, field }: { kind: 'ids' | 'id'; field: string }, value: string): Filter {
  const values = kind === 'id' ? [value] : value.split(',');
  const strange = values.find((id) => !/^\d{1,15}$/.test(id));
  if (strange !== undefined) throw unprocessable({ [name]: `\`${strange}\` is not an integer` });
  if (values.length > MOST_IDS) throw unprocessable({ [name]: `array size is greater than: ${MOST_IDS}` });
  const wanted = new Set(values.map(Number));
  const test = (row: Row): boolean => {
    const has = row[field];
    return Array.isArray(has) ? has.some((id) => wanted.has(id as number)) : wanted.has(has as number);
  };
  return { name, values, test };
}

interface Bound {
  operator: Operator;
  ms: number;
}

/** `gte|A`, `gte|A|lte|B`, or a bare time, which is an exact match. */
function readPipes(name: string, value: string): Bound[] {
  const parts = value.split('|');
  if (parts.length % 2 === 1)
    throw unprocessable({ [name]: `\`${value}\` has no operator: use gte|, gt|, lte| or lt|` });
  return Array.from({ length: parts.length / 2 }, (_, at) => readBound(name, parts[at * 2]!, parts[at * 2 + 1]!));
}

function readBound(name: string, operator: string, value: string): Bound {
  if (!(OPERATORS as readonly string[]).includes(operator)) {
    throw unprocessable({ [name]: `\`${operator}\` is not an operator: use gte, gt, lte or lt` });
  }
  const ms = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(ms)) throw unprocessable({ [name]: `\`${value}\` is not a date-time` });
  return { operator: operator as Operator, ms };
}

function timeFilter(name: string, field: string, bounds: readonly Bound[]): Filter {
  const test = (row: Row): boolean => {
    const time = row[field];
    if (typeof time !== 'string') return false;
    const ms = Date.parse(time);
    return bounds.every(({ operator, ms: bound }) => compare(operator, ms, bound));
  };
  const lower = bounds.filter(({ operator }) => operator.startsWith('g')).map(({ ms }) => ms);
  const upper = bounds.filter(({ operator }) => operator.startsWith('l')).map(({ ms }) => ms);
  return { name, values: [], test, fromMs: Math.max(-Infinity, ...lower), toMs: Math.min(Infinity, ...upper) };
}

function compare(operator: Operator, time: number, bound: number): boolean {
  if (operator === 'gte') return time >= bound;
  if (operator === 'gt') return time > bound;
  return operator === 'lte' ? time <= bound : time < bound;
}
