import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { Recordset } from './recordset.js';

const records = new Recordset({ name: 'text', data: 'json', bytes: 'bytea', at: 'timestamptz', flag: 'bool' });
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
      },
      { name: '', data: 'null', bytes: Buffer.alloc(0), at: new Date('1969-01-01T00:00:00Z'), flag: false },
      { name: null, data: null, bytes: null, at: null, flag: null },
    ];

    const found = await test.database.query(SELECT, records.values(rows));

    expect(found).toEqual(rows.map((row) => ({ ...row, data: JSON.parse(row.data ?? 'null') as unknown })));
  });

  it('may be empty', async () => {
    expect(await test.database.query(SELECT, records.values([]))).toEqual([]);
  });
});
