import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isGlobalUnicast } from './address.js';

const byte = fc.nat(255);

/** IANA's registry of special addresses, as far as the internet does not route them. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
const SPECIAL_IPV6 = [
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:2::/48',
  '2001:10::/28',
  '2001:20::/28',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

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
    '168.63.129.16',
    '192.0.0.1',
    '192.0.0.192',
    '192.88.99.1',
    '100.100.100.200',
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
    'fd00:ec2::254',
    '3fff::1',
    '5f00::1',
    '2001:20::1',
    '::ffff:168.63.129.16',
    '64:ff9b::168.63.129.16',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '2606:4700:4700::1111%eth0',
    '2130706433',
    '1.1',
    '0x01.0x01.0x01.0x01',
    '01.01.01.01',
    ' 1.1.1.1',
    '1.1.1.1 ',
    '[2606:4700:4700::1111]',
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

  it('of IPv4 is judged the same however it is wrapped', () => {
    const bytes = fc.tuple(byte, byte, byte, byte);
    fc.assert(
      fc.property(fc.oneof(bytes, ...SPECIAL_IPV4.map(within)), ([a, b, c, d]) => {
        const plain = isGlobalUnicast([a, b, c, d].join('.'));
        const [high, low] = [hex(a, b), hex(c, d)];
        for (const wrapped of [`::ffff:${high}:${low}`, `64:ff9b::${high}:${low}`, `2002:${high}:${low}::1`]) {
          expect([wrapped, isGlobalUnicast(wrapped)]).toEqual([wrapped, plain]);
        }
      }),
    );
  });

  it.each(SPECIAL_IPV4)('of IPv4 is never public within %s', (range) => {
    fc.assert(fc.property(within(range), (bytes) => !isGlobalUnicast(bytes.join('.'))));
  });

  it.each(SPECIAL_IPV6)('of IPv6 is never public within %s', (range) => {
    const [start = '', length = ''] = range.split('/');
    const parts = groupsOf(start);
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), (random) => {
        const groups = random.map((value, at) => mix(parts[at] ?? 0, value, Number(length) - 16 * at));
        return !isGlobalUnicast(groups.map((group) => group.toString(16)).join(':'));
      }),
    );
  });
});

/** The first `fixed` bits of one group, the rest of another. */
function mix(group: number, random: number, fixed: number): number {
  const free = 16 - Math.min(Math.max(fixed, 0), 16);
  return ((group >> free) << free) | (random & ((1 << free) - 1));
}

function within(range: string): fc.Arbitrary<[number, number, number, number]> {
  const [start = '', length = ''] = range.split('/');
  const [a = 0, b = 0, c = 0, d = 0] = start.split('.').map(Number);
  const fixed = Number(length);
  return fc.tuple(fc.nat(0xffff), fc.nat(0xffff)).map(([first, second]) => {
    const [high, low] = [mix((a << 8) | b, first, fixed), mix((c << 8) | d, second, fixed - 16)];
    return [high >> 8, high & 255, low >> 8, low & 255];
  });
}

function groupsOf(address: string): number[] {
  const [before = '', after = ''] = address.split('::');
  const [left, right] = [before, after].map((half) =>
    half === '' ? [] : half.split(':').map((group) => parseInt(group, 16)),
  ) as [number[], number[]];
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function hex(high: number, low: number): string {
  return ((high << 8) | low).toString(16);
}
