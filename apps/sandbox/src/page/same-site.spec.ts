import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import type { Config } from '#libs/config';
import { SameSiteGuard, refuseStrangeHost } from './same-site.js';
import { isFromThisMachine } from './this-machine.js';

const CONFIG = { host: '127.0.0.1', publicUrl: 'https://hub.example.com' } as Config;
const JSON_TYPE = { 'content-type': 'application/json' };

describe('the sandbox', () => {
  it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', '192.168.1.7:3000', 'hub.example.com', 'HUB.example.com'])(
    'answers as %s',
    (host) => {
      expect(() => refuseStrangeHost(CONFIG, { headers: { host } } as FastifyRequest)).not.toThrow();
    },
  );

  it.each(['evil.example', 'localhost.evil.example', 'evil.example:3000', '127.0.0.1.evil.example', '', 'a b'])(
    'does not answer as %j, which may be a name that somebody let resolve to this machine',
    (host) => {
      expect(() => refuseStrangeHost(CONFIG, { headers: { host } } as FastifyRequest)).toThrow(
        'does not answer under this name',
      );
    },
  );
});

describe('a call of the page', () => {
  const admit = (method: string, headers: Record<string, string>) => {
    const request = { method, headers: { host: 'localhost:3000', ...headers } };
    return new SameSiteGuard(CONFIG).canActivate({
      switchToHttp: () => ({ getRequest: () => request }),
    } as unknown as ExecutionContext);
  };

  it('may read', () => {
    expect(admit('GET', {})).toBe(true);
  });

  it('may write from its own site, and from no site at all', () => {
    expect(admit('POST', { ...JSON_TYPE, origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' })).toBe(
      true,
    );
    expect(admit('POST', JSON_TYPE)).toBe(true);
  });

  it.each([
    ['another site', { ...JSON_TYPE, origin: 'http://evil.example' }],
    ['another port', { ...JSON_TYPE, origin: 'http://localhost:3001' }],
    ['a sandboxed frame', { ...JSON_TYPE, origin: 'null' }],
    ['a neighbour, by the browser’s word', { ...JSON_TYPE, 'sec-fetch-site': 'same-site' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a form without fields', {}],
  ])('does not write from %s', (_, headers) => {
    expect(() => admit('POST', headers as Record<string, string>)).toThrow();
  });
});

describe('the key of the sandbox', () => {
  const request = (remoteAddress: string, headers: Record<string, string> = { host: 'localhost:3000' }) =>
    ({ socket: { remoteAddress }, headers }) as unknown as FastifyRequest;

  it('is for the machine of the hub', () => {
    expect(isFromThisMachine(CONFIG, request('127.0.0.1'))).toBe(true);
    expect(isFromThisMachine({ host: '::1' }, request('::1', { host: '[::1]:3000' }))).toBe(true);
  });

  it.each([
    ['from another machine', CONFIG, request('192.168.1.9')],
    ['through a proxy on this one', CONFIG, request('127.0.0.1', { host: 'localhost', 'x-forwarded-for': '1.2.3.4' })],
    ['under a public name', CONFIG, request('127.0.0.1', { host: 'hub.example.com' })],
    ['of a hub that listens to the network', { host: '0.0.0.0' }, request('127.0.0.1')],
  ])('is not shown %s', (_, config, from) => {
    expect(isFromThisMachine(config, from)).toBe(false);
  });
});
