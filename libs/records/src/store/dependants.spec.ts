import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type RecordResource, onePage } from '#libs/connector-kit';
import type { ModelName } from '#libs/model';
import type { Database } from '#libs/store';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';
import { aRecordStore, aScope } from '../../testing/index.js';
import type { RecordScope } from './record-change.js';
import { dependantsOf } from './dependants.js';

const store = aRecordStore();

/** Rows that are records already. */
const plain = (model: ModelName): RecordResource => ({
  kind: 'records',
  model,
  permission: model,
  covers: [],
  list: { path: model, pages: onePage() },
  wire: z.looseObject({ remoteId: z.string() }),
  map: (wire: never) => wire,
});

describe('what cannot be without another record', () => {
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

  const save = (model: ModelName, rows: object[], within = scope) =>
    database.transaction((tx) => store.save(tx, within, plain(model), rows));
  const remove = (model: ModelName, ...ids: string[]) =>
    database.transaction(async (tx) => {
      const changes = await store.remove(tx, scope, model, ids);
      return changes.map((change) => `${change.kind} ${change.model} ${change.remoteId}`).toSorted();
    });
  const alive = async ({ integrationId } = scope) => {
    const rows = await database.query<{ model: string; remote_id: string }>(
      'SELECT model, remote_id FROM records WHERE integration_id = $1 AND deleted_at IS NULL ORDER BY model, remote_id',
      [integrationId],
    );
    return rows.map(({ model, remote_id }) => `${model} ${remote_id}`);
  };
  const fill = async (within = scope) => {
    const of = { candidateRemoteId: '1', applicationRemoteId: '11' };
    await save('candidates', [{ remoteId: '1' }, { remoteId: '2' }], within);
    await save(
      'applications',
      [
        { remoteId: '11', candidateRemoteId: '1', jobRemoteId: '7' },
        { remoteId: '12', candidateRemoteId: '2', jobRemoteId: '7' },
      ],
      within,
    );
    await save('jobs', [{ remoteId: '7' }], within);
    await save('job-stages', [{ remoteId: '71', jobRemoteId: '7' }], within);
    await save(
      'attachments',
      [
        { remoteId: '21', ...of },
        { remoteId: '22', candidateRemoteId: '2' },
      ],
      within,
    );
    await save('notes', [{ remoteId: '31', candidateRemoteId: '1' }], within);
    await save('scorecards', [{ remoteId: '41', ...of, candidateRemoteId: null }], within);
    await save('eeoc', [{ remoteId: '51', applicationRemoteId: '11' }], within);
  };

  it('is deleted with it, down to what belongs to what belongs to it', async () => {
    await fill();

    expect(await remove('candidates', '1', '3')).toEqual([
      'deleted applications 11',
      'deleted attachments 21',
      'deleted candidates 1',
      'deleted eeoc 51',
      'deleted notes 31',
      'deleted scorecards 41',
    ]);
    expect(await alive()).toEqual(['applications 12', 'attachments 22', 'candidates 2', 'job-stages 71', 'jobs 7']);
  });

  it('stays when only something it names beside that is gone', async () => {
    await fill();

    expect(await remove('applications', '11')).toEqual([
      'deleted applications 11',
      'deleted eeoc 51',
      'deleted scorecards 41',
    ]);
    expect(await remove('jobs', '7')).toEqual(['deleted job-stages 71', 'deleted jobs 7']);
    expect(await alive()).toEqual([
      'applications 12',
      'attachments 21',
      'attachments 22',
      'candidates 1',
      'candidates 2',
      'notes 31',
    ]);
  });

  it('goes once: deleting again deletes nothing', async () => {
    await fill();
    await remove('candidates', '1');

    expect(await remove('candidates', '1')).toEqual([]);
  });

  it('stays with a record that lives on in another one', async () => {
    await fill();

    const changes = await database.transaction((tx) =>
      store.merge(tx, scope, 'candidates', { remoteId: '1', into: '2' }),
    );

    expect(changes.map(({ model }) => model)).toEqual(['candidates']);
    expect(await alive()).toContain('attachments 21');
  });

  it('is of the same integration', async () => {
    const other = aScope();
    await fill();
    await fill(other);
    const before = await alive(other);

    await remove('candidates', '1', '2');

    expect(await alive(other)).toEqual(before);
  });

  it('has a column to be found by', () => {
    const named = (['candidates', 'applications', 'jobs'] as const).flatMap((model) =>
      dependantsOf(model).flatMap(({ refs }) => refs),
    );

    expect(new Set(named)).toEqual(new Set(['candidateRemoteId', 'applicationRemoteId', 'jobRemoteId']));
  });
});
