import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IsIn, IsOptional } from 'class-validator';
import { HubError } from '#libs/errors';
import {
  Flag,
  IdString,
  Int,
  JsonObject,
  Name,
  Nested,
  NestedList,
  Num,
  OneOf,
  OneOfList,
  QueryFlag,
  QueryInt,
  StringList,
  Text,
  Timestamp,
  Url,
} from './fields.js';
import { InputPipe } from './input.pipe.js';

class InnerDto {
  @Name()
  name!: string;
}

class EveryDto {
  @IdString({ optional: true })
  id?: string;
  @Name({ optional: true })
  name?: string;
  @Text({ optional: true, nullable: true, max: 5 })
  text?: string | null;
  @Url({ optional: true })
  url?: string;
  @OneOf(['A', 'B'], { optional: true })
  word?: string;
  @Int({ optional: true, min: 1 })
  int?: number;
  @Num({ optional: true })
  num?: number;
  @Flag({ optional: true })
  flag?: boolean;
  @Timestamp({ optional: true })
  time?: string;
  @JsonObject({ optional: true })
  json?: object;
  @StringList({ optional: true, max: 2 })
  list?: string[];
  @OneOfList(['A', 'B'], { optional: true })
  words?: string[];
  @Nested(() => InnerDto, { optional: true, nullable: true })
  inner?: InnerDto | null;
  @NestedList(() => InnerDto, { optional: true })
  inners?: InnerDto[];
  @IsOptional()
  @IsIn(['x'])
  plain?: string;
}

class QueryDto {
  @QueryInt({ optional: true })
  number?: number;
  @QueryFlag({ optional: true })
  flag?: boolean;
}

const pipe = new InputPipe();

function check(type: 'body' | 'query', value: unknown): unknown {
  return pipe.transform(value, { type, metatype: type === 'body' ? EveryDto : QueryDto });
}

/** What is wrong with a body, as `path message`. */
function problemsOf(value: unknown, type: 'body' | 'query' = 'body'): string[] {
  try {
    check(type, value);
    return [];
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return error.errors.map(({ path, message }) => `${path} ${message}`);
  }
}

describe('a field', () => {
  it.each<[object, string]>([
    [{ id: '' }, 'id must have 1 to 255 characters'],
    [{ name: '🦊'.repeat(256) }, 'name must have 1 to 255 characters'],
    [{ name: ' \t' }, 'name must not be blank'],
    [{ name: null }, 'name must be a string'],
    [{ text: 'abcdef' }, 'text must have at most 5 characters'],
    [{ url: 'ftp://example.com' }, 'url must be an http or https URL'],
    [{ url: 'https://' }, 'url must be an http or https URL'],
    [{ url: 'javascript:alert(1)' }, 'url must be an http or https URL'],
    [{ url: `https://example.com/${'x'.repeat(2048)}` }, 'url must have at most 2048 characters'],
    [{ word: 'a' }, 'word must be one of A, B'],
    [{ int: 0 }, 'int must be between 1 and 1000000000000'],
    [{ int: true }, 'int must be a whole number'],
    [{ num: '1' }, 'num must be a number'],
    [{ num: Number.NaN }, 'num must be a number'],
    [{ flag: 'true' }, 'flag must be true or false'],
    [{ time: '2026-02-30T00:00:00Z' }, 'time must be an RFC 3339 time such as 2026-11-21T09:30:00Z'],
    [{ time: '2026-11-21' }, 'time must be an RFC 3339 time such as 2026-11-21T09:30:00Z'],
    [{ time: '2026-11-21T25:00:00Z' }, 'time must be an RFC 3339 time such as 2026-11-21T09:30:00Z'],
    [{ time: '0000-01-01T00:00:00Z' }, 'time must be an RFC 3339 time such as 2026-11-21T09:30:00Z'],
    [{ time: 1 }, 'time must be an RFC 3339 time such as 2026-11-21T09:30:00Z'],
    [{ json: [] }, 'json must be an object'],
    [{ list: ['a', 'b', 'c'] }, 'list must have at most 2 entries'],
    [{ list: ['a', 7] }, 'list entry 1 must be a string'],
    [{ words: ['A', 'C'] }, 'words entry 1 must be one of A, B'],
    [{ inner: 'x' }, 'inner must be an object'],
    [{ inner: {} }, 'inner.name is required'],
    [{ inner: { name: 'x', more: 1 } }, 'inner.more is not a known field'],
    [{ inners: [{ name: 'x' }, {}] }, 'inners.1.name is required'],
    [{ plain: 'y' }, 'plain must be one of the following values: x'],
    [{ other: 1 }, 'other is not a known field'],
  ])('of %j is refused in words', (body, problem) => {
    expect(problemsOf(body)).toContain(problem);
  });

  it.each([
    { id: 'x' },
    { id: '𠮷'.repeat(255), text: '🦊🦊🦊🦊🦊' },
    { text: null },
    { inner: null },
    { inner: { name: 'x' } },
    { inners: [{ name: 'x' }] },
    { time: '2026-11-21T09:30:00+05:30' },
    { time: '2024-02-29t23:59:59.123456Z' },
    { url: 'https://例え.jp/試験?a=b' },
    { num: -0.5 },
    { json: { a: [1, { b: null }] } },
    { words: [] },
    { plain: 'x' },
    {},
  ])('of %j is taken', (body) => {
    expect(problemsOf(body)).toEqual([]);
  });

  it('of any JSON at all is taken or refused, never an error of another kind', () => {
    const fields = Object.keys(new EveryDto());

    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...fields), fc.string()), fc.jsonValue()), (body) => {
        expect(Array.isArray(problemsOf(body))).toBe(true);
      }),
    );
  });
});

describe('a query', () => {
  it('has numbers and flags made of text, where they are such text', () => {
    expect(check('query', { number: '12', flag: 'false' })).toEqual({ number: 12, flag: false });
  });

  it.each([{ number: '1e3' }, { number: ' 1' }, { number: '' }, { number: '0x1' }, { flag: '1' }, { flag: '' }])(
    'of %j is refused',
    (query) => {
      expect(problemsOf(query, 'query')).toHaveLength(1);
    },
  );
});

describe('no body', () => {
  it('is an empty one', () => {
    expect(check('body', undefined)).toEqual(new EveryDto());
  });
});
