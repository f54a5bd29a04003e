import { applyDecorators } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, ValidateNested } from 'class-validator';
import { type FieldOptions, type Problem, describe, field, rule, whereGiven } from './field.js';
import { isLonger } from './text-length.js';

const MAX_NAME = 255;
const MAX_URL = 2048;
const MAX_TEXT = 10_000;
const MAX_JSON = 65_536;
const MAX_NUMBER = 1_000_000_000_000;
const MAX_ITEMS = 1000;

interface Bounds {
  min?: number;
  max?: number;
}

/** An id: 1 to 255 characters, ours or somebody else's. */
export const IdString = (options: FieldOptions = {}) =>
  field('idString', textProblem(1, MAX_NAME), { type: 'string', minLength: 1, maxLength: MAX_NAME }, options);

/** A name for people: 1 to 255 characters, not only blanks. */
export const Name = (options: FieldOptions = {}) =>
  field('name', nameProblem, { type: 'string', minLength: 1, maxLength: MAX_NAME }, options);

/** Text up to `max` (10,000) characters; may be empty. */
export const Text = ({ max = MAX_TEXT, ...options }: FieldOptions & { max?: number } = {}) =>
  field('text', textProblem(0, max), { type: 'string', maxLength: max }, options);

/** An absolute http or https URL of at most 2,048 characters. Whether the hub may call it is a question for later. */
export const Url = (options: FieldOptions = {}) =>
  field('url', urlProblem, { type: 'string', format: 'uri', maxLength: MAX_URL }, options);

/** One of a fixed set of words. */
export const OneOf = (values: readonly string[], options: FieldOptions = {}) =>
  field('oneOf', wordProblem(values), { type: 'string', enum: [...values] }, options);

/** A whole number; `"1"` is none. */
export const Int = ({ min = -MAX_NUMBER, max = MAX_NUMBER, ...options }: FieldOptions & Bounds = {}) =>
  field('int', numberProblem(true, min, max), { type: 'integer', minimum: min, maximum: max }, options);

/** A finite number; `"1"` is none. */
export const Num = ({ min = -MAX_NUMBER, max = MAX_NUMBER, ...options }: FieldOptions & Bounds = {}) =>
  field('num', numberProblem(false, min, max), { type: 'number', minimum: min, maximum: max }, options);

/** `true` or `false`. */
export const Flag = (options: FieldOptions = {}) =>
  field('flag', (value) => (typeof value === 'boolean' ? null : 'must be true or false'), { type: 'boolean' }, options);

/** A moment: RFC 3339 with a time zone. */
export const Timestamp = (options: FieldOptions = {}) =>
  field('timestamp', timestampProblem, { type: 'string', format: 'date-time' }, options);

/** A free JSON object of at most 64 KB. */
export const JsonObject = (options: FieldOptions = {}) =>
  field('jsonObject', jsonProblem, { type: 'object', additionalProperties: true }, options);

/** A list of strings of 1 to 255 characters; at most `max` (1,000) of them. */
export const StringList = ({ max = MAX_ITEMS, ...options }: FieldOptions & { max?: number } = {}) =>
  field(
    'stringList',
    listProblem(max, textProblem(1, MAX_NAME)),
    { type: 'array', items: { type: 'string', minLength: 1, maxLength: MAX_NAME }, maxItems: max },
    options,
  );

/** A list of words out of a fixed set. */
export const OneOfList = (values: readonly string[], options: FieldOptions = {}) =>
  field(
    'oneOfList',
    listProblem(values.length, wordProblem(values)),
    { type: 'array', items: { type: 'string', enum: [...values] }, maxItems: values.length },
    options,
  );

type DtoClass = new () => object;

// Swagger takes a function for a lazy type only when it is called `type`, hence the arrows below around `dto`.

/** One object, checked by a DTO of its own. */
export const Nested = (dto: () => DtoClass, options: FieldOptions = {}) =>
  applyDecorators(
    describe({ type: () => dto() }, options),
    whereGiven(options),
    Type(dto),
    rule('object', (value) => (isObject(value) ? null : 'must be an object')),
    ValidateNested(),
  );

/** A list of at most `max` (1,000) objects, each checked by a DTO. */
export const NestedList = (
  dto: () => DtoClass,
  { max = MAX_ITEMS, ...options }: FieldOptions & { max?: number } = {},
) =>
  applyDecorators(
    describe({ type: () => dto(), isArray: true, maxItems: max }, options),
    whereGiven(options),
    Type(dto),
    IsArray({ message: 'must be a list' }),
    ArrayMaxSize(max, { message: `must have at most ${max} entries` }),
    ValidateNested({ each: true, message: 'must be an object' }),
  );

/** A whole number in a query string; converted from its digits. */
export const QueryInt = ({ min = 0, max = MAX_NUMBER, ...options }: FieldOptions & Bounds = {}) =>
  applyDecorators(
    Type(() => Number),
    Int({ min, max, ...options }),
  );

/** `true` or `false` in a query string. */
export const QueryFlag = (options: FieldOptions = {}) =>
  applyDecorators(
    Type(() => Boolean),
    Flag(options),
  );

function textProblem(min: number, max: number): Problem {
  const wanted = min === 0 ? `at most ${max} characters` : `${min} to ${max} characters`;
  return (value) => {
    if (typeof value !== 'string') return 'must be a string';
    return value.length < min || isLonger(value, max) ? `must have ${wanted}` : null;
  };
}

function nameProblem(value: unknown): string | null {
  const problem = textProblem(1, MAX_NAME)(value);
  return problem ?? ((value as string).trim() === '' ? 'must not be blank' : null);
}

function urlProblem(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (value.length > MAX_URL) return `must have at most ${MAX_URL} characters`;
  return /^https?:\/\//i.test(value) && URL.canParse(value) ? null : 'must be an http or https URL';
}

function wordProblem(values: readonly string[]): Problem {
  return (value) =>
    typeof value === 'string' && values.includes(value) ? null : `must be one of ${values.join(', ')}`;
}

function numberProblem(whole: boolean, min: number, max: number): Problem {
  return (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      return whole ? 'must be a whole number' : 'must be a number';
    if (whole && !Number.isInteger(value)) return 'must be a whole number';
    return value < min || value > max ? `must be between ${min} and ${max}` : null;
  };
}

const RFC_3339 = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

function timestampProblem(value: unknown): string | null {
  const good =
    typeof value === 'string' && RFC_3339.test(value) && !Number.isNaN(Date.parse(value)) && isDayOfMonth(value);
  return good ? null : 'must be an RFC 3339 time such as 2026-11-21T09:30:00Z';
}

/** Date.parse turns 31 February into March; the calendar does not. PostgreSQL knows no year 0. */
function isDayOfMonth(time: string): boolean {
  const [year, month, day] = [time.slice(0, 4), time.slice(5, 7), time.slice(8, 10)].map(Number) as [
    number,
    number,
    number,
  ];
  return year > 0 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function jsonProblem(value: unknown): string | null {
  if (!isObject(value)) return 'must be an object';
  const text = JSON.stringify(value, refuseOddities);
  if (text.includes(ODDITY)) return 'holds a number that is too large, or a key __proto__';
  return text.length > MAX_JSON ? `must be at most ${MAX_JSON} characters of JSON` : null;
}

/** Marks what would not come back from the database as it went in: cannot occur in clean text, which has no NUL. */
const ODDITY = '\\u0000';

function refuseOddities(key: string, value: unknown): unknown {
  return key === '__proto__' || (typeof value === 'number' && !Number.isFinite(value)) ? '\0' : value;
}

function listProblem(max: number, problem: Problem): Problem {
  return (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    if (value.length > max) return `must have at most ${max} entries`;
    const wrong = value.findIndex((entry) => problem(entry) !== null);
    return wrong < 0 ? null : `entry ${wrong} ${problem(value[wrong]) ?? ''}`;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
