import { describe, expect, it } from '@jest/globals';
import type { NextPage } from '#libs/connector-kit';
import { EndlessListError, type ListPage, readAhead } from './pages.js';

/** A list of pages, each after the next; what was asked for is noted. */
function aList(pages: ListPage[]) {
  const asked: (NextPage | null)[] = [];
  const fetch = (at: NextPage | null) => {
    asked.push(at);
    const index = at && 'query' in at ? Number(at.query.page) : 0;
    return Promise.resolve(pages[index]!);
  };
  return { asked, fetch };
}

const to = (page: number): NextPage => ({ query: { page } });
const rowsOf = async (pages: AsyncIterable<ListPage>) => {
  const rows: unknown[] = [];
  for await (const page of pages) rows.push(...page.rows);
  return rows;
};

describe('a list read ahead', () => {
  it('comes in order, and from where it is told', async () => {
    const { fetch, asked } = aList([
      { rows: [1], next: to(1) },
      { rows: [2], next: to(2) },
      { rows: [3], next: null },
    ]);

    expect(await rowsOf(readAhead(fetch, null))).toEqual([1, 2, 3]);
    expect(await rowsOf(readAhead(fetch, to(1)))).toEqual([2, 3]);
    expect(asked).toEqual([null, to(1), to(2), to(1), to(2)]);
  });

  it('is one page ahead of who takes it, and no more', async () => {
    const { fetch, asked } = aList([
      { rows: [1], next: to(1) },
      { rows: [2], next: to(2) },
      { rows: [3], next: null },
    ]);
    const pages = readAhead(fetch, null);

    await pages.next();

    expect(asked).toEqual([null, to(1)]);
  });

  it('throws what went wrong when its page is due, not before', async () => {
    const fetch = (at: NextPage | null) =>
      at ? Promise.reject(new Error('broken')) : Promise.resolve({ rows: [1], next: to(1) });
    const pages = readAhead(fetch, null);

    expect((await pages.next()).value).toEqual({ rows: [1], next: to(1) });
    await expect(pages.next()).rejects.toThrow('broken');
  });

  it.each([
    [
      'a page read before',
      [
        { rows: [1], next: to(1) },
        { rows: [2], next: to(2) },
        { rows: [3], next: to(1) },
      ],
    ],
    [
      'the same rows under a new name',
      [
        { rows: [1], next: to(1) },
        { rows: [1], next: to(2) },
        { rows: [1], next: to(3) },
      ],
    ],
  ])('ends when it leads to %s', async (_, pages: ListPage[]) => {
    await expect(rowsOf(readAhead(aList(pages).fetch, null))).rejects.toThrow(EndlessListError);
  });

  it('may give a page twice', async () => {
    const { fetch } = aList([
      { rows: [1], next: to(1) },
      { rows: [1], next: to(2) },
      { rows: [2], next: null },
    ]);

    expect(await rowsOf(readAhead(fetch, null))).toEqual([1, 1, 2]);
  });

  it('may have empty pages, but not only such', async () => {
    const empty = (count: number): ListPage[] => [
      ...Array.from({ length: count }, (_, at) => ({ rows: [], next: to(at + 1) })),
      { rows: [1], next: null },
    ];

    expect(await rowsOf(readAhead(aList(empty(40)).fetch, null))).toEqual([1]);
    await expect(rowsOf(readAhead(aList(empty(60)).fetch, null))).rejects.toThrow('empty pages');
  });
});
