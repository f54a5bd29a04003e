import { describe, expect, it } from '@jest/globals';
import { readConfig } from '#libs/config';
import { TargetPolicy } from './target-policy.js';

describe('the hub’s own sandbox', () => {
  const policy = new TargetPolicy(readConfig({ PORT: '4100' }, true));

  it.each(['http://localhost:4100/sandbox/acme-ats/tests/1', 'http://127.0.0.1:4100/sandbox/vendor/webhook'])(
    'may be called at %s',
    (url) => expect(policy.isOwnSandbox(url)).toBe(true),
  );

  it.each([
    'http://localhost:4100/v1/accounts',
    'http://localhost:4100/sandbox/../v1/accounts',
    'http://localhost:4101/sandbox/vendor/webhook',
    // What the page asks is answered by where the request comes from, and the hub's come from this machine.
    'http://localhost:4100/sandbox/api/reveal-key',
    'http://localhost:4100/sandbox/API/reveal-key',
    'http://localhost:4100/sandbox//api/reveal-key',
    'http://localhost:4100/sandbox/%61pi/reveal-key',
    'http://localhost:4100/sandbox/vendor/../api/reveal-key',
  ])('is not what %s leads to', (url) => expect(policy.isOwnSandbox(url)).toBe(false));
});
