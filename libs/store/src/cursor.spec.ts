import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HubError } from '#libs/errors';
import { decodeCursor, encodeCursor } from './cursor.js';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function refusal(cursor: string, parts: number): unknown {
  try {
    decodeCursor(cursor, parts);
  } catch (error) {
    return error;
  }
  return null;
}

describe('a cursor', () => {
  it('gives the position back', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (position) => {
        expect(decodeCursor(encodeCursor(...position), position.length)).toEqual(position);
      }),
    );
  });

  it('can stand in a URL as it is', () => {
    expect(encodeCursor('2026-11-21T09:00:00.000Z', 'ÿþ?>~')).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('is the first page when there is none', () => {
    expect(decodeCursor(undefined, 1)).toBeNull();
  });

  it.each([
    ['empty', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['another shape', encoded({ id: 'x' })],
    ['too many parts', encoded(['a', 'b'])],
    ['too few parts', encoded([])],
    ['a number', encoded([1])],
    ['null', encoded([null])],
    ['a NUL byte', encoded(['a\0b'])],
    ['a lone surrogate', Buffer.from('["\\ud800"]').toString('base64url')],
    ['an overlong part', encoded(['x'.repeat(256)])],
  ])('is refused when it is %s', (_what, cursor) => {
    const error = refusal(cursor, 1);

    expect(error).toBeInstanceOf(HubError);
    expect(error).toMatchObject({ code: 'bad_cursor', errors: [{ path: 'cursor' }] });
  });

  it('is accepted or refused, never anything else, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (cursor) => {
        const error = refusal(cursor, 1);
        return error === null || error instanceof HubError;
      }),
    );
  });
});
