import { describe, expect, it } from '@jest/globals';
import { LINK_TYPES, enumValue } from './values.js';

const WORDS = { open: 'OPEN', 'on hold': 'ON_HOLD' } as const;

describe("a word of an ATS's", () => {
  it.each([
    ['open', { value: 'OPEN', raw: 'open' }],
    ['On Hold', { value: 'ON_HOLD', raw: 'On Hold' }],
    ['frozen', { value: 'OTHER', raw: 'frozen' }],
    [' open', { value: 'OTHER', raw: ' open' }],
    ['', { value: 'UNKNOWN', raw: null }],
    [null, { value: 'UNKNOWN', raw: null }],
    [undefined, { value: 'UNKNOWN', raw: null }],
  ])('%p becomes one of ours and is kept', (raw, expected) => {
    expect(enumValue(raw, WORDS)).toEqual(expected);
  });

  it.each(['constructor', '__proto__', 'toString'])('%s is none of ours', (raw) => {
    expect(enumValue(raw, WORDS)).toEqual({ value: 'OTHER', raw });
  });
});

describe('the kinds of links', () => {
  it('are all different', () => {
    expect(new Set(LINK_TYPES).size).toBe(LINK_TYPES.length);
  });
});
