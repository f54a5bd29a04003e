import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aVersion, anAccess } from '../../testing/index.js';
import { below, followed, targetOf } from './target.js';

const ORIGIN = 'https://api.acme-ats.example';
const access = anAccess(ORIGIN);
const deep = anAccess(`${ORIGIN}/stand-in/api`);

describe('the address of a call', () => {
  it.each([
    ['rooms', '/v3/rooms'],
    ['rooms/7?a=1&a=2&b[]=x', '/v3/rooms/7?a=1&a=2&b[]=x'],
    ['rooms/', '/v3/rooms/'],
    ['rooms/Caf%C3%A9', '/v3/rooms/Caf%C3%A9'],
    ['rooms/100%25', '/v3/rooms/100%25'],
    ['rooms/a:b;c=d', '/v3/rooms/a:b;c=d'],
    ['rooms/...', '/v3/rooms/...'],
    ['rooms?next=https://elsewhere.example/../..//', '/v3/rooms?next=https://elsewhere.example/../..//'],
  ])('%s is below the base path', (target, path) => {
    expect(below(access, target).href).toBe(ORIGIN + path);
    expect(below(deep, target).href).toBe(`${ORIGIN}/stand-in/api${path}`);
  });

  it.each([
    '/rooms',
    '//evil.example/rooms',
    'https://evil.example/',
    '..',
    '../rooms',
    '../../v3/rooms',
    'rooms/..',
    'rooms/../../admin',
    'rooms/./7',
    'rooms/%2e%2e/admin',
    'rooms/.%2E/admin',
    'rooms/%252e%252e/admin',
    'rooms/%25252e%25252e/admin',
    'rooms/..;/admin',
    'rooms/..%3b/admin',
    'rooms%2f..%2fadmin',
    'rooms/%2fetc',
    'rooms/%5c..%5cadmin',
    'rooms\\..\\admin',
    'rooms//7',
    'rooms/%00',
    'rooms/%0d%0aHost:%20evil.example',
    'rooms/\r\nHost: evil.example',
    'rooms/%252f%252e%252e',
    'rooms/%ff',
    'rooms/%c0%ae%c0%ae/admin',
    'rooms/%zz',
    'rooms/é',
    'rooms?a=é',
    'rooms?a=\r\nb',
    'rooms#part',
    `rooms/${'x'.repeat(9_000)}`,
  ])('is never %j', (target) => {
    expect(() => below(access, target)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it('is below the base path, or refused, whatever is asked for', () => {
    const pieces = fc.constantFrom(
      '..',
      '.',
      '/',
      '//',
      '%2e',
      '%2f',
      '%5c',
      '%25',
      '\\',
      ';',
      '@',
      ':',
      '?',
      '#',
      'a',
      ' ',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), (parts) => {
        try {
          const { origin, pathname, username } = below(access, parts.join(''));
          return (
            origin === ORIGIN &&
            pathname.startsWith('/v3/') &&
            username === '' &&
            !/(?:^|\/)\.\.(?:\/|$)/.test(pathname)
          );
        } catch (error) {
          return (error as { code?: string }).code === 'invalid_input';
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('carries a query as it is given, encoded', () => {
    expect(targetOf(access, 'rooms', { 'a b': 'c&d=e', n: 1, yes: true, none: undefined }).search).toBe(
      '?a+b=c%26d%3De&n=1&yes=true',
    );
  });

  it('is at the top where a version has no base path', () => {
    expect(below(anAccess(ORIGIN, { version: aVersion({ basePath: '' }) }), 'rooms').href).toBe(`${ORIGIN}/rooms`);
  });

  it('needs a host', () => {
    expect(() => below(anAccess(ORIGIN, { hosts: {} }), 'rooms')).toThrow("the region has no host 'api'");
  });
});

describe('an address the ATS gives', () => {
  const from = below(access, 'rooms');

  it.each([
    [`${ORIGIN}/v3/rooms?cursor=b#part`, `${ORIGIN}/v3/rooms?cursor=b`],
    ['/v3/rooms?cursor=b', `${ORIGIN}/v3/rooms?cursor=b`],
    ['?cursor=b', `${ORIGIN}/v3/rooms?cursor=b`],
    [`${ORIGIN}:443/v4/rooms`, `${ORIGIN}/v4/rooms`],
  ])('such as %s is followed on the connection’s host', (given, url) => {
    expect(followed(access, given, from)?.href).toBe(url);
  });

  it.each([
    'https://evil.example/v3/rooms',
    '//evil.example/v3/rooms',
    '\\\\evil.example/v3/rooms',
    `${ORIGIN}:8443/v3/rooms`,
    `${ORIGIN}.evil.example/v3/rooms`,
    'https://user@api.acme-ats.example/v3/rooms',
    'http://api.acme-ats.example/v3/rooms',
    'data:text/plain,x',
    '/v3/%2e%2e%2fadmin',
  ])('such as %s is not', (given) => {
    expect(followed(access, given, from)).toBeNull();
  });

  it('stays below the host where that is a part of a server', () => {
    const at = below(deep, 'rooms');

    expect(followed(deep, '../v3/rooms?cursor=b', at)?.href).toBe(`${ORIGIN}/stand-in/api/v3/rooms?cursor=b`);
    expect(followed(deep, `${ORIGIN}/stand-in/apis/v3/rooms`, at)).toBeNull();
    expect(followed(deep, '/stand-in/api/../../v3/rooms', at)).toBeNull();
  });
});
