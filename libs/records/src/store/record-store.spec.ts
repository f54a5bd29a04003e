import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MODELS, recordId } from '#libs/model';
import type { RecordChange, RecordScope, SavedPage } from './record-change.js';
import { aRecordStore, aScope, candidates, postings } from '../../testing/index.js';
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

const save = (rows: readonly unknown[], within: RecordScope = scope): Promise<SavedPage> =>
  database.transaction((tx) => store.save(tx, within, candidates, rows));
const remove = (...ids: string[]) => database.transaction((tx) => store.remove(tx, scope, 'candidates', ids));

interface Row {
  id: string;
  remote_id: string;
  data: Record<string, unknown>;
  raw: unknown;
  email: string | null;
  first_seen_at: Date;
  changed_at: Date;
  deleted_at: Date | null;
}

const rows = ({ accountId, integrationId }: RecordScope = scope): Promise<Row[]> =>
  database.query('SELECT * FROM records WHERE account_id = $1 AND integration_id = $2 ORDER BY seq', [
    accountId,
    integrationId,
  ]);
const only = async () => (await rows())[0]!;
const kinds = (changes: readonly RecordChange[]) => changes.map(({ kind, remoteId }) => `${kind} ${remoteId}`);

describe('a row the mirror has not seen', () => {
  it('becomes a record under the id it has for ever, with the row as the ATS had it', async () => {
    const row = {
      id: 7,
      first_name: 'Imani',
      emails: ['Imani@Example.org', 'b@example.org'],
      unknown: { z: 1, a: [2] },
    };

    const { changes, unchanged, remoteIds } = await save([row]);

    const id = recordId(scope.integrationId, 'candidates', '7');
    expect(kinds(changes)).toEqual(['new 7']);
    expect(changes[0]).toMatchObject({ id, model: 'candidates', changes: {}, record: { firstName: 'Imani' } });
    expect({ unchanged, remoteIds }).toEqual({ unchanged: 0, remoteIds: ['7'] });
    const stored = await only();
    expect(stored).toMatchObject({ id, remote_id: '7', email: 'imani@example.org', deleted_at: null, raw: row });
    expect(Object.keys(stored.raw as object)).toEqual(Object.keys(row));
    expect(stored.changed_at).toEqual(stored.first_seen_at);
  });

  it('may be read ahead of being saved', async () => {
    const read = await store.read(candidates, [{ id: 7, first_name: 'Imani' }, { id: {} }]);

    const page = await database.transaction((tx) => store.save(tx, scope, candidates, read));

    expect(kinds(page.changes)).toEqual(['new 7']);
    expect([page.unreadable.length, (await only()).raw]).toEqual([1, { id: 7, first_name: 'Imani' }]);
  });

  it('is stored with a page of many, beside those that are there', async () => {
    await save([{ id: 3, first_name: 'A' }, { id: 299 }]);
    const many = Array.from({ length: 300 }, (_, at) => ({ id: at + 1, first_name: `N${at + 1}` }));

    const { changes } = await save(many);

    expect(changes.filter(({ kind }) => kind === 'modified').map(({ remoteId }) => remoteId)).toEqual(['3', '299']);
    expect(changes).toHaveLength(300);
    expect((await rows()).map(({ data }) => (data as { firstName: string }).firstName).sort()).toEqual(
      many.map(({ first_name: name }) => name).sort(),
    );
  });

  it('is listed in the order of first sight', async () => {
    await save([{ id: 3 }, { id: 1 }]);
    await save([{ id: 1, first_name: 'A' }, { id: 2 }]);

    expect((await rows()).map(({ remote_id }) => remote_id)).toEqual(['3', '1', '2']);
  });

  it('has ids of what it belongs to, known before that was read', async () => {
    await database.transaction((tx) => store.save(tx, scope, postings, [{ id: 1, job_id: 5 }]));

    const [row] = await database.query('SELECT job_ref FROM records WHERE integration_id = $1', [scope.integrationId]);
    expect(row).toEqual({ job_ref: recordId(scope.integrationId, 'jobs', '5') });
  });
});

describe('a row the mirror knows', () => {
  it('changes nothing when it is the same', async () => {
    await save([{ id: 1, first_name: 'A' }]);
    const before = await only();

    const page = await save([{ id: 1, first_name: 'A' }]);

    expect(page).toMatchObject({ changes: [], unchanged: 1, remoteIds: ['1'] });
    expect(await only()).toEqual(before);
  });

  it('tells the old and new values of the fields that differ', async () => {
    await save([{ id: 1, first_name: 'A', last_name: 'X', updated_at: '2026-01-01T00:00:00Z' }]);
    const before = await only();

    const { changes } = await save([{ id: 1, first_name: 'B', last_name: 'X', updated_at: '2026-01-02T00:00:00Z' }]);

    expect(kinds(changes)).toEqual(['modified 1']);
    expect(changes[0]!.changes).toEqual({ firstName: { from: 'A', to: 'B' } });
    const after = await only();
    expect(after.data).toMatchObject({ firstName: 'B', remoteUpdatedAt: '2026-01-02T00:00:00Z' });
    expect(after.changed_at > before.changed_at).toBe(true);
    expect(after.first_seen_at).toEqual(before.first_seen_at);
  });

  it('is kept as the ATS has it now when only unmapped fields differ, without a change', async () => {
    await save([{ id: 1, note: 'old', updated_at: '2026-01-01T00:00:00Z' }]);
    const before = await only();

    const page = await save([{ id: 1, note: 'new', updated_at: '2026-01-02T00:00:00Z' }]);

    expect(page).toMatchObject({ changes: [], unchanged: 1 });
    const after = await only();
    expect(after.raw).toMatchObject({ note: 'new' });
    expect(after.data.remoteUpdatedAt).toBe('2026-01-02T00:00:00Z');
    expect(after.changed_at).toEqual(before.changed_at);
  });

  it('tells nothing when it is older than what is stored', async () => {
    await save([{ id: 1, first_name: 'New', updated_at: '2026-01-02T00:00:00Z' }]);

    const page = await save([{ id: 1, first_name: 'Old', updated_at: '2026-01-01T00:00:00Z' }]);

    expect(page).toMatchObject({ changes: [], unchanged: 1, remoteIds: ['1'] });
    expect((await only()).data.firstName).toBe('New');
  });
});

describe('two rows of one record in a page', () => {
  const NEW = { id: 1, first_name: 'New', updated_at: '2026-01-02T00:00:00Z' };
  const OLD = { id: 1, first_name: 'Old', updated_at: '2026-01-01T00:00:00Z' };

  it.each([
    ['the one updated last, in whatever order', [NEW, OLD], 'New'],
    ['the one updated last', [OLD, NEW], 'New'],
    [
      'the last one when no time tells',
      [
        { id: 1, first_name: 'A' },
        { id: '1', first_name: 'B' },
      ],
      'B',
    ],
  ])('count as one: %s', async (_which, page, name) => {
    const { changes, remoteIds } = await save(page);

    expect(kinds(changes)).toEqual(['new 1']);
    expect(remoteIds).toEqual(['1']);
    expect((await only()).data.firstName).toBe(name);
  });
});

describe('hostile rows', () => {
  it('are stored without what PostgreSQL cannot keep, however deep it stands', async () => {
    const row = { id: 1, first_name: 'a\0b\ud800', emails: ['\0'], ['k\0ey']: { deep: ['\udfff\0', 'fine 🙂'] } };

    const { changes } = await save([row]);

    expect(changes[0]!.record).toMatchObject({ firstName: 'ab\ufffd' });
    expect(await only()).toMatchObject({
      data: { firstName: 'ab\ufffd' },
      raw: { key: { deep: ['\ufffd', 'fine 🙂'] }, first_name: 'ab\ufffd' },
    });
  });

  it('are unchanged when they come again', async () => {
    await save([{ id: 1, first_name: '\0\ud800' }]);

    expect(await save([{ id: 1, first_name: '\0\ud800' }])).toMatchObject({ changes: [], unchanged: 1 });
  });

  it('cannot reach the prototype of anything', async () => {
    const row = JSON.parse('{"id":1,"first_name":"\\u0000","__proto__":{"polluted":true}}') as unknown;

    await save([row]);

    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(JSON.stringify((await only()).raw)).toContain('__proto__');
  });

  it.each([
    ['a time that is none', { id: 1, updated_at: 'yesterday' }],
    ['a time no calendar has', { id: 1, updated_at: '-271821-04-20T00:00:00Z' }],
    ['SQL for a name', { id: "1'); DROP TABLE records; --" }],
    ['an e-mail address longer than an index takes', { id: 1, emails: [`${'x'.repeat(9_000)}@example.org`] }],
  ])('with %s are records like others', async (_what, row) => {
    expect(kinds((await save([row])).changes)).toEqual([`new ${row.id}`]);
  });

  it('larger than can be kept lose only what was not mapped', async () => {
    await save([{ id: 1, first_name: 'A', blob: 'x'.repeat(3 * 1024 * 1024) }]);

    expect(await only()).toMatchObject({ data: { firstName: 'A' }, raw: null });
  });
});

describe('a deleted record', () => {
  it('stays, marked as deleted, and is told of once', async () => {
    await save([{ id: 1, first_name: 'A' }, { id: 2 }]);

    const first = await remove('1', '1', 'never-seen');
    const second = await remove('1');

    expect(kinds(first)).toEqual(['deleted 1']);
    expect(first[0]).toMatchObject({ record: { firstName: 'A' }, stored: { deletedAt: expect.any(Date) } });
    expect(second).toEqual([]);
    expect((await rows()).map(({ deleted_at }) => deleted_at !== null)).toEqual([true, false]);
  });

  it('is new again when the ATS has it again, the same row or not, under the same id', async () => {
    await save([{ id: 1, first_name: 'A' }]);
    const before = await only();
    await remove('1');

    const { changes } = await save([{ id: 1, first_name: 'A' }]);

    expect(kinds(changes)).toEqual(['new 1']);
    expect(await only()).toMatchObject({ id: before.id, first_seen_at: before.first_seen_at, deleted_at: null });
  });

  it('is not brought back by rows that were asked for before', async () => {
    await save([{ id: 1 }]);
    const [asked] = await database.query<{ at: Date }>('SELECT clock_timestamp() AS at');
    await remove('1');

    const page = await save([{ id: 1, first_name: 'Late' }], { ...scope, readAt: asked!.at });

    expect(page).toMatchObject({ changes: [], unchanged: 1 });
    expect((await only()).deleted_at).not.toBeNull();
  });
});

describe('a merged record', () => {
  const merge = (remoteId: string, into: string) =>
    database.transaction((tx) => store.merge(tx, scope, 'candidates', { remoteId, into }));
  const aliases = () =>
    database.query('SELECT remote_id, into_remote_id FROM record_aliases WHERE integration_id = $1 ORDER BY 1', [
      scope.integrationId,
    ]);

  it('is deleted, and its id leads to where it went in the end', async () => {
    await save([{ id: 1 }, { id: 2 }, { id: 3 }]);

    const changes = await merge('1', '2');
    await merge('2', '3');

    expect(changes).toMatchObject([{ kind: 'deleted', remoteId: '1', mergedInto: '2' }]);
    expect(await aliases()).toEqual([
      { remote_id: '1', into_remote_id: '3' },
      { remote_id: '2', into_remote_id: '3' },
    ]);
  });

  it('leads nowhere in circles, and nowhere when it is itself', async () => {
    await save([{ id: 1 }, { id: 2 }]);

    await merge('1', '2');
    await merge('2', '1');
    await merge('1', '1');

    expect(await aliases()).toEqual([{ remote_id: '2', into_remote_id: '1' }]);
  });

  it('has its id to itself again when the ATS has it again', async () => {
    await save([{ id: 1 }, { id: 2 }]);
    await merge('1', '2');

    await save([{ id: 1 }]);

    expect(await aliases()).toEqual([]);
  });
});

describe('a job posting', () => {
  const savePosting = (content: string | null) =>
    database.transaction((tx) => store.save(tx, scope, postings, [{ id: 1, content }]));

  it('has its content as clean text, too', async () => {
    const html =
      '<h2>Us</h2><p>We &amp; you.<script>alert(1)</script></p><ul><li>One</li></ul><a href="https://x">link</a>';

    const { changes } = await savePosting(html);

    expect(changes[0]!.record).toMatchObject({ contentHtml: html, contentText: 'Us\n\nWe & you.\n\n * One\n\nlink' });
    expect((await only()).data.contentText).toBe('Us\n\nWe & you.\n\n * One\n\nlink');
  });

  it('tells of both when the content changes', async () => {
    await savePosting('<p>old</p>');

    const { changes } = await savePosting('<p>new</p>');

    expect(changes[0]!.changes).toEqual({
      contentHtml: { from: '<p>old</p>', to: '<p>new</p>' },
      contentText: { from: 'old', to: 'new' },
    });
  });

  it.each([
    ['nothing', null, null],
    ['tags that are never closed', '<p>a<b>c', 'ac'],
    ['a picture of half a megabyte before it', `<img src="data:image/png;base64,${'A'.repeat(500_000)}"><p>a`, 'a'],
    ['a thousand levels', '<div>'.repeat(1_000), '...'],
  ])('stands %s', async (_what, html, text) => {
    const { changes } = await savePosting(html);

    expect(changes[0]!.record.contentText).toBe(text);
  });
});

describe('accounts', () => {
  it('see and change nothing of one another, whatever ids their ATSs give', async () => {
    const other = aScope();
    await save([{ id: 1, first_name: 'Mine' }]);

    await save([{ id: 1, first_name: 'Theirs' }], other);
    await database.transaction((tx) => store.remove(tx, other, 'candidates', ['1']));

    expect(await only()).toMatchObject({ data: { firstName: 'Mine' }, deleted_at: null });
    expect((await rows(other))[0]).toMatchObject({ data: { firstName: 'Theirs' }, deleted_at: expect.any(Date) });
  });

  it('cannot write to the integration of another', async () => {
    await save([{ id: 1, first_name: 'Mine' }]);
    const thief = { accountId: aScope().accountId, integrationId: scope.integrationId };

    await save([{ id: 1, first_name: 'Theirs' }], thief);
    await database.transaction((tx) => store.remove(tx, thief, 'candidates', ['1']));

    expect(await only()).toMatchObject({ data: { firstName: 'Mine' }, deleted_at: null });
  });
});

describe('the ids of models', () => {
  it('begin differently', () => {
    const prefixes = Object.values(MODELS).map(({ prefix }) => prefix);

    expect(new Set(prefixes).size).toBe(prefixes.length);
  });
});
