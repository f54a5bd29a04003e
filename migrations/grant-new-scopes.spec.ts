import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../test/support/database.js';
import { GrantNewScopes1764370000000 } from './1764370000000-grant-new-scopes.js';

const FULL = [
  ...['api-keys:read', 'api-keys:write', 'integrations:read', 'integrations:write', 'assessments:read'],
  ...['assessments:write', 'webhooks:read', 'webhooks:write', 'events:read'],
];

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.query(`INSERT INTO accounts (id, name, partner_token) VALUES ('a', 'Test', 'token')`);
});
afterAll(() => test.drop());

it('a key that could do everything goes on doing so, and no other key can do more', async () => {
  const keys = { first: ['accounts:write', ...FULL], full: FULL, narrow: FULL.slice(1) };
  for (const [id, scopes] of Object.entries(keys)) {
    await test.database.query(
      `INSERT INTO api_keys (id, account_id, hash, prefix, last_four, scopes) VALUES ($1, 'a', $2, 'atsm_', 'abcd', $3)`,
      [id, Buffer.from(id), scopes],
    );
  }
  const migration = new GrantNewScopes1764370000000();
  const runner = { query: (sql: string) => test.database.query(sql) } as unknown as QueryRunner;
  const scopes = async () => {
    const rows = await test.database.query<{ id: string; scopes: string[] }>('SELECT id, scopes FROM api_keys');
    return Object.fromEntries(rows.map((row) => [row.id, row.scopes]));
  };

  await migration.up(runner);
  const { first, full, narrow } = await scopes();
  await migration.down(runner);

  const added = ['connections:read', 'connections:write', 'ats:read', 'ats:sensitive:read', 'ats:write'];
  const more = [...added, 'passthrough:read', 'passthrough:write'];
  expect({ first, full, narrow }).toEqual({
    first: [...keys.first, ...more],
    full: [...FULL, ...more],
    narrow: keys.narrow,
  });
  expect(await scopes()).toEqual(keys);
});
