import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Database } from '#libs/store';
import { type TestDatabase, createTestDatabase } from '../../../../../test/support/database.js';
import { type ListFilter, type Position, pageStatement } from './list-statement.js';

const ROWS = 60_000;

/** Rows as a first sync leaves them: nobody has counted them for the planner yet. */
describe('the plans of lists', () => {
  let test: TestDatabase;
  let database: Database;
  beforeAll(async () => {
    test = await createTestDatabase();
    database = test.database;
    await asOwner('ALTER TABLE records SET (autovacuum_enabled = false)');
    await database.query(
      `INSERT INTO records (account_id, integration_id, model, remote_id, id, hash, data, candidate_ref, first_seen_at, changed_at)
       SELECT 'a', 'i', 'applications', n::text, 'appl_' || n, '\\x00', jsonb_build_object('stageRemoteId', (n % 1000)::text,
         'status', jsonb_build_object('value', CASE WHEN n % 5000 = 0 THEN 'HIRED' ELSE 'ACTIVE' END)), 'cand_' || n / 2,
         now(), '2026-01-01'::timestamptz + n / 500 * interval '1 second'
       FROM generate_series(1, ${ROWS}) n`,
    );
  });
  afterAll(() => test.drop());

  /** The hub's own role may neither change the table nor count its rows. */
  const asOwner = async (statement: string): Promise<void> => {
    const owner = new pg.Client({ connectionString: test.url });
    await owner.connect();
    await owner.query(statement).finally(() => owner.end());
  };

  const plan = async (filter: Partial<ListFilter>, after: Position | null): Promise<string> => {
    const scope = { accountId: 'a', integrationId: 'i' };
    const { text, values } = pageStatement(
      scope,
      'applications',
      { includeDeleted: false, ...filter },
      { after, limit: 51 },
    );
    const lines = await database.query<Record<string, string>>(
      `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${text}`,
      values,
    );
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  };

  const updatedAfter = '2026-01-01T00:00:00Z';
  const late: Position = { changedAt: null, seq: '50000' };
  const CASES: [string, string, Partial<ListFilter>, Position | null][] = [
    ['the first page', 'records_list', {}, null],
    ['a late page', 'records_list', {}, late],
    ['the first changes', 'records_changes', { updatedAfter }, null],
    ['late changes', 'records_changes', { updatedAfter }, { changedAt: '2026-01-01T00:01:40.000Z', seq: '50000' }],
    ['a rare status', 'records_status', { status: 'HIRED' }, late],
    ['a stage', 'records_stage', { stageRemoteId: '7' }, late],
  ];

  it.each(['at first', 'later'].flatMap((when) => CASES.map((one) => ({ when, what: one[0], one }))))(
    '$when read no more than the rows of a page for $what',
    async ({ when, one: [, index, filter, after] }) => {
      if (when === 'later') await asOwner('ANALYZE records');

      const found = await plan(filter, after);

      expect(found).toContain(`Index Scan using ${index}`);
      expect(found).not.toContain('Sort');
      // One that reads up to the place from the beginning would have that beginning in its condition.
      expect(found.match(/changed_at >/g) ?? []).toEqual([]);
    },
  );

  it('look a candidate up by its own index, changes among them', async () => {
    expect(await plan({ candidateId: 'cand_77' }, null)).toContain('records_candidate');
    expect(await plan({ candidateId: 'cand_77', updatedAfter }, null)).toContain('records_candidate');
  });
});
