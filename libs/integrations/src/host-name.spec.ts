import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toHostName } from './host-name.js';

describe('a host name', () => {
  it.each([
    ['app.acme-ats.example', 'app.acme-ats.example'],
    ['APP.Acme-ATS.Example', 'app.acme-ats.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['localhost', 'localhost'],
  ])('is %s', (text, host) => {
    expect(toHostName(text)).toBe(host);
  });

  it.each([
    '',
    '.',
    'a.',
    '*.a.example',
    'a_b.example',
    '127.1',
    '0x7f000001',
    '::1',
    'a/b',
    'a?b',
    'a#b',
    'a\\b',
    'a%2fb',
  ])('is not %j', (text) => {
    expect(toHostName(text)).toBeNull();
  });

  it('always stands for itself in an address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6(), fc.webUrl()), (text) => {
        const host = toHostName(text);

        if (host !== null) expect(new URL(`https://${host}`).host).toBe(host);
      }),
    );
  });
});
