import { describe, expect, it } from '@jest/globals';
import { isPublicHttps } from './public-https.js';

describe('a public https address', () => {
  it.each([
    'https://vendor.example/r/1',
    'https://reports.vendor.example:8443/r?id=1#top',
    'https://93.184.216.34/r',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/r',
    'https://xn--bcher-kva.example/r',
  ])('is %s', (url) => {
    expect(isPublicHttps(url)).toBe(true);
  });

  it.each([
    'http://vendor.example/r',
    'https://localhost/r',
    'https://app.localhost./r',
    'https://intranet/r',
    'https://10.0.0.1/r',
    'https://0x7f.1/r',
    'https://2130706433/r',
    'https://[::1]/r',
    'https://[::ffff:10.0.0.1]/r',
    'https://reports.internal/r',
    'https://user:pass@vendor.example/r',
    'ftp://vendor.example/r',
    'vendor.example/r',
    '',
  ])('is not %s', (url) => {
    expect(isPublicHttps(url)).toBe(false);
  });
});
