import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HubError } from '#libs/errors';
import { readCustomHeaders } from './custom-headers.js';

describe('custom headers', () => {
  it('are kept under lower-case names', () => {
    expect(readCustomHeaders({ Authorization: 'Bearer x', 'X-Tenant': 'north' })).toEqual({
      authorization: 'Bearer x',
      'x-tenant': 'north',
    });
  });

  it.each([
    'webhook-id',
    'Webhook-Signature',
    'host',
    'Content-Type',
    'content-length',
    'X-Knit-Signature',
    'Svix-Signature',
    'svix-id',
    'proxy-connection',
    'tracestate',
    'connection',
    'transfer-encoding',
    'TRANSFER-ENCODING',
    'Keep-Alive',
    'Proxy-Authorization',
    'Trailer',
    'TE',
    'Upgrade',
    'Expect',
    'User-Agent',
    'TraceParent',
    'webhook-anything',
    '',
    ' ',
    'a b',
    'x-a:',
    ':authority',
    'x-a\r\nhost',
    'x-ä',
    'x-Kelvin-\u212a',
    'x\0',
    'x'.repeat(101),
  ])('may not be %s', (name) => {
    expect(() => readCustomHeaders({ [name]: 'x' })).toThrow(HubError);
  });

  it.each(['a\r\nhost: b', 'a\nb', 'a\rb', 'a\0b', 'ä', '集', '\u2028', 'x'.repeat(2_001), 1, null, ['a'], {}, true])(
    'may not have the value %j',
    (value) => {
      expect(() => readCustomHeaders({ 'x-a': value })).toThrow(HubError);
    },
  );

  it('may be twenty, and what is wrong with more is said once', () => {
    const some = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`bad name ${n}`, 1]));
    const good = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`x-${n}`, '']));

    expect(Object.keys(readCustomHeaders(good))).toHaveLength(20);
    expect(() => readCustomHeaders(some(1_000))).toThrow(
      expect.objectContaining({ errors: [{ path: 'headers', message: 'must have at most 20 entries' }] }),
    );
  });

  it('may not be named twice', () => {
    expect(() => readCustomHeaders({ 'X-A': '1', 'x-a': '2' })).toThrow(HubError);
  });

  it('never hold what would begin another header', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything(), { maxKeys: 3 }), (headers) => {
        try {
          const read = readCustomHeaders(headers);
          return Object.entries(read).every(([name, value]) => !/[\r\n\0:]/.test(name) && !/[\r\n\0]/.test(value));
        } catch (error) {
          return error instanceof HubError;
        }
      }),
    );
  });
});
