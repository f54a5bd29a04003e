import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newId } from '#libs/model';
import { type TestDatabase, createTestDatabase } from '../../../test/support/database.js';
import { Cipher } from './cipher.js';
import { findSealedColumns, rotateKeys } from './key-rotation.js';

const old = { id: 'old', key: randomBytes(32) };
const fresh = { id: 'new', key: randomBytes(32) };
const lost = { id: 'lost', key: randomBytes(32) };
const ring = new Cipher([fresh, old]);

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

/** A row in every table there is something encrypted in, whatever the table is; how many columns that makes. */
async function fillAll(key: { id: string; key: Buffer }): Promise<number> {
  const cipher = new Cipher([key]);
  const tables = await findSealedColumns(test.database);
  for (const [table, groups] of Map.groupBy(tables, ({ table }) => table)) {
    for (let row = 0; row < 3; row++) {
      const sealed = groups.flatMap(({ columns, keyColumn }) => [
        ...columns.map((column): [string, unknown] => [column, cipher.seal(`${table} ${column}`).data]),
        [keyColumn, key.id] as [string, unknown],
      ]);
      await insertAnything(
        table,
        sealed.map(([name]) => name),
        sealed.map(([, value]) => value),
      );
    }
  }
  return tables.reduce((sum, { columns }) => sum + columns.length, 0);
}

async function insertAnything(table: string, names: string[], values: unknown[]): Promise<void> {
  const needed = await test.database.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND attnotnull AND NOT atthasdef AND NOT attname = ANY ($2)`,
    [table, names],
  );
  const all = [...names, ...needed.map(({ name }) => name)];
  const given = [...values, ...needed.map(({ type }) => anything(type))];
  await asOwner(
    // What rows refer to is not what this is about.
    'SET session_replication_role = replica',
    `INSERT INTO ${table} (${all.join(', ')}) VALUES (${all.map((_, at) => `$${at + 1}`).join(', ')})`,
    given,
  );
}

async function asOwner(before: string, statement: string, values: unknown[] = []): Promise<void> {
  const owner = new pg.Client({ connectionString: test.url });
  await owner.connect();
  try {
    await owner.query(before);
    await owner.query(statement, values);
  } finally {
    await owner.end();
  }
}

function anything(type: string): unknown {
  if (type === 'bytea') return randomBytes(16);
  if (type.startsWith('timestamp')) return new Date();
  if (type === 'text[]') return [];
  if (/int|double|numeric/.test(type)) return Math.floor(Math.random() * 30_000);
  if (type.startsWith('json')) return '{}';
  return type === 'boolean' ? false : newId('request');
}

/** Every encrypted value, opened with these keys. */
async function openAll(keys: { id: string; key: Buffer }[]): Promise<string[]> {
  const cipher = new Cipher(keys);
  const opened: string[] = [];
  for (const { table, columns, keyColumn } of await findSealedColumns(test.database)) {
    const rows = await test.database.query(`SELECT * FROM ${table} WHERE ${keyColumn} IS NOT NULL`);
    for (const row of rows) {
      for (const column of columns)
        opened.push(cipher.open({ data: row[column] as Buffer, keyId: String(row[keyColumn]) }));
    }
  }
  return opened;
}

describe('rotating keys', () => {
  it('finds every encrypted column with the one that names its key', async () => {
    const found = (await findSealedColumns(test.database)).map(
      ({ table, columns, keyColumn }) => `${table} ${columns.join(',')} ${keyColumn}`,
    );

    expect(found).toEqual(
      expect.arrayContaining([
        'connections access_token_enc access_token_key_id',
        'connections credentials_enc credentials_key_id',
        'connections refresh_token_enc refresh_token_key_id',
        'endpoint_secrets secret_enc key_id',
        'idempotency_keys reply_enc reply_key_id',
        'inbound_secret_keys key_enc key_id',
        'oauth_apps client_secret_enc client_secret_key_id',
        'oauth_states code_verifier_enc code_verifier_key_id',
        'webhook_endpoints headers_enc headers_key_id',
        'webhook_subscriptions previous_secret_enc previous_secret_key_id',
        'webhook_subscriptions secret_enc secret_key_id',
        'webhook_subscriptions token_enc token_key_id',
      ]),
    );
  });

  it('puts everything under the first key, so that the others can be dropped', async () => {
    const columns = await fillAll(old);

    const tables = await rotateKeys(test.database, ring, { batchSize: 2 });

    expect(tables.map(({ rotated, unreadable }) => [rotated, unreadable])).toEqual(tables.map(() => [3, 0]));
    const opened = await openAll([fresh]);
    expect(opened).toHaveLength(columns * 3);
    expect(new Set(opened).size).toBe(columns);
  });

  it('goes on where it was cut off', async () => {
    await fillAll(old);
    const cut = rotateKeys(test.database, ring, {
      batchSize: 1,
      onBatch: ({ table, rotated }) => {
        if (table === 'oauth_apps' && rotated === 2) throw new Error('cut off');
      },
    });
    await expect(cut).rejects.toThrow('cut off');

    const rest = await rotateKeys(test.database, ring);

    expect(rest.find(({ table }) => table === 'oauth_apps')?.rotated).toBe(1);
    expect(await openAll([fresh])).not.toHaveLength(0);
  });

  it('leaves alone what no key opens, says so, and goes on asking for its key', async () => {
    await test.database.query(`INSERT INTO encryption_check (key_id, value_enc) VALUES ('lost', ''), ('new', '')`);
    await fillAll(lost);

    const tables = await rotateKeys(test.database, ring);

    expect(tables.every(({ rotated, unreadable }) => rotated === 0 && unreadable === 3)).toBe(true);
    expect(await test.database.query('SELECT key_id FROM encryption_check')).toHaveLength(2);
    expect(await openAll([lost])).not.toHaveLength(0);
  });

  it('no longer asks for the old keys when nothing is under them', async () => {
    await test.database.query(`INSERT INTO encryption_check (key_id, value_enc) VALUES ('old', ''), ('new', '')`);

    await rotateKeys(test.database, ring);

    expect(await test.database.query('SELECT key_id FROM encryption_check')).toEqual([{ key_id: 'new' }]);
  });

  it('refuses a column that does not say which key it is under', async () => {
    await asOwner('SELECT 1', 'CREATE TABLE public.forgotten (id text PRIMARY KEY, secret_enc bytea)');

    await expect(findSealedColumns(test.database)).rejects.toThrow('forgotten.secret_enc has no column');
  });
});
