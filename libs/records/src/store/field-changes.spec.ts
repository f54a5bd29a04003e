import { describe, expect, it } from '@jest/globals';
import { fieldChanges } from './field-changes.js';

describe('the changes between two states', () => {
  it('are those of top-level fields, whatever is within', () => {
    const changes = fieldChanges({ a: { x: [1] }, b: 1, c: null }, { a: { x: [2] }, b: 1, c: 'z' });

    expect(changes).toEqual({ a: { from: { x: [1] }, to: { x: [2] } }, c: { from: null, to: 'z' } });
  });

  it.each([
    ['the order of fields', { a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }],
    ['when the ATS touched it', { remoteUpdatedAt: '2026-01-01' }, { remoteUpdatedAt: '2026-01-02' }],
    [
      'an address that is signed anew',
      { file: { filename: 'a', url: 'https://x?1' } },
      { file: { filename: 'a', url: 'https://x?2' } },
    ],
    ['a field that is new to the hub and empty', {}, { a: null, b: [] }],
    ['a field that is gone and was empty', { a: null }, {}],
  ])('are not %s', (_what, before, after) => {
    expect(fieldChanges(before, after)).toEqual({});
  });

  it('never tell the address of a file', () => {
    const changes = fieldChanges({ file: { filename: 'a', url: '1' } }, { file: { filename: 'b', url: '2' } });

    expect(changes).toEqual({ file: { from: { filename: 'a' }, to: { filename: 'b' } } });
  });

  it.each([
    ['a list that is empty now', { a: [1] }, { a: [] }, { from: [1], to: [] }],
    ['the order of a list', { a: [1, 2] }, { a: [2, 1] }, { from: [1, 2], to: [2, 1] }],
    ['nothing where something was', { a: 1 }, {}, { from: 1, to: null }],
    ['a text instead of a number', { a: 1 }, { a: '1' }, { from: 1, to: '1' }],
  ])('are %s', (_what, before, after, change) => {
    expect(fieldChanges(before, after)).toEqual({ a: change });
  });
});
