import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule, readConfig } from '#libs/config';
import { definePart } from '#libs/connector-kit';
import type { Rings } from '#libs/delivery';
import { type Access, Engine, EngineModule } from '#libs/engine';
import { type FakeAts, aVersion, anAccess, sendJson, startFakeAts } from '#libs/engine/testing';
import { newId } from '#libs/model';
import { RecordRefresh } from './record-refresh.js';
import type { RecordScope } from '../store/record-change.js';
import { aRecordStore, aScope, attachments, candidates, educations, recordEvents } from '../../testing/index.js';
import { type Database, StoreModule } from '#libs/store';
import { TelemetryModule, createLogger } from '#libs/telemetry';
import { type TestDatabase, createTestDatabase } from '../../../../test/support/database.js';

const store = aRecordStore();
/** Nobody let us see these. */
const hidden = definePart({
  ...educations,
  name: 'hidden',
  list: { ...educations.list, path: 'hidden' },
  field: 'phones',
});

let test: TestDatabase;
let database: Database;
let desk: TestingModule;
let ats: FakeAts;
let scope: RecordScope;
let access: Access;
let refresh: RecordRefresh;
let rung: string[];
/** What the ATS has, by path. */
let has: Record<string, Record<string, unknown>[]>;

beforeAll(async () => {
  test = await createTestDatabase();
  database = test.database;
  const options = { url: test.url, poolSize: 4, applicationName: 'test', onError: () => {} };
  desk = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(readConfig({ ATSUME_ALLOW_PRIVATE_TARGETS: 'true' }, false)),
      StoreModule.forRoot(options, [{ id: 'k1', key: Buffer.alloc(32) }]),
      TelemetryModule.forLogger(createLogger({ name: 'test', level: 'silent' })),
      EngineModule,
    ],
  }).compile();
  await desk.init();
  ats = await startFakeAts();
});
afterAll(async () => {
  await ats.close();
  await desk.close();
  await test.drop();
});
beforeEach(async () => {
  scope = aScope();
  rung = [];
  has = { people: [], educations: [], files: [] };
  ats.got.length = 0;
  ats.answer = ({ url }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://ats.example');
    const rows = has[pathname.split('/').at(-1)!];
    if (!rows) return sendJson(response, 403, { message: 'No.' });
    const by = searchParams.has('ids') ? 'id' : 'candidate_id';
    const asked = (searchParams.get('ids') ?? searchParams.get('of') ?? '').split(',');
    sendJson(
      response,
      200,
      rows.filter((row) => asked.includes(String(row[by]))),
    );
  };
  const version = aVersion({ resources: [candidates, educations, hidden, attachments] });
  access = anAccess(ats.origin, { ...scope, version, budgetKey: scope.integrationId });
  const rings = { ring: (ids: readonly string[]) => rung.push(...ids) } as unknown as Rings;
  refresh = new RecordRefresh(database, desk.get(Engine), store, recordEvents().events, rings);
  await database.query('INSERT INTO accounts (id, name, partner_token) VALUES ($1, $1, $1)', [scope.accountId]);
});
afterEach(() => database.query('DELETE FROM delivery_work'));

const told = async () =>
  (
    await database.query<{ type: string }>('SELECT type FROM events WHERE account_id = $1 ORDER BY id', [
      scope.accountId,
    ])
  ).map(({ type }) => type);

describe('reading records again', () => {
  it('saves them with their parts, tells of each once, and rings', async () => {
    const endpointId = newId('endpoint');
    await database.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, url, status, slot)
       VALUES ($1, $2, 'WEBHOOK', 'https://x.example', 'ENABLED', 0)`,
      [endpointId, scope.accountId],
    );
    has.people = [{ id: 1, first_name: 'A' }, { id: 2 }, { id: 3 }];
    has.educations = [{ id: 10, candidate_id: 1, school: 'Ten' }];

    const { changes, missing } = await refresh.read(access, 'candidates', ['1', '2', '3', '1'], 'webhook');

    expect(changes.map(({ kind, remoteId }) => `${kind} ${remoteId}`)).toEqual(['new 1', 'new 2', 'new 3']);
    expect(changes[0]!.record.educations).toMatchObject([{ institution: 'Ten' }]);
    expect(missing).toEqual([]);
    expect(await told()).toEqual(['record.new', 'record.new', 'record.new']);
    expect(rung).toEqual([endpointId, endpointId]);
    const asked = ats.got.filter(({ url }) => url.includes('people')).map(({ url }) => url);
    expect(asked).toEqual(['/v3/people?ids=1%2C2', '/v3/people?ids=3']);
  });

  it('tells of a change of record and parts together, and of none where none is', async () => {
    has.people = [{ id: 1, first_name: 'A' }];
    has.educations = [{ id: 10, candidate_id: 1, school: 'Ten' }];
    await refresh.read(access, 'candidates', ['1'], 'webhook');
    has.people = [{ id: 1, first_name: 'B' }];
    has.educations = [];

    const { changes } = await refresh.read(access, 'candidates', ['1'], 'webhook');
    const again = await refresh.read(access, 'candidates', ['1'], 'webhook');

    expect(changes).toHaveLength(1);
    expect(Object.keys(changes[0]!.changes).toSorted()).toEqual(['educations', 'firstName']);
    expect(again).toEqual({ changes: [], missing: [] });
    expect(await told()).toEqual(['record.new', 'record.modified']);
  });

  it('says which ones the ATS did not answer, and deletes none of them', async () => {
    has.people = [{ id: 1 }, { id: 2 }];
    await refresh.read(access, 'candidates', ['1', '2'], 'webhook');
    has.people = [{ id: 2, first_name: { bad: true } }];

    const { changes, missing } = await refresh.read(access, 'candidates', ['1', '2', '3'], 'webhook');

    expect(missing).toEqual(['1', '3']);
    expect(changes).toEqual([]);
    expect(
      await database.query('SELECT FROM records WHERE integration_id = $1 AND deleted_at IS NULL', [
        scope.integrationId,
      ]),
    ).toHaveLength(2);
  });

  it('reads what belongs to others', async () => {
    has.files = [
      { id: 7, candidate_id: 1, filename: 'cv.pdf', url: 'https://s3.example/1?sig=a' },
      { id: 8, candidate_id: 2, filename: 'other.pdf', url: 'https://s3.example/2?sig=a' },
    ];

    const changes = await refresh.readOf(access, 'attachments', 'candidates', ['1']);

    expect(changes).toMatchObject([{ kind: 'new', model: 'attachments', remoteId: '7' }]);
    expect(changes[0]!.record).toMatchObject({ file: { url: 'https://s3.example/1?sig=a' } });
    const [event] = await database.query<{ payload: Buffer }>('SELECT payload FROM events WHERE account_id = $1', [
      scope.accountId,
    ]);
    expect(event!.payload.toString()).toContain('cv.pdf');
    expect(event!.payload.toString()).not.toContain('s3.example');
  });

  it('keeps an address that is signed anew without telling of it', async () => {
    has.files = [{ id: 7, candidate_id: 1, filename: 'cv.pdf', url: 'https://s3.example/1?sig=a' }];
    await refresh.readOf(access, 'attachments', 'candidates', ['1']);
    has.files = [{ id: 7, candidate_id: 1, filename: 'cv.pdf', url: 'https://s3.example/1?sig=b' }];

    expect(await refresh.readOf(access, 'attachments', 'candidates', ['1'])).toEqual([]);

    const [row] = await database.query<{ data: { file: { url: string } } }>(
      'SELECT data FROM records WHERE integration_id = $1',
      [scope.integrationId],
    );
    expect(row!.data.file.url).toBe('https://s3.example/1?sig=b');
  });

  it.each([
    ['a model this ATS does not have', () => refresh.read(access, 'offers', ['1'], 'action')],
    ['records it cannot be asked for by id', () => refresh.read(access, 'attachments', ['1'], 'action')],
    ['records it cannot be asked for by these parents', () => refresh.readOf(access, 'attachments', 'jobs', ['1'])],
  ])('is refused for %s', async (_what, work) => {
    await expect(work()).rejects.toMatchObject({ code: 'capability_unsupported' });
    expect(ats.got).toEqual([]);
  });

  it('leaves everything as it was when the ATS refuses', async () => {
    ats.answer = (_got, response) => sendJson(response, 403, { message: 'No.' });

    await expect(refresh.read(access, 'candidates', ['1'], 'action')).rejects.toMatchObject({
      code: 'provider_forbidden',
    });
    expect(await told()).toEqual([]);
  });

  it('does nothing for no ids', async () => {
    expect(await refresh.read(access, 'candidates', [], 'webhook')).toEqual({ changes: [], missing: [] });
    expect(ats.got).toEqual([]);
  });
});
