import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Listing, linkHeader } from '#libs/connector-kit';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { type EngineDesk, startEngine } from '../testing/engine-desk.js';
import { anAccess, type FakeAts, sendJson, startFakeAts } from '../testing/index.js';
import type { Access } from './access.js';

interface Option {
  id: number;
  name: string | null;
}

const options = {
  list: {
    path: 'options',
    pages: linkHeader({ size: 100 }),
    byIds: { query: (ids: readonly string[]) => ({ ids: ids.join(',') }), most: 3 },
  },
  read(row: unknown) {
    const { id, name } = row as Option;
    return name === null ? null : { id: String(id), name };
  },
};
const learnings: Listing = {
  path: 'learnings',
  pages: linkHeader({ size: 100 }),
  names: [
    { id: 'school_id', name: 'school', in: options },
    { id: 'degree_id', name: 'degree', in: options },
  ],
};

describe('names that stand in another list', () => {
  let test: TestDatabase;
  let desk: EngineDesk;
  let ats: FakeAts;
  let access: Access;
  let rows: unknown[] = [];
  let names: Option[] = [];
  let status = 200;
  let runs = 0;

  beforeAll(async () => {
    test = await createTestDatabase();
    desk = await startEngine(test.url);
    ats = await startFakeAts();
    ats.answer = ({ url }, response) => {
      const { pathname, searchParams } = new URL(url, 'http://ats.example');
      if (pathname.endsWith('/learnings')) return sendJson(response, 200, rows);
      const ids = searchParams.get('ids')?.split(',');
      const found = names.filter(({ id }) => !ids || ids.includes(String(id)));
      return sendJson(response, status, status === 200 ? found : { message: 'no' });
    };
  });
  afterAll(async () => {
    await desk?.close();
    await ats?.close();
    await test?.drop();
  });
  beforeEach(() => {
    runs += 1;
    access = anAccess(ats.origin, { accountId: 'acc_one', integrationId: `int_${runs}`, budgetKey: `int_${runs}` });
    ats.got.length = 0;
    status = 200;
    names = [
      { id: 1, name: 'Example University' },
      { id: 2, name: 'Diploma' },
      { id: 3, name: null },
    ];
  });

  const read = async () => (await desk.engine.readPage(access, learnings, null)).rows;
  const asked = () => ats.got.map(({ url }) => url.replace('/v3/', '')).filter((url) => url.startsWith('options'));

  it('are put beside the ids, asked for once', async () => {
    rows = [{ id: 7, school_id: 1, degree_id: '2' }, { id: 8, school_id: 1, degree_id: 3 }, { id: 9 }, 'no row'];

    const read1 = await read();
    const read2 = await read();

    expect(read1).toEqual([
      { id: 7, school_id: 1, degree_id: '2', school: 'Example University', degree: 'Diploma' },
      { id: 8, school_id: 1, degree_id: 3, school: 'Example University', degree: null },
      { id: 9, school: null, degree: null },
      'no row',
    ]);
    expect(read2).toEqual(read1);
    expect(asked()).toEqual(['options?per_page=100&ids=1%2C2%2C3']);
  });

  it('are of one integration only', async () => {
    rows = [{ id: 7, school_id: 1 }];
    await read();
    access = { ...access, integrationId: 'int_other' };
    names = [{ id: 1, name: 'Another University' }];

    expect(await read()).toMatchObject([{ school: 'Another University' }]);
  });

  it('are read with the whole list when a page has very many ids', async () => {
    names = Array.from({ length: 9 }, (_, at) => ({ id: at + 1, name: `School ${at + 1}` }));
    rows = Array.from({ length: 10 }, (_, at) => ({ id: at, school_id: at + 1 }));

    const found = await read();

    expect(found).toMatchObject([...names.map(({ name }) => ({ school: name })), { school: null }]);
    expect(asked()).toEqual(['options?per_page=100', 'options?per_page=100&ids=10']);
  });

  it('are left out when the credentials may not see them, and asked for no more', async () => {
    rows = [{ id: 7, school_id: 1 }];
    status = 403;

    const found = [await read(), await read()];

    expect(found).toEqual(
      [rows, rows].map((page) => page.map((row) => ({ ...(row as object), school: null, degree: null }))),
    );
    expect(asked()).toHaveLength(1);
  });

  it('are worth another try when the ATS fails: a page without them would tell of changes that are none', async () => {
    rows = [{ id: 7, school_id: 1 }];
    status = 422;

    await expect(read()).rejects.toMatchObject({ code: 'provider_rejected' });
    status = 200;
    expect(await read()).toMatchObject([{ school: 'Example University' }]);
  });

  it('do not replace what the ATS says itself', async () => {
    rows = [{ id: 7, school_id: 1, school: 'As it stood then' }];

    expect(await read()).toMatchObject([{ school: 'As it stood then' }]);
  });
});
