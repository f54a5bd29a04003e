import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ConfigError, readConfig } from '#libs/config';
import { createDatabaseUrl, createEmptyDatabaseUrl, dropDatabase } from '../../../test/support/database.js';
import { prepareDatabase } from './prepare-database.js';

const keyOf = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;

function configOf(url: string, keys = keyOf('k1', 1)) {
  return readConfig({ DATABASE_URL: url, ATSUME_ENCRYPTION_KEY: keys }, false);
}

async function failureOf(url: string, keys?: string): Promise<ConfigError> {
  const failure: unknown = await prepareDatabase(configOf(url, keys)).catch((error: unknown) => error);
  if (!(failure instanceof ConfigError)) throw new Error(`no ConfigError but ${String(failure)}`);
  return failure;
}

describe('preparing a database', () => {
  let empty: string;

  beforeAll(async () => {
    empty = await createEmptyDatabaseUrl();
  });

  afterAll(async () => {
    await dropDatabase(empty);
  });

  it('brings an empty one up to date, once, also when two processes start together', async () => {
    const runs = await Promise.all([prepareDatabase(configOf(empty)), prepareDatabase(configOf(empty))]);

    expect(runs.filter((run) => run.length > 0)).toHaveLength(1);
    expect(await prepareDatabase(configOf(empty))).toEqual([]);
  });
});

describe('the encryption keys', () => {
  let url: string;

  beforeAll(async () => {
    url = await createDatabaseUrl();
    await prepareDatabase(configOf(url));
  });

  afterAll(async () => {
    await dropDatabase(url);
  });

  it('may be joined by a new one that comes first', async () => {
    await expect(prepareDatabase(configOf(url, `${keyOf('k2', 2)},${keyOf('k1', 1)}`))).resolves.toEqual([]);
  });

  it('stop the start when the bytes behind an id have changed', async () => {
    const failure = await failureOf(url, `${keyOf('k2', 2)},${keyOf('k1', 9)}`);

    expect(failure.message).toBe("ATSUME_ENCRYPTION_KEY: the key 'k1' is not the one this database was encrypted with");
  });

  it('stop the start when one is gone, and leave no trace of the wrong ring', async () => {
    const failure = await failureOf(url, keyOf('k3', 3));

    expect(failure.message).toMatch(/^ATSUME_ENCRYPTION_KEY: lacks the key 'k[12]'/);
    await expect(prepareDatabase(configOf(url, `${keyOf('k2', 2)},${keyOf('k1', 1)}`))).resolves.toEqual([]);
  });
});

describe('a database that cannot be reached', () => {
  it('because nobody listens is named without the password', async () => {
    const failure = await failureOf(`postgres://hub:s3cret@127.0.0.1:${await closedPort()}/hub`);

    expect(failure.variable).toBe('DATABASE_URL');
    expect(failure.message).toMatch(/^DATABASE_URL: 127\.0\.0\.1:\d+\/hub cannot be reached \(ECONNREFUSED\)$/);
  });

  it('because the password is wrong is named without the password', async () => {
    const url = await urlOfRefusedUser();

    const failure = await failureOf(url);

    expect(failure.message).toMatch(
      /^DATABASE_URL: 127\.0\.0\.1:\d+\/\w+ cannot be reached \(28\w+: user or password refused\)$/,
    );
  });

  it('because it is not there is named', async () => {
    const url = new URL(await createEmptyDatabaseUrl());
    await dropDatabase(url.href);

    expect((await failureOf(url.href)).message).toMatch(/no such database/);
  });

  it('because something else listens there is named', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };

    const failure = await failureOf(`postgres://127.0.0.1:${port}/hub`);

    expect(failure.variable).toBe('DATABASE_URL');
    server.close();
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A user that does not exist is refused like one with a wrong password. */
async function urlOfRefusedUser(): Promise<string> {
  const url = new URL(await createEmptyDatabaseUrl());
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.end();
  url.username = 'nobody_here';
  url.password = 's3cret';
  return url.href;
}
