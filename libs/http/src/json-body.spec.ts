import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HubError } from '#libs/errors';
import { parseJsonBody } from './json-body.js';

function codeOf(body: string | Buffer): string {
  try {
    parseJsonBody(Buffer.from(body as string));
    return 'accepted';
  } catch (error) {
    return error instanceof HubError ? error.code : String(error);
  }
}

describe('a parsed JSON body', () => {
  it('is what JSON.parse makes of any JSON value', () => {
    const clean = fc.jsonValue({ maxDepth: 8 }).filter((value) => !/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(value)));

    fc.assert(
      fc.property(clean, (value) => {
        const text = JSON.stringify(value);

        expect(parseJsonBody(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('or any bytes at all, is a value or a refusal of the caller, never another error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(['accepted', 'bad_request', 'too_deep', 'invalid_input']).toContain(codeOf(Buffer.from(bytes)));
      }),
    );
  });

  it('has no prototype of the sender’s choosing', () => {
    const body = parseJsonBody(Buffer.from('{"__proto__":{"admin":true}}')) as Record<string, unknown>;

    expect(Object.getPrototypeOf(body)).toBe(Object.prototype);
    expect(body['admin']).toBeUndefined();
    expect(Object.keys(body)).toEqual(['__proto__']);
  });

  it('of no bytes is undefined', () => {
    expect(parseJsonBody(Buffer.alloc(0))).toBeUndefined();
  });

  it('may spell a whole surrogate pair by escapes, and a backslash before u0000', () => {
    expect(parseJsonBody(Buffer.from('"\\ud83d\\ude00"'))).toBe('😀');
    expect(parseJsonBody(Buffer.from('"\\\\u0000"'))).toBe('\\u0000');
  });

  it.each([
    ['half of a surrogate pair', '"\\ud83d"', 'invalid_input'],
    ['a NUL byte', '["\\u0000"]', 'invalid_input'],
    ['a NUL byte in a key', '{"\\u0000":1}', 'invalid_input'],
    ['a raw NUL byte', '"\0"', 'bad_request'],
    ['sixty-five levels', '['.repeat(65) + ']'.repeat(65), 'too_deep'],
    ['sixty-four levels', '['.repeat(64) + ']'.repeat(64), 'accepted'],
    ['a million open brackets', '['.repeat(1_000_000), 'too_deep'],
    ['brackets in a string', `"${'['.repeat(100)}"`, 'accepted'],
    ['brackets after an escaped quote', `"\\"${'['.repeat(100)}"`, 'accepted'],
    ['a string that never ends', '"[[[', 'bad_request'],
  ])('with %s is judged', (_case, body, expected) => {
    expect(codeOf(body)).toBe(expected);
  });

  it('that is refused does not quote what was sent', () => {
    expect(() => parseJsonBody(Buffer.from('{"name":"Jane Doe"'))).toThrow('The body is not valid JSON.');
  });
});
