import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { ConfigError, readConfig } from '#libs/config';
import { listenOn, startFailure } from './process.js';
import { requireServerConfig } from './server-config.js';

/** A Nest application as far as listening goes. */
function listening() {
  const server = createServer();
  return {
    server,
    listen: (port: number, host: string) =>
      new Promise((resolve, reject) => server.once('error', reject).listen(port, host, () => resolve(null))),
  };
}

describe('listening', () => {
  it('on a port that is taken names PORT', async () => {
    const first = listening();
    await first.listen(0, '127.0.0.1');
    const { port } = first.server.address() as { port: number };

    await expect(listenOn(listening(), { port, host: '127.0.0.1' })).rejects.toEqual(
      new ConfigError('PORT', `${port} is already in use`),
    );
    first.server.close();
  });

  it('on an address of another machine names HOST', async () => {
    await expect(listenOn(listening(), { port: 0, host: '203.0.113.1' })).rejects.toMatchObject({ variable: 'HOST' });
  });
});

describe('a server’s config', () => {
  const key = `k:${Buffer.alloc(32).toString('base64')}`;

  it.each([
    ['DATABASE_URL', { ATSUME_ENCRYPTION_KEY: key }],
    ['ATSUME_ENCRYPTION_KEY', { DATABASE_URL: 'postgres://localhost/hub' }],
  ])('needs %s', (variable, env) => {
    expect(() => requireServerConfig(readConfig(env, false))).toThrow(new RegExp(`^${variable}: is required`));
  });
});

describe('a failed start', () => {
  it('for a bad setting is one line that names the variable', () => {
    expect(startFailure(new ConfigError('PORT', 'must be a number'))).toBe('PORT: must be a number');
  });

  it('for anything else tells where', () => {
    expect(startFailure(new Error('boom'))).toMatch(/^atsume: the start failed: Error: boom\n\s+at /);
  });
});
