import { describe, expect, it } from '@jest/globals';
import { isSandboxUrl, ownOrigin } from './own-address.js';

const HUB = { host: '127.0.0.1', port: 3000, sandbox: true };

describe("the hub's own address", () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:3000'],
    ['0.0.0.0', 'http://127.0.0.1:3000'],
    ['::', 'http://127.0.0.1:3000'],
    ['::1', 'http://[::1]:3000'],
    ['localhost', 'http://localhost:3000'],
    ['192.168.1.5', 'http://192.168.1.5:3000'],
  ])('with HOST=%s is %s', (host, origin) => {
    expect(ownOrigin({ host, port: 3000 })).toBe(origin);
  });
});

describe('a URL of the own sandbox', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]'])('may name the machine as %s', (name) => {
    expect(isSandboxUrl(HUB, `http://${name}:3000/sandbox/vendor/webhook`)).toBe(true);
  });

  it('is nothing special when the sandbox is off', () => {
    expect(isSandboxUrl({ ...HUB, sandbox: false }, 'http://127.0.0.1:3000/sandbox/vendor/webhook')).toBe(false);
  });

  it.each([
    'http://127.0.0.1:3001/sandbox/vendor/webhook',
    'http://127.0.0.1:3000/v1/events',
    'http://127.0.0.1:3000/sandbox/../v1/events',
    'http://127.0.0.1:3000/sandbox/%2e%2e/v1/events',
    'http://127.0.0.1:3000/sandboxes/a',
    'https://127.0.0.1:3000/sandbox/a',
    'http://user@127.0.0.1:3000/sandbox/a',
    'http://127.0.0.1:3000@example.com/sandbox/a',
    'http://127.0.0.2:3000/sandbox/a',
    'not a url',
  ])('is not %s', (url) => {
    expect(isSandboxUrl(HUB, url)).toBe(false);
  });

  it('does not have the names of the loopback address while the hub listens elsewhere', () => {
    const hub = { ...HUB, host: '192.168.1.5' };

    expect(isSandboxUrl(hub, 'http://192.168.1.5:3000/sandbox/a')).toBe(true);
    expect(isSandboxUrl(hub, 'http://127.0.0.1:3000/sandbox/a')).toBe(false);
  });
});
