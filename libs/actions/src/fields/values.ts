import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import type { FieldOptions } from '#libs/http';

/** Fields that only writes have, in the manner of the building blocks of `#libs/http`. */

type Problem = (value: unknown) => string | null;

const LONGEST_VALUE = 65_536;
/** What stays of the largest body once it is JSON. */
const LONGEST_CONTENT = 1_048_576;

function writtenField(name: string, problem: Problem, schema: object, options: FieldOptions): PropertyDecorator {
  const { description, example, optional = false } = options;
  return applyDecorators(
    ApiProperty({
      ...schema,
      required: !optional,
      ...(description === undefined ? {} : { description }),
      ...(example === undefined ? {} : { example }),
    }),
    ValidateIf((_dto, value) => !optional || value !== undefined),
    ValidateBy({
      name,
      validator: {
        validate: (value) => value !== undefined && problem(value) === null,
        defaultMessage: (args) =>
          args?.value === undefined ? 'is required' : (problem(args.value) ?? 'is not acceptable'),
      },
    }),
  );
}

/** A day, a month or a year: `2017-07-01`, `2017-07`, `2017`. */
export const Day = (options: FieldOptions) =>
  writtenField('day', dayProblem, { type: 'string', pattern: DAY.source }, options);

/** A day, or a moment with its time zone. */
export const DayOrTime = (options: FieldOptions) =>
  writtenField('dayOrTime', dayOrTimeProblem, { type: 'string', maxLength: 40 }, options);

/** Bytes in base64, the usual alphabet. */
export const Base64 = (options: FieldOptions) =>
  writtenField(
    'base64',
    base64Problem,
    { type: 'string', contentEncoding: 'base64', maxLength: LONGEST_CONTENT },
    options,
  );

/** Any JSON of at most 64 KB; null empties the field. */
export const AnyValue = (options: FieldOptions) => writtenField('anyValue', valueProblem, ANY_VALUE, options);

const ANY_VALUE = {
  oneOf: [
    { type: 'string' },
    { type: 'number' },
    { type: 'boolean' },
    { type: 'array', items: {} },
    { type: 'object', additionalProperties: true },
    { type: 'null' },
  ],
};
const DAY = /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/;
const WHOLE_DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

function dayProblem(value: unknown): string | null {
  const isDay = typeof value === 'string' && DAY.test(value) && isInCalendar(value);
  return isDay ? null : 'must be a date such as 2017-07-01, or 2017-07 or 2017';
}

function dayOrTimeProblem(value: unknown): string | null {
  if (typeof value === 'string' && WHOLE_DAY.test(value) && isInCalendar(value)) return null;
  const day = typeof value === 'string' ? TIME.exec(value)?.[1] : undefined;
  if (day !== undefined && isInCalendar(day) && !Number.isNaN(Date.parse(value as string))) return null;
  return 'must be a date such as 2026-05-01, or an RFC 3339 time such as 2026-05-01T09:00:00Z';
}

/** Date.parse turns 31 February into March; the calendar does not. */
function isInCalendar(day: string): boolean {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const isMonth = month >= 1 && month <= 12;
  return year > 0 && isMonth && date >= 1 && date <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function base64Problem(value: unknown): string | null {
  const isBase64 =
    typeof value === 'string' && value !== '' && value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value);
  if (!isBase64) return 'must be the bytes of the file in base64';
  return value.length > LONGEST_CONTENT ? `must have at most ${LONGEST_CONTENT} characters` : null;
}

function valueProblem(value: unknown): string | null {
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    inner === Infinity || inner === -Infinity ? '\0' : inner,
  );
  if (text.includes('\\u0000')) return 'holds a number that is too large';
  return text.length > LONGEST_VALUE ? `must be at most ${LONGEST_VALUE} characters of JSON` : null;
}
