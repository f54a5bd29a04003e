import { describe, expect, it } from '@jest/globals';
import { isPublicHttps } from './public-address.js';

describe('a public https address', () => {
  it.each([
    'https://hub.vendor.com',
    'https://hub.vendor.com:8443/path',
    'https://8.8.8.8',
    'https://[2606:4700::1111]',
  ])('is %s', (url) => {
    expect(isPublicHttps(url)).toBe(true);
  });

  it.each([
    'http://hub.vendor.com',
    'https://localhost:3000',
    'https://hub',
    'https://hub.local',
    'https://127.0.0.1',
    'https://10.1.2.3',
    'https://[::1]',
    'https://[::ffff:10.0.0.1]',
    'https://[fd00::1]',
    'ftp://hub.vendor.com',
    'nonsense',
  ])('is not %s', (url) => {
    expect(isPublicHttps(url)).toBe(false);
  });
});
