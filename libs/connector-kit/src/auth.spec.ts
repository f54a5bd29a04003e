import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { basicAuthorization, basicKeyAsUser, bearerKey, headerKey } from './auth.js';

const withHeader = (authorization?: string) => ({ headers: { authorization }, query: {} });
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a Basic header with the key as user name', () => {
  const { read } = basicKeyAsUser();

  it('is read as it is written', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x21-\x39\x3b-\x7e]{1,170}$/), (key) => {
        expect(read(withHeader(basicAuthorization(key)))).toBe(key);
      }),
    );
  });

  it.each([`Basic ${base64('key:')}`, `basic   ${base64('key:')}`, `BASIC ${base64('key')}`])('may be %s', (header) => {
    expect(read(withHeader(header))).toBe('key');
  });

  it.each([
    undefined,
    '',
    'Basic',
    'Basic ',
    `Basic ${base64(':')}`,
    `Basic ${base64(':password')}`,
    `Basic ${base64('key:password')}`,
    `Basic ${base64('key::')}`,
    `Bearer ${base64('key:')}`,
    'Basic not base64!',
    `Basic ${base64('key:')} more`,
    `Basic ${base64('a:')}, Basic ${base64('b:')}`,
  ])('holds no key when it is %p', (header) => {
    expect(read(withHeader(header))).toBeNull();
  });
});

describe('other places for a key', () => {
  it('are a bearer token', () => {
    expect(bearerKey().read(withHeader('bearer a.b-c'))).toBe('a.b-c');
    expect(bearerKey().read(withHeader('Bearer a b'))).toBeNull();
    expect(bearerKey().read(withHeader())).toBeNull();
  });

  it('are a header of its own, in whatever case it was declared', () => {
    expect(headerKey('X-Partner-Key').read({ headers: { 'x-partner-key': 'k' }, query: {} })).toBe('k');
    expect(headerKey('X-Partner-Key').read({ headers: {}, query: {} })).toBeNull();
  });
});
