import { describe, expect, it } from '@jest/globals';
import { BadPath, parseJsonPath } from './json-path.js';

const row = {
  id: 7,
  name: 'Imani',
  custom_fields: { notice_period: { name: 'Notice period', value: '3 months' }, visa: { name: 'Visa', value: null } },
  tags: ['a', 'b', 'c'],
};

const at = (path: string, data: unknown = row) => parseJsonPath(path).evaluate(data);

function refusalOf(path: string): [string, number | null] {
  try {
    parseJsonPath(path);
  } catch (error) {
    if (error instanceof BadPath) return [error.message, error.position];
    throw error;
  }
  throw new Error('was taken');
}

describe('a JSONPath', () => {
  it('that can lead to one place gives the value there, or null', () => {
    expect(at('$.custom_fields.notice_period.value')).toBe('3 months');
    expect(at('$["tags"][-1]')).toBe('c');
    expect(at('$.custom_fields.visa.value')).toBeNull();
    expect(at('$.nothing.there')).toBeNull();
  });

  it('that can lead to several gives a list', () => {
    expect(at('$.tags[0:2]')).toEqual(['a', 'b']);
    expect(at('$.custom_fields[?@.name == "Notice period"].value')).toEqual(['3 months']);
    expect(at('$..name')).toEqual(['Imani', 'Notice period', 'Visa']);
    expect(at('$.nothing.*')).toEqual([]);
    expect(at('$.custom_fields[?length(@.name) > 4].name')).toEqual(['Notice period']);
  });

  it.each([
    ['', 1],
    ['tags', 1],
    ['$.tags[', 8],
    ['$.tags[?(@.a ==)]', 16],
    ['$..', 4],
    ['$[?match(@.a, "(a+)+$")]', 4],
    ['$[?search(@.a, "x")]', 4],
  ])('that is none is refused with the place: %s', (path, position) => {
    const [message, found] = refusalOf(path);

    expect([typeof message, found]).toEqual(['string', position]);
  });

  it('is at most 500 characters long', () => {
    expect(refusalOf(`$.${'a'.repeat(500)}`)).toEqual(['must have at most 500 characters', null]);
  });
});

describe('what a JSONPath finds', () => {
  it('is cut', () => {
    expect(at('$.a', { a: 'x'.repeat(20_000) })).toHaveLength(10_000);
    expect(at('$.a', { a: ['x'.repeat(20_000)] })).toBeNull();
    expect(at('$.a[*]', { a: Array.from({ length: 1_000 }, (_, n) => n) })).toHaveLength(100);
    const long = at('$.a[*]', { a: Array.from({ length: 50 }, () => 'x'.repeat(1_000)) }) as string[];
    expect(long).toHaveLength(9);
  });

  const wide = { list: Array.from({ length: 50_000 }, (_, n) => ({ n })) };
  const many = { list: Array.from({ length: 300 }, (_, n) => ({ n, inner: [{ n }] })) };
  const object = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`k${n}`, n]));
  const deep = JSON.parse('{"a":'.repeat(60) + '1' + '}'.repeat(60)) as unknown;

  it.each([
    ['$..*', wide],
    ['$.*', object],
    ['$..[?@..[?@..n]]', many],
    ['$.list[?@ == $]', many],
    ['$.list[?$.list == $.list]', many],
    ['$.list[?count($..*) > 1]', many],
    ['$..[?length($.text) > 1]', { text: 'x'.repeat(1_900_000), list: many.list }],
    [`$${'..*'.repeat(120)}`, deep],
    [`$..[${'*,'.repeat(200)}*]`, many],
  ])('is null, soon, when it takes too long: %s', (path, data) => {
    expect(at(path, data)).toBeNull();
  });
});
