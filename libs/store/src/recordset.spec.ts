import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { Recordset } from './recordset.js';

const records = new Recordset({
  name: 'text',
  data: 'json',
  bytes: 'bytea',
  at: 'timestamptz',
  flag: 'bool',
  count: 'int4',
  big: 'int8',
  share: 'float8',
  key: 'uuid',
});
const SELECT = `SELECT r.* FROM ${records.sql('r')}`;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

describe('a recordset', () => {
  it('arrives as it was sent, whatever it is made of', async () => {
    const rows = [
      {
        name: 'Zoë "{\\}" 𝄞, NULL',
        data: '{"a": ["ü", 1.10]}',
        bytes: Buffer.from([0, 1, 255]),
        at: new Date('2026-11-21T10:40:00.123Z'),
        flag: true,
        count: -2_147_483_648,
        big: '9007199254740993',
        share: 0.1,
        key: '0b9e0c1e-7a51-4f0e-9c25-5f8f3a4d2e1b',
      },
      {
        name: '',
        data: 'null',
        bytes: Buffer.alloc(0),
        at: new Date('1969-01-01T00:00:00Z'),
        flag: false,
        count: 0,
        big: '-1',
        share: Number.NEGATIVE_INFINITY,
        key: '00000000-0000-0000-0000-000000000000',
      },
      {
        name: null,
        data: null,
        bytes: null,
        at: null,
        flag: null,
        count: null,
        big: null,
        share: null,
        key: null,
      },
    ];

    const found = await test.database.query(SELECT, records.values(rows));

    expect(found).toEqual(rows.map((row) => ({ ...row, data: JSON.parse(row.data ?? 'null') as unknown })));
  });

  it('may be empty', async () => {
    expect(await test.database.query(SELECT, records.values([]))).toEqual([]);
  });
});
