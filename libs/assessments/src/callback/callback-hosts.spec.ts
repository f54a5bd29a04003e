import { describe, expect, it } from '@jest/globals';
import { isAllowedCallback } from './callback-hosts.js';

const hosts = { connector: ['app.ats.example', '*.partner.example'], integration: ['app.eu.ats.example'] };

describe('the address of a callback', () => {
  it.each([
    'https://app.ats.example/tests/1',
    'https://APP.ATS.EXAMPLE:443/tests/1?x=1',
    'https://app.ats.example./tests/1',
    'https://acme.partner.example/tests/1',
    'https://a.b.partner.example/',
    'https://app.eu.ats.example/tests/1',
  ])('is allowed: %s', (url) => {
    expect(isAllowedCallback(url, hosts)).toBe(true);
  });

  it.each([
    'http://app.ats.example/tests/1',
    'https://app.ats.example:8443/tests/1',
    'https://user:pw@app.ats.example/',
    'https://app.ats.example@evil.example/',
    'https://app.ats.example.evil.example/',
    'https://evilapp.ats.example/',
    'https://partner.example/',
    'https://evilpartner.example/',
    'https://.partner.example/',
    'https://evil.example/?app.ats.example',
    'https://127.0.0.1/',
    'ftp://app.ats.example/',
    '//app.ats.example/',
    '',
  ])('is not allowed: %s', (url) => {
    expect(isAllowedCallback(url, hosts)).toBe(false);
  });
});
