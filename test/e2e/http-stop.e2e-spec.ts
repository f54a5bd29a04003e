import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';
import { type HttpApp, seen, startHttpApp } from './http-app.js';

let database: TestDatabase;
let http: HttpApp;

beforeEach(async () => {
  database = await createTestDatabase();
  http = await startHttpApp(database.url);
});

afterEach(async () => {
  await http?.close();
  await database?.drop();
});

async function halfRequest(): Promise<Socket> {
  const socket = connect(Number(new URL(http.url).port), '127.0.0.1');
  socket.on('error', () => {});
  const head = 'POST /v1/things HTTP/1.1\r\nhost: hub\r\nx-account: acc_one\r\ncontent-type: application/json\r\n';
  await new Promise<void>((resolve) => socket.write(`${head}content-length: 100\r\n\r\n{`, () => resolve()));
  return socket;
}

describe('a process that stops', () => {
  it('answers what it was asked before', async () => {
    const runsBefore = seen.runs;
    const answer = http.send('POST', '/v1/things/wait', { body: '{}' });
    await until(() => seen.runs > runsBefore, { what: 'a call under way' });

    const closed = http.close();
    seen.release();

    expect((await answer).status).toBe(201);
    await closed;
  });

  it('does not wait for a client that never ends its request', async () => {
    const socket = await halfRequest();
    const cut = new Promise<void>((resolve) => socket.once('close', () => resolve()));

    await http.close();
    await cut;

    expect(socket.destroyed).toBe(true);
  });
});
