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
    'connection',
    'transfer-encoding',
  ])('may not be %s', (name) => {
    expect(() => readCustomHeaders({ [name]: 'x' })).toThrow(HubError);
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
