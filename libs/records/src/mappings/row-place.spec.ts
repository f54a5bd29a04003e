import { describe, expect, it } from '@jest/globals';
import type { RowPlace } from '#libs/connector-kit';
import { assertOnePlace, findPlace } from './row-place.js';

const candidates = { model: 'candidates', input: 'candidate.customFields' } as const;
const PLACES: RowPlace[] = [
  { ...candidates, at: "$.custom_fields['{key}'].value" },
  { ...candidates, at: "$.answers[?@.question == '{key}'].text" },
  { ...candidates, at: '$.time_zone', input: 'candidate.otherFields', key: 'zone' },
];

const refusalOf = (path: string): string | null => {
  try {
    assertOnePlace(path);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a path that is to be written to', () => {
  it.each(['$.a', "$['a'].b['c d']", "$.a[?@.b == 'x'].c", '$.a[?@[\'b\'] == "x"]'])('names one place: %s', (path) => {
    expect(refusalOf(path)).toBeNull();
  });

  it.each([
    ['$', /whole row/],
    ['$..a', /every depth/],
    ['$.a..[?@.b == "x"]', /every depth/],
    ['$.*', /all elements/],
    ['$.a[*].b', /all elements/],
    ['$.a[0:2]', /slice/],
    ['$.a[0]', /counts/],
    ['$.a[-1].b', /counts/],
    ["$['a','b']", /several things/],
    ["$.a[?@.b == 'x', ?@.b == 'y']", /several things/],
    ['$.a[?@.b]', /filter/],
    ['$.a[?@.b == 1]', /filter/],
    ["$.a[?@.b != 'x']", /filter/],
    ["$.a[?@.b == 'x' || @.c == 'y']", /filter/],
    ["$.a[?!(@.b == 'x')]", /filter/],
    ["$.a[?@ == 'x']", /filter/],
    ["$.a[?@.b.c == 'x']", /filter/],
    ["$.a[?@[0] == 'x']", /filter/],
    ["$.a[?$.b == 'x']", /filter/],
    ['$.a[?@.b == @.c]', /filter/],
    ["$.a[?length(@.b) == 'x']", /filter/],
  ])('is refused when it does not: %s', (path, why) => {
    expect(refusalOf(path)).toMatch(why);
  });
});

describe('the place of a path', () => {
  const found = (path: string) => {
    const place = findPlace(path, PLACES);
    return place && [PLACES.indexOf(place.place), place.key, place.isListed];
  };

  it.each([
    ['$.custom_fields.notice_period.value', 0, 'notice_period', false],
    ["$['custom_fields']['a \\'b\\' .c']['value']", 0, "a 'b' .c", false],
    ["$.answers[?@.question == 'Shoe size'].text", 1, 'Shoe size', true],
    ['$["answers"][?(@["question"]=="Shoe size")].text', 1, 'Shoe size', true],
    ['$.time_zone', 2, 'zone', false],
  ])('is found with its key, however it is written: %s', (path, at, key, isListed) => {
    expect(found(path)).toEqual([at, key, isListed]);
  });

  it.each([
    '$.custom_fields.notice_period',
    '$.custom_fields.notice_period.name',
    '$.custom_fields.a.b.value',
    "$.custom_fields[?@.name == 'x'].value",
    "$.answers[?@.text == 'x'].text",
    '$.answers.question.text',
    '$.time_zones',
    '$.custom_fields.*.value',
    '$..time_zone',
  ])('is none for anything else: %s', (path) => {
    expect(found(path)).toBeNull();
  });
});
