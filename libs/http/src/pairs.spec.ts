import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HubError } from '#libs/errors';
import { parseFormBody, parsePairs } from './pairs.js';

function refusalOf(text: string): unknown {
  try {
    return parsePairs(text);
  } catch (error) {
    return error;
  }
}

describe('fields of a query string or form', () => {
  it('come back as URLSearchParams wrote them', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((one) => !one.includes('\0'));

    fc.assert(
      fc.property(fc.dictionary(text, text, { noNullPrototype: true }), (fields) => {
        const encoded = new URLSearchParams(fields).toString();

        expect({ ...parsePairs(encoded) }).toEqual(fields);
      }),
    );
  });

  it('of any text are fields or a refusal of the caller, never another error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parsePairs(text);
        } catch (error) {
          expect(error).toBeInstanceOf(HubError);
        }
      }),
    );
  });

  it('may have no value, and empty ones are skipped', () => {
    expect({ ...parsePairs('a&b=&&c=d=e') }).toEqual({ a: '', b: '', c: 'd=e' });
  });

  it('have no prototype', () => {
    expect(parsePairs('toString=1')['toString']).toBe('1');
    expect(Object.getPrototypeOf(parsePairs('__proto__=1'))).toBeNull();
  });

  it.each([
    ['a field twice', 'a=1&%61=2', 'a', 'invalid_input'],
    ['a NUL byte', 'a=%00', 'a', 'invalid_input'],
    ['broken percent-encoding', 'a=%', 'a', 'bad_request'],
    ['broken UTF-8', 'a=%c3%28', 'a', 'bad_request'],
  ])('with %s are refused by name', (_case, text, path, code) => {
    expect(refusalOf(text)).toMatchObject({ code, errors: [{ path }] });
  });

  it('are not too many', () => {
    expect(() => parsePairs('a&'.repeat(1000))).toThrow(HubError);
  });

  it('of a form are read from bytes', () => {
    expect({ ...parseFormBody(Buffer.from('name=Jos%C3%A9+P')) }).toEqual({ name: 'José P' });
    expect(parseFormBody(Buffer.alloc(0))).toBeUndefined();
    expect(() => parseFormBody(Buffer.from([0xff]))).toThrow(HubError);
  });
});
