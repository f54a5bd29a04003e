import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aRecordStore, aScope, candidates, educations } from '../../testing/index.js';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';

const store = aRecordStore();
let test: TestDatabase;
/** By statement: how its plan reads which table. */
const plans: Record<string, string[]> = {};

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

const reads = (node: PlanNode): string[] => [
  ...(node['Relation Name'] && node['Node Type'].includes('Scan')
    ? [`${node['Relation Name']}: ${node['Index Name'] ?? node['Node Type']}`]
    : []),
  ...(node.Plans ?? []).flatMap(reads),
];

const STATEMENTS = `SELECT name, array_length(parameter_types, 1) AS parameters FROM pg_prepared_statements`;

/** What is kept for the life of a connection when a sync begins on tables that have next to nothing in them. */
beforeAll(async () => {
  test = await createTestDatabase();
  const scope = aScope();
  await test.database.transaction((tx) => store.save(tx, scope, candidates, [{ id: 1 }]));
  await test.database.query('ANALYZE');
  await test.database.transaction(async (tx) => {
    await tx.query('SET LOCAL plan_cache_mode = force_generic_plan');
    await store.save(tx, scope, candidates, [{ id: 1, first_name: 'A' }, { id: 2 }, { id: {} }]);
    const whole = { rows: [{ id: 1, candidate_id: 1, school: 'S' }], parentRemoteIds: ['1'] };
    await store.replaceParts(tx, scope, educations, whole);
    await store.removeParts(tx, scope, educations, ['1']);
    await store.remove(tx, scope, 'candidates', ['2']);
    for (const { name, parameters } of await tx.query<{ name: string; parameters: number }>(STATEMENTS)) {
      const nothing = Array.from({ length: parameters }, () => 'NULL').join();
      const [row] = await tx.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `EXPLAIN (FORMAT JSON) EXECUTE "${name}" (${nothing})`,
      );
      plans[name] = reads(row!['QUERY PLAN'][0].Plan);
    }
  });
});
afterAll(() => test.drop());

describe('the plan that is made on a nearly empty table and kept', () => {
  it('is known for each statement that saves', () => {
    expect(Object.keys(plans)).toEqual(
      expect.arrayContaining([
        'records_find_different',
        'records_insert',
        'records_write',
        'records_bury',
        'record_parts_save',
      ]),
    );
  });

  it('never reads a table from one end to the other', () => {
    const all = Object.entries(plans).flatMap(([name, found]) => found.map((read) => `${name}: ${read}`));

    expect(all.filter((read) => read.includes('Seq Scan'))).toEqual([]);
  });

  it('finds a record by the one index that has its id, and its parts by theirs', () => {
    expect(plans.records_find_different).toEqual(
      expect.arrayContaining(['records: records_id_key', 'record_parts: record_parts_record']),
    );
    expect(plans.records_bury).toContain('records: records_id_key');
    expect(plans.record_parts_save).toContain('record_parts: record_parts_pkey');
  });
});
