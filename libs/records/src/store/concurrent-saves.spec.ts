import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordScope, SavedPage } from './record-change.js';
import { aRecordStore, aScope, candidates, educations } from '../../testing/index.js';
import type { Database } from '#libs/store';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';

const store = aRecordStore();
const ROWS = Array.from({ length: 200 }, (_, id) => ({ id, first_name: `Name ${id}` }));
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

const save = (rows: readonly unknown[]): Promise<SavedPage> =>
  database.transaction((tx) => store.save(tx, scope, candidates, rows));
const saveParts = (rows: readonly unknown[]): Promise<SavedPage> =>
  database.transaction((tx) => store.saveParts(tx, scope, educations, rows));
const count = (pages: readonly SavedPage[], kind: string) =>
  pages.flatMap(({ changes }) => changes).filter((change) => change.kind === kind).length;

describe('transactions that save the same page at once', () => {
  it('see each record new once, whatever order their rows are in', async () => {
    const pages = await Promise.all([save(ROWS), save(ROWS.toReversed()), save(ROWS), save(ROWS.toReversed())]);

    expect(count(pages, 'new')).toBe(ROWS.length);
    expect(count(pages, 'modified')).toBe(0);
  });

  it('tell of a change once', async () => {
    await save(ROWS);
    const changed = ROWS.map((row) => ({ ...row, last_name: 'X' }));

    const pages = await Promise.all([save(changed), save(changed.toReversed())]);

    expect(count(pages, 'modified')).toBe(ROWS.length);
  });

  it('end in the same record as parts that come at the same moment', async () => {
    const parts = ROWS.map(({ id }) => ({ id: id + 1_000, candidate_id: id, school: `School ${id}` }));

    await Promise.all([save(ROWS), saveParts(parts), saveParts(parts.toReversed())]);

    const [row] = await database.query(
      `SELECT count(*)::int AS all, count(*) FILTER (WHERE jsonb_array_length(data->'educations') = 1)::int AS whole
       FROM records WHERE integration_id = $1`,
      [scope.integrationId],
    );
    expect(row).toEqual({ all: ROWS.length, whole: ROWS.length });
  });

  it('number and date records in the order of their commits', async () => {
    await Promise.all(ROWS.slice(0, 40).map((row) => save([row])));

    const rows = await database.query<{ xmin: string; seq: string; changed_at: Date }>(
      'SELECT xmin::text, seq, changed_at FROM records WHERE integration_id = $1 ORDER BY seq',
      [scope.integrationId],
    );
    const times = rows.map(({ changed_at }) => changed_at.getTime());
    expect(rows).toHaveLength(40);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe('a transaction that fails', () => {
  it('leaves nothing behind', async () => {
    const failed = database.transaction(async (tx) => {
      await store.save(tx, scope, candidates, [{ id: 1 }, { id: {} }]);
      throw new Error('after the page');
    });

    await expect(failed).rejects.toThrow('after the page');
    const left = await database.query(
      `SELECT 1 FROM records WHERE integration_id = $1 UNION ALL SELECT 1 FROM unreadable_records WHERE integration_id = $1`,
      [scope.integrationId],
    );
    expect(left).toEqual([]);
  });
});
