import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readConfig } from '#libs/config';
import { HubError } from '#libs/errors';
import { type Answer, type NameServer, startNameServer } from '../../../../test/support/name-server.js';
import { type RawServer, startRawServer } from '../../../../test/support/raw-server.js';
import { Names } from './names.js';
import { assertSafeTarget } from './safe-target.js';
import { Sender } from './sender.js';

const PUBLIC = '93.184.216.34';
const SEED = 20261121;

describe('a target', () => {
  let nameServer: NameServer;
  let inside: RawServer;
  let answers: Record<string, Answer>;
  let sender: Sender;
  const someNames = () => new Names({ servers: [nameServer.address], system: () => Promise.resolve([]) });

  beforeAll(async () => {
    nameServer = await startNameServer((name) => answers[name] ?? 'none');
    inside = await startRawServer();
  });
  afterAll(async () => {
    await Promise.all([inside.close(), nameServer.close()]);
  });
  beforeEach(() => {
    answers = { 'hooks.example': [PUBLIC] };
    inside.sockets.length = 0;
  });

  const register = async (url: string): Promise<string> => {
    try {
      await assertSafeTarget(url, { allowPrivate: false, path: 'url', names: someNames() });
      return 'taken';
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return error.code;
    }
  };
  const send = async (url: string): Promise<string | number | null> => {
    sender = new Sender(readConfig({}, false), someNames());
    const outgoing = { method: 'POST', url, headers: {}, body: Buffer.from('{}'), trusted: false };
    const { reply } = await sender.send(outgoing, 2_000);
    await sender.onApplicationShutdown();
    return reply.error ?? reply.status;
  };
  const at = (host: string) => `https://${host}:${inside.port}/`;

  it('with a public address is taken', async () => {
    expect(await register('https://hooks.example/')).toBe('taken');
    expect(await register(`https://${PUBLIC}/`)).toBe('taken');
    expect(await register('https://[2606:4700:4700::1111]:8443/a?b#c')).toBe('taken');
  });

  it('whose name was public when it was registered, and is this machine’s when it is called, is not called', async () => {
    expect(await register(at('hooks.example'))).toBe('taken');
    answers['hooks.example'] = ['127.0.0.1'];

    expect(await send(at('hooks.example'))).toBe('unsafe_target');
    expect(inside.sockets).toEqual([]);
  });

  it('whose name has a public address and one of this machine is not called, in either order', async () => {
    for (const addresses of [
      [PUBLIC, '127.0.0.1'],
      ['127.0.0.1', PUBLIC],
    ]) {
      answers['hooks.example'] = addresses;

      expect(await register(at('hooks.example'))).toBe('unsafe_target');
      expect(await send(at('hooks.example'))).toBe('unsafe_target');
    }
    expect(inside.sockets).toEqual([]);
  });

  it('is asked for by name once per connection: what was checked is what is called', async () => {
    let turn = 0;
    const flipping = await startNameServer(() => [turn++ === 0 ? '127.0.0.1' : PUBLIC]);
    const names = new Names({ servers: [flipping.address], system: () => Promise.resolve([]) });
    const lenient = new Sender(readConfig({ ATSUME_ALLOW_PRIVATE_TARGETS: 'true' }, false), names);
    inside.answer = (socket) => void socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
    const outgoing = { method: 'POST', url: `http://flip.example:${inside.port}/`, headers: {}, body: null };

    const { reply } = await lenient.send({ ...outgoing, trusted: false }, 2_000);

    expect(reply.status).toBe(204);
    expect(inside.requests.at(-1)).toContain(`host: flip.example:${inside.port}`);
    await Promise.all([lenient.onApplicationShutdown(), flipping.close()]);
  });

  it.each(['169.254.169.254', '100.100.100.200', '10.0.0.1', '168.63.129.16', '0.0.0.0', '224.0.0.1'])(
    'whose name leads to %s is refused',
    async (address) => {
      answers['metadata.google.internal'] = [address];

      expect(await register('https://metadata.google.internal/')).toBe('unsafe_target');
      expect(await send('https://metadata.google.internal/')).toBe('unsafe_target');
    },
  );

  it.each([
    '2130706433',
    '017700000001',
    '0x7f000001',
    '0177.0.0.1',
    '0x7f.0.0.1',
    '0x7F.1',
    '127.1',
    '127.0.1',
    '127.0.0.1.',
    '127.255.255.254',
    '0',
    '0.0.0.0',
    '１２７.0.0.1',
    '１２７。０。０。１',
    '①②⑦.0.0.1',
    '127%2e0%2e0%2e1',
    'localhost',
    'LocalHost',
    'localhost.',
    'foo.localhost',
    'foo.localhost.',
    'ｌocalhost',
    'loca\u00adlhost',
    '169.254.169.254',
    '0xa9fea9fe',
    '100.64.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::127.0.0.1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:0:127.0.0.1]',
    '[fe80::1]',
    '[fec0::1]',
    '[fd00:ec2::254]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::]',
    '[2001::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[ff02::1]',
  ])('at https://%s is refused when it is registered, and when it is called', async (host) => {
    answers['localhost'] = answers['foo.localhost'] = [PUBLIC];

    expect(await register(at(host))).toBe('unsafe_target');
    expect(await send(at(host))).toBe('unsafe_target');
    expect(inside.sockets).toEqual([]);
  });

  it.each([
    ['http://hooks.example/', 'unsafe_target'],
    ['https://user@hooks.example/', 'unsafe_target'],
    ['https://user:pass@hooks.example/', 'unsafe_target'],
    ['https://:pass@hooks.example/', 'unsafe_target'],
    ['https://nowhere.example/', 'unsafe_target'],
    ['https://hooks.example:0/', 'invalid_input'],
    ['https://hooks.example:65536/', 'invalid_input'],
    ['https://hooks.example:-1/', 'invalid_input'],
    ['https://hooks.example:99999999999/', 'invalid_input'],
    ['https://[fe80::1%25eth0]/', 'invalid_input'],
    ['https://[fe80::1%eth0]/', 'invalid_input'],
    ['https://[::1', 'invalid_input'],
    ['https://256.256.256.256/', 'invalid_input'],
    ['https://0x100000000/', 'invalid_input'],
    ['https://1.2.3.4.5/', 'invalid_input'],
    ['https://a b.example/', 'invalid_input'],
    ['https://xn--/', 'unsafe_target'],
    ['https:///', 'invalid_input'],
    ['https://', 'invalid_input'],
    ['//hooks.example/', 'invalid_input'],
    ['/hook', 'invalid_input'],
    ['', 'invalid_input'],
    ['ftp://hooks.example/', 'invalid_input'],
    ['file:///etc/passwd', 'invalid_input'],
    ['javascript:alert(1)', 'invalid_input'],
    ['data:text/plain,a', 'invalid_input'],
    ['gopher://hooks.example/_', 'invalid_input'],
    ['unix:/var/run/docker.sock', 'invalid_input'],
    ['ws://hooks.example/', 'invalid_input'],
    ['blob:https://hooks.example/1', 'invalid_input'],
    [`https://hooks.example/${'a'.repeat(2_048)}`, 'invalid_input'],
    ['https://hooks.example/\r\nHost: inside', 'invalid_input'],
    ['https://hooks.example/\ta', 'invalid_input'],
    ['https://hooks.ex\nample/', 'invalid_input'],
    ['https://hooks.example/\0', 'invalid_input'],
    [' https://hooks.example/', 'invalid_input'],
    ['https://hooks.example/\u007f', 'invalid_input'],
    ['https:\\\\hooks.example\\', 'invalid_input'],
    ['https:hooks.example', 'invalid_input'],
  ])('such as %.100j is %s', async (url, code) => {
    expect(await register(url)).toBe(code);
  });

  it('may have credentials or another scheme nowhere, also where private targets are allowed', async () => {
    for (const url of ['http://a:b@127.0.0.1/', 'file:///etc/passwd', 'http://127.0.0.1:0/', 'http://127.0.0.1/\r\n']) {
      await expect(assertSafeTarget(url, { allowPrivate: true, path: 'url' })).rejects.toThrow(HubError);
    }
    expect((await assertSafeTarget('http://127.0.0.1:9/a', { allowPrivate: true, path: 'url' })).href).toBe(
      'http://127.0.0.1:9/a',
    );
  });

  it('of any spelling is taken or refused with a reason', async () => {
    const host = fc.oneof(
      fc.ipV4Extended(),
      fc.ipV6().map((address) => `[${address}]`),
      fc.domain(),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          host.map((name) => `https://${name}/`),
          fc.webUrl(),
        ),
        async (url) => {
          expect(['taken', 'unsafe_target', 'invalid_input']).toContain(await register(url));
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });
});
