import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordResource } from '#libs/connector-kit';
import type { RecordScope, SavedPage } from './record-change.js';
import { aRecordStore, aScope, candidates, educations } from '../../testing/index.js';
import type { Database } from '#libs/store';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';

const store = aRecordStore();
let test: TestDatabase;
let database: Database;
let scope: RecordScope;

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
});
afterAll(() => test.drop());
beforeEach(() => {
  scope = aScope();
});

const save = (rows: readonly unknown[], resource: RecordResource = candidates): Promise<SavedPage> =>
  database.transaction((tx) => store.save(tx, scope, resource, rows));
const putAside = () =>
  database.query(
    `SELECT model, part, remote_id, reason, raw, count FROM unreadable_records
     WHERE account_id = $1 AND integration_id = $2 ORDER BY row_key`,
    [scope.accountId, scope.integrationId],
  );

describe('a row that cannot be read', () => {
  const BAD = { id: 2, first_name: { secret: 'Imani' }, emails: ['a@b.example', 5] };

  it('is put aside with its reason and stops nothing', async () => {
    const page = await save([{ id: 1 }, BAD, { id: 3 }]);

    const reason = 'first_name must be a string, but is an object. emails.1 must be a string, but is a number.';
    expect(page.remoteIds).toEqual(['1', '3']);
    expect(page.unreadable).toEqual([{ remoteId: '2', reason }]);
    expect(await putAside()).toEqual([{ model: 'candidates', part: '', remote_id: '2', reason, raw: BAD, count: 1 }]);
  });

  it('is counted when it comes again, and released once it can be read', async () => {
    await save([BAD]);
    await save([BAD]);
    expect(await putAside()).toMatchObject([{ count: 2 }]);

    await save([{ id: 2, first_name: 'Imani' }]);

    expect(await putAside()).toEqual([]);
  });

  it('leaves what was stored of its record as it is', async () => {
    await save([{ id: 2, first_name: 'Imani' }]);

    await save([BAD]);

    const [row] = await database.query('SELECT data, deleted_at FROM records WHERE integration_id = $1', [
      scope.integrationId,
    ]);
    expect(row).toMatchObject({ data: { firstName: 'Imani' }, deleted_at: null });
  });

  it('is forgotten when its record is deleted', async () => {
    await save([BAD]);

    await database.transaction((tx) => store.remove(tx, scope, 'candidates', ['2']));

    expect(await putAside()).toEqual([]);
  });

  it('may be a part, too', async () => {
    const bad = { id: 2, candidate_id: 1 };
    const page = await database.transaction((tx) => store.saveParts(tx, scope, educations, [bad]));
    expect(page).toMatchObject({ changes: [], unreadable: [{ remoteId: '2' }] });
    expect(await putAside()).toMatchObject([{ model: 'candidates', part: 'educations', remote_id: '2' }]);

    await database.transaction((tx) => store.saveParts(tx, scope, educations, [{ ...bad, school: 'X' }]));

    expect(await putAside()).toEqual([]);
  });

  it.each([
    ['null', null],
    ['text', 'rows are objects'],
    ['a list', [[1]]],
    ['a row without an id', { first_name: 'A' }],
    ['a row whose id is an object', { id: {} }],
  ])('may be %s', async (_what, row) => {
    const page = await save([row, row, { id: 1 }]);

    expect(page).toMatchObject({ remoteIds: ['1'], unreadable: [{ remoteId: null }, { remoteId: null }] });
    expect(await putAside()).toMatchObject([{ remote_id: null, raw: row }]);
  });

  it('may be nested so deep that nothing should follow it', async () => {
    const deep = JSON.parse(`${'['.repeat(3_000)}${']'.repeat(3_000)}`) as unknown;

    const page = await save([{ id: 1, deep }]);

    expect(page.unreadable).toEqual([{ remoteId: null, reason: 'The row is nested too deep.' }]);
    expect(await putAside()).toMatchObject([{ raw: null }]);
  });

  it('may be larger than an event could carry', async () => {
    const page = await save([{ id: 1, first_name: 'x'.repeat(2_100_000) }]);

    expect(page.unreadable).toEqual([{ remoteId: '1', reason: expect.stringMatching(/^The row is too large/) }]);
    expect(await putAside()).toMatchObject([{ raw: null }]);
  });

  it('may be one the connector fails on, which is said without its values', async () => {
    const failing: RecordResource = {
      ...candidates,
      map: () => {
        throw new TypeError('cannot read Imani');
      },
    };

    const page = await save([{ id: 1 }], failing);

    expect(page.unreadable).toEqual([{ remoteId: '1', reason: 'The connector failed on the row (TypeError).' }]);
  });

  it.each([
    ['without an id', ''],
    ['with an id longer than an index takes', 'x'.repeat(256)],
  ])('may be one that is mapped to a record %s', async (_what, remoteId) => {
    const { map } = candidates;
    const odd: RecordResource = { ...candidates, map: (wire) => ({ ...map(wire), remoteId }) };

    expect(await save([{ id: 1 }], odd)).toMatchObject({ changes: [], unreadable: [{ remoteId: '1' }] });
  });
});
