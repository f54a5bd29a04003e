import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Reply } from '../kind.js';
import { type RawServer, startRawServer } from '../../../../test/support/raw-server.js';
import { until } from '../../../../test/support/until.js';
import { anyConnector } from './connect.js';
import { Exchange } from './exchange.js';
import { systemNames } from './names.js';
import { Origins } from './origins.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

describe('kept-alive sockets', () => {
  let servers: RawServer[];
  let origins: Origins;

  beforeEach(async () => {
    servers = await Promise.all([1, 2, 3].map(() => startRawServer()));
    for (const server of servers) server.answer = (socket) => void socket.write(OK);
    origins = new Origins(anyConnector(systemNames), 2);
  });
  afterEach(async () => {
    await origins.destroy();
    await Promise.all(servers.map((server) => server.close()));
  });

  const call = (server: RawServer | undefined): Promise<Reply> => {
    const exchange = new Exchange(10_000);
    origins.of(server?.origin ?? '').dispatch({ path: '/', method: 'POST', body: '{}' }, exchange);
    return exchange.reply;
  };
  const isClosed = (server: RawServer | undefined) => (): boolean =>
    server?.sockets.every(({ destroyed }) => destroyed) ?? false;

  it('to the origin called longest ago are closed when there are too many origins', async () => {
    const [first, second, third] = servers;
    await call(first);
    await call(second);
    await call(first);

    await call(third);

    await until(isClosed(second), { what: 'the end of the second’s socket' });
    expect([isClosed(first)(), isClosed(third)(), origins.size]).toEqual([false, false, 2]);
  });

  it('finish what they are at before they are closed', async () => {
    const [slow, second, third] = servers;
    if (slow) slow.answer = () => {};
    const reply = call(slow);
    await until(() => slow?.requests.length === 1, { what: 'the request' });
    await call(second);
    await call(third);
    expect(isClosed(slow)()).toBe(false);

    slow?.sockets[0]?.write(OK);

    expect(await reply).toMatchObject({ status: 200 });
    await until(isClosed(slow), { what: 'the end of its socket' });
  });

  it('are opened anew for an origin that was closed', async () => {
    const [first, second, third] = servers;
    for (const server of [first, second, third, first]) expect(await call(server)).toMatchObject({ status: 200 });
  });

  it('are forgotten when the other side closes them, or wants them closed soon', async () => {
    const [leaving, impatient] = servers;
    if (leaving)
      leaving.answer = (socket) => void socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    if (impatient)
      impatient.answer = (socket) =>
        void socket.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=3\r\nContent-Length: 0\r\n\r\n');

    await call(leaving);
    await call(impatient);

    await until(() => origins.size === 0, { what: 'no origins' });
    await until(isClosed(impatient), { what: 'the end of the socket' });
  });

  it('are forgotten where nobody listens', async () => {
    const [gone] = servers;
    await gone?.close();

    expect(await call(gone)).toMatchObject({ status: null, error: 'ECONNREFUSED' });
    await until(() => origins.size === 0, { what: 'no origins' });
    servers = servers.slice(1);
  });

  it('are not opened any more once all is over', async () => {
    await origins.destroy();

    expect(await call(servers[0])).toMatchObject({ status: null, error: 'connection_closed' });
  });
});
