import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineResource } from '#libs/connector-kit';
import { withPartitions } from '#libs/events';
import { type EeocAnswer, enumValue, newId, recordId } from '#libs/model';
import type { ChangesFoundBy } from './changes-found-by.js';
import type { RecordChange, RecordScope } from '../store/record-change.js';
import { aRecordStore, aScope, candidates, educations, recordEvents } from '../../testing/index.js';
import type { Database, Queryable } from '#libs/store';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';

const DELTA: ChangesFoundBy = { syncType: 'delta_sync', syncJobId: 'sjb_1', syncRunId: 'srn_1' };
const INITIAL: ChangesFoundBy = { ...DELTA, syncType: 'initial_sync' };
const REAL_TIME: ChangesFoundBy = { syncType: 'real_time', syncJobId: 'x', syncRunId: 'y', cause: 'webhook' };

const store = aRecordStore();
let test: TestDatabase;
let database: Database;
let scope: RecordScope;
let desk: ReturnType<typeof recordEvents>;

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
});
afterAll(() => test.drop());
beforeEach(async () => {
  scope = aScope();
  desk = recordEvents();
  await database.query('INSERT INTO accounts (id, name, partner_token) VALUES ($1, $1, $1)', [scope.accountId]);
});
afterEach(() => database.query('DELETE FROM delivery_work'));

type Work = (tx: Queryable) => Promise<RecordChange[]>;
const tell = (about: ChangesFoundBy, work: Work): Promise<string[]> =>
  withPartitions(database, () =>
    database.transaction(async (tx) => desk.events.append(tx, scope, await work(tx), about)),
  );
const saving =
  (...rows: unknown[]): Work =>
  async (tx) =>
    (await store.save(tx, scope, candidates, rows)).changes;
const removing =
  (...ids: string[]): Work =>
  (tx) =>
    store.remove(tx, scope, 'candidates', ids);

interface Envelope {
  eventType: string;
  eventData: Record<string, Record<string, unknown>>;
  [field: string]: unknown;
}

async function events(): Promise<Envelope[]> {
  const rows = await database.query<{ payload: Buffer }>(
    'SELECT payload FROM events WHERE account_id = $1 ORDER BY id',
    [scope.accountId],
  );
  return rows.map(({ payload }) => JSON.parse(payload.toString()) as Envelope);
}

async function anEndpoint(types: string[] | null = null, integrationIds: string[] | null = null): Promise<string> {
  const id = newId('endpoint');
  await database.query(
    `INSERT INTO webhook_endpoints (id, account_id, kind, url, status, slot, event_types, integration_ids)
     VALUES ($1, $2, 'WEBHOOK', 'https://x.example', 'ENABLED', 0, $3, $4)`,
    [id, scope.accountId, types, integrationIds],
  );
  return id;
}

describe('a new record', () => {
  it('is told of as the API shows it, by the sync that found it', async () => {
    const endpointId = await anEndpoint();

    const rung = await tell(
      DELTA,
      saving({ id: 1, first_name: 'A', recruiter_id: 5, updated_at: '2026-01-02T00:00:00Z' }),
    );

    const id = recordId(scope.integrationId, 'candidates', '1');
    const [event] = await events();
    expect(rung).toEqual([endpointId]);
    expect(event).toMatchObject({
      eventType: 'record.new',
      recordId: id,
      syncType: 'delta_sync',
      syncDataType: 'ats_candidates',
      syncJobId: 'sjb_1',
      syncRunId: 'srn_1',
    });
    expect(Object.keys(event!.eventData)).toEqual(['candidate']);
    expect(event!.eventData.candidate).toMatchObject({
      id,
      integrationId: scope.integrationId,
      remoteId: '1',
      remoteUpdatedAt: '2026-01-02T00:00:00Z',
      deletedAt: null,
      firstName: 'A',
      recruiterId: recordId(scope.integrationId, 'users', '5'),
      recruiterRemoteId: '5',
    });
  });

  it('is known as an event of its record and integration', async () => {
    await tell(DELTA, saving({ id: 1 }));

    const [row] = await database.query('SELECT subject_id, integration_id FROM events WHERE account_id = $1', [
      scope.accountId,
    ]);
    expect(row).toEqual({
      subject_id: recordId(scope.integrationId, 'candidates', '1'),
      integration_id: scope.integrationId,
    });
  });
});

describe('a changed record', () => {
  beforeEach(() => database.transaction(saving({ id: 1, first_name: 'A', last_name: 'X', recruiter_id: 5 })));

  it('is told of whole, with what was and what is', async () => {
    await tell(REAL_TIME, saving({ id: 1, first_name: 'B', last_name: 'X', recruiter_id: 6 }));

    const [event] = await events();
    const user = (remoteId: string) => recordId(scope.integrationId, 'users', remoteId);
    expect(event).toMatchObject({ eventType: 'record.modified', syncType: 'real_time', syncJobId: 'real_time' });
    expect(event!.syncRunId).toBe(`real_time_${String(event!.triggeredAt)}`);
    expect(event!.eventData.candidate).toMatchObject({ firstName: 'B', lastName: 'X' });
    expect(event!.eventData.changes).toEqual({
      firstName: { from: 'A', to: 'B' },
      recruiterId: { from: user('5'), to: user('6') },
      recruiterRemoteId: { from: '5', to: '6' },
    });
  });

  it('is told of when its parts change', async () => {
    await tell(DELTA, async (tx) => {
      const row = { id: 7, candidate_id: 1, school: 'S' };
      return (await store.saveParts(tx, scope, educations, [row])).changes;
    });

    expect(Object.keys((await events())[0]!.eventData.changes!)).toEqual(['educations']);
  });

  it('is not told of when nobody watches what changed', async () => {
    await database.transaction((tx) => desk.watched.replace(tx, scope, 'candidates', ['firstName']));

    await tell(DELTA, saving({ id: 1, first_name: 'A', last_name: 'Y', recruiter_id: 5 }, { id: 2 }));
    await tell(DELTA, saving({ id: 1, first_name: 'B', last_name: 'Z', recruiter_id: 5 }));

    const told = await events();
    expect(told.map(({ eventType }) => eventType)).toEqual(['record.new', 'record.modified']);
    expect(told[1]!.eventData.changes).toHaveProperty('lastName');
  });

  it('is told of in all its fields again when all are watched again', async () => {
    await database.transaction((tx) => desk.watched.replace(tx, scope, 'candidates', []));
    await database.transaction((tx) => desk.watched.replace(tx, scope, 'candidates', null));

    await tell(DELTA, saving({ id: 1, first_name: 'B' }));

    expect(await events()).toHaveLength(1);
  });
});

describe('a deleted record', () => {
  it('is told of once, as it was', async () => {
    await database.transaction(saving({ id: 1, first_name: 'A' }));

    await tell(DELTA, removing('1'));
    await tell(DELTA, removing('1'));

    const told = await events();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      eventType: 'record.deleted',
      eventData: { candidate: { firstName: 'A', deletedAt: expect.any(String) } },
    });
  });

  it('says where it went when it was merged', async () => {
    await database.transaction(saving({ id: 1 }, { id: 2 }));

    await tell(DELTA, (tx) => store.merge(tx, scope, 'candidates', { remoteId: '1', into: '2' }));

    const id = recordId(scope.integrationId, 'candidates', '2');
    expect((await events())[0]!.eventData.mergedInto).toEqual({ id, remoteId: '2' });
  });
});

describe('an initial sync', () => {
  it('is not told to nobody', async () => {
    await anEndpoint(['record.modified']);
    await anEndpoint(null, [newId('integration')]);

    expect(await tell(INITIAL, saving({ id: 1 }))).toEqual([]);

    expect(await events()).toEqual([]);
  });

  it('is told to who wants it', async () => {
    const endpointId = await anEndpoint(['record.new'], [scope.integrationId]);

    expect(await tell(INITIAL, saving({ id: 1 }, { id: 2 }))).toEqual([endpointId]);

    const told = await events();
    expect(told.map(({ syncType }) => syncType)).toEqual(['initial_sync', 'initial_sync']);
  });
});

describe('records of a special kind', () => {
  const answers = defineResource({
    ...candidates,
    model: 'eeoc',
    covers: [],
    wire: candidates.wire,
    map: (wire): EeocAnswer => ({
      ...(candidates.map(wire as never) as unknown as EeocAnswer),
      candidateRemoteId: '1',
      gender: enumValue('x', {}),
    }),
  });

  it('are stored, and never part of an event', async () => {
    await anEndpoint();

    const rung = await tell(DELTA, async (tx) => (await store.save(tx, scope, answers, [{ id: 9 }])).changes);

    expect(rung).toEqual([]);
    expect(await events()).toEqual([]);
  });
});

describe('other features', () => {
  it('take part in every change, in its transaction, and have their endpoints rung', async () => {
    const heard: string[] = [];
    desk.hooks.onChanged(async (tx, { integrationId }, changes, { cause }) => {
      const [row] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM records WHERE integration_id = $1', [
        integrationId,
      ]);
      heard.push(`${cause} ${changes.map(({ kind }) => kind).join()} ${row!.n}`);
      return ['whe_theirs'];
    });
    await database.transaction((tx) => desk.watched.replace(tx, scope, 'candidates', []));
    await tell(REAL_TIME, saving({ id: 1 }));

    const rung = await tell(REAL_TIME, saving({ id: 1, first_name: 'A' }));

    expect(heard).toEqual(['webhook new 1', 'webhook modified 1']);
    expect(rung).toEqual(['whe_theirs']);
  });

  it('are not asked when nothing changed', async () => {
    desk.hooks.onChanged(() => Promise.reject(new Error('asked')));

    expect(await tell(DELTA, saving())).toEqual([]);
  });
});

describe('events and records', () => {
  it('are there together or not at all', async () => {
    const failed = tell(DELTA, async (tx) => {
      const { changes } = await store.save(tx, scope, candidates, [{ id: 1 }]);
      await desk.events.append(tx, scope, changes, DELTA);
      throw new Error('late');
    });

    await expect(failed).rejects.toThrow('late');
    expect(await events()).toEqual([]);
  });

  it('are as many as a page has', async () => {
    const endpointId = await anEndpoint();
    const rows = Array.from({ length: 500 }, (_, id) => ({ id, first_name: `N${id}` }));

    expect(await tell(DELTA, saving(...rows))).toEqual([endpointId]);

    const [work] = await database.query('SELECT count(*)::int AS n FROM delivery_work WHERE account_id = $1', [
      scope.accountId,
    ]);
    expect(work).toEqual({ n: 500 });
    expect(new Set((await events()).map(({ eventId }) => eventId)).size).toBe(500);
  });
});
