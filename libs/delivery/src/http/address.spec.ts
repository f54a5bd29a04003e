import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isGlobalUnicast } from './address.js';

describe('an address', () => {
  it.each([
    '1.1.1.1',
    '93.184.216.34',
    '2606:4700:4700::1111',
    '::ffff:1.1.1.1',
    '64:ff9b::101:101',
    '2002:101:101::1',
  ])('such as %s is one the internet routes to', (address) => {
    expect(isGlobalUnicast(address)).toBe(true);
  });

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.1.2.3',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '2002:a00:1::1',
    '2606:4700::5efe:7f00:1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'localhost',
    'example.com',
    '',
  ])('such as %s is not', (address) => {
    expect(isGlobalUnicast(address)).toBe(false);
  });

  it('is judged whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => typeof isGlobalUnicast(text) === 'boolean'),
    );
  });

  it('of IPv4 is judged the same when it is wrapped', () => {
    fc.assert(fc.property(fc.ipV4(), (address) => isGlobalUnicast(`::ffff:${address}`) === isGlobalUnicast(address)));
  });
});
