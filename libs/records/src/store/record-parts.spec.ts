import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PartResource } from '#libs/connector-kit';
import type { RecordChange, RecordScope, SavedPage } from './record-change.js';
import { aRecordStore, aScope, candidates, educations, preferences } from '../../testing/index.js';
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

const save = (...rows: unknown[]): Promise<SavedPage> =>
  database.transaction((tx) => store.save(tx, scope, candidates, rows));
const saveParts = (part: PartResource, ...rows: unknown[]): Promise<SavedPage> =>
  database.transaction((tx) => store.saveParts(tx, scope, part, rows));
const removeParts = (part: PartResource, ...ids: string[]): Promise<RecordChange[]> =>
  database.transaction((tx) => store.removeParts(tx, scope, part, ids));

async function candidate(remoteId = '1'): Promise<Record<string, unknown>> {
  const [row] = await database.query<{ data: Record<string, unknown> }>(
    `SELECT data FROM records WHERE account_id = $1 AND integration_id = $2 AND remote_id = $3`,
    [scope.accountId, scope.integrationId, remoteId],
  );
  return row!.data;
}
const schools = (data: Record<string, unknown>) =>
  (data.educations as { institution: string }[]).map(({ institution }) => institution);

describe('parts that come before their record', () => {
  it('wait for it and come with it as one new record', async () => {
    const waiting = await saveParts(educations, { id: 10, candidate_id: 1, school: 'Ten' });

    const { changes } = await save({ id: 1, first_name: 'A' });

    expect(waiting).toMatchObject({ changes: [], unchanged: 0, remoteIds: ['10'] });
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ kind: 'new', record: { firstName: 'A' } });
    expect(schools(changes[0]!.record)).toEqual(['Ten']);
    expect(schools(await candidate())).toEqual(['Ten']);
  });
});

describe('parts that come after their record', () => {
  beforeEach(async () => {
    await save({ id: 1, first_name: 'A' });
  });

  it('change it, in the order of their ids, whatever order they came in', async () => {
    await saveParts(educations, { id: 100, candidate_id: 1, school: 'Hundred' });

    const { changes } = await saveParts(educations, { id: 9, candidate_id: 1, school: 'Nine' });

    expect(changes).toMatchObject([{ kind: 'modified', remoteId: '1', model: 'candidates' }]);
    expect(Object.keys(changes[0]!.changes)).toEqual(['educations']);
    expect(schools({ educations: changes[0]!.changes.educations!.from })).toEqual(['Hundred']);
    expect(schools({ educations: changes[0]!.changes.educations!.to })).toEqual(['Nine', 'Hundred']);
    expect(schools(await candidate())).toEqual(['Nine', 'Hundred']);
  });

  it('change it once however many they are', async () => {
    const rows = Array.from({ length: 20 }, (_, id) => ({ id, candidate_id: 1, school: `S${id}` }));

    expect((await saveParts(educations, ...rows)).changes).toHaveLength(1);
    expect(schools(await candidate())).toHaveLength(20);
  });

  it('change nothing when they are the same', async () => {
    await saveParts(educations, { id: 10, candidate_id: 1, school: 'Ten' });

    const page = await saveParts(educations, { id: 10, candidate_id: 1, school: 'Ten' });

    expect(page).toMatchObject({ changes: [], unchanged: 1, remoteIds: ['10'] });
  });

  it('stay when the record itself is saved again, changed or not', async () => {
    await saveParts(educations, { id: 10, candidate_id: 1, school: 'Ten' });

    const same = await save({ id: 1, first_name: 'A' });
    const { changes } = await save({ id: 1, first_name: 'B' });

    expect(same.changes).toEqual([]);
    expect(changes[0]!.changes).toEqual({ firstName: { from: 'A', to: 'B' } });
    expect(schools(await candidate())).toEqual(['Ten']);
  });

  it('leave it as it is of itself when they are removed', async () => {
    await saveParts(educations, { id: 10, candidate_id: 1, school: 'Ten' }, { id: 11, candidate_id: 1, school: 'X' });

    await removeParts(educations, '11');
    const changes = await removeParts(educations, '10', 'never-seen');

    expect(changes).toMatchObject([{ kind: 'modified', changes: { educations: { to: [] } } }]);
    expect(await candidate()).toMatchObject({ educations: [], firstName: 'A' });
    expect(await removeParts(educations, '10')).toEqual([]);
  });

  it('are removed by a row that means nothing any more', async () => {
    await saveParts(educations, { id: 10, candidate_id: 1, school: 'Ten' });

    const { changes } = await saveParts(educations, { id: 10, candidate_id: 1, school: null });

    expect(changes).toHaveLength(1);
    expect(await candidate()).toMatchObject({ educations: [] });
  });

  it('change both records when they move from one to the other', async () => {
    await save({ id: 2 });
    await saveParts(educations, { id: 10, candidate_id: 1, school: 'Ten' });

    const { changes } = await saveParts(educations, { id: 10, candidate_id: 2, school: 'Ten' });

    expect(changes.map(({ remoteId }) => remoteId).toSorted()).toEqual(['1', '2']);
    expect(schools(await candidate('1'))).toEqual([]);
    expect(schools(await candidate('2'))).toEqual(['Ten']);
  });

  it('are replaced as a whole, for the records that were asked for', async () => {
    await save({ id: 2 });
    await saveParts(
      educations,
      { id: 10, candidate_id: 1, school: 'Ten' },
      { id: 11, candidate_id: 1, school: 'Eleven' },
      { id: 20, candidate_id: 2, school: 'Two' },
    );

    const whole = { rows: [{ id: 11, candidate_id: 1, school: 'Eleven' }], parentRemoteIds: ['1'] };
    const { changes } = await database.transaction((tx) => store.replaceParts(tx, scope, educations, whole));

    expect(changes.map(({ remoteId }) => remoteId)).toEqual(['1']);
    expect(schools(await candidate('1'))).toEqual(['Eleven']);
    expect(schools(await candidate('2'))).toEqual(['Two']);
  });

  it('are not taken away because one of them cannot be read any more', async () => {
    await saveParts(educations, { id: 10, candidate_id: 1, school: 'Ten' });

    const whole = { rows: [{ id: 10, candidate_id: 1, school: 5 }], parentRemoteIds: ['1'] };
    const page = await database.transaction((tx) => store.replaceParts(tx, scope, educations, whole));

    expect(page.unreadable).toHaveLength(1);
    expect(schools(await candidate())).toEqual(['Ten']);
  });
});

describe('a part that sets fields', () => {
  it('lies over what the record has itself, and uncovers it when it goes', async () => {
    await save({ id: 1 });

    const { changes } = await saveParts(preferences, { id: 5, candidate_id: 1, zone: 'Asia/Tokyo' });
    const removed = await removeParts(preferences, '5');

    expect(changes).toMatchObject([{ changes: { timeZone: { from: null, to: 'Asia/Tokyo' } } }]);
    expect(removed).toMatchObject([{ changes: { timeZone: { from: 'Asia/Tokyo', to: null } } }]);
  });

  it('is the row with the highest id where there are two, in whatever order they come', async () => {
    await save({ id: 1 });

    await saveParts(preferences, { id: 10, candidate_id: 1, zone: 'New' });
    await saveParts(preferences, { id: 9, candidate_id: 1, zone: 'Old' });

    expect(await candidate()).toMatchObject({ timeZone: 'New' });
  });
});

describe('parts of a deleted record', () => {
  it('change nothing, and are with it when it is back', async () => {
    await save({ id: 1 });
    await database.transaction((tx) => store.remove(tx, scope, 'candidates', ['1']));

    const silent = await saveParts(educations, { id: 10, candidate_id: 1, school: 'Ten' });
    const { changes } = await save({ id: 1 });

    expect(silent.changes).toEqual([]);
    expect(changes[0]!.kind).toBe('new');
    expect(schools(changes[0]!.record)).toEqual(['Ten']);
  });
});
