import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ApiReply } from './api-http.js';
import { bodyToken, linkHeader, onePage, pageNumber } from './paging.js';

const NEXT = 'https://api.acme-ats.example/v3/rooms?cursor=b';
const reply = (body: unknown, link?: string): ApiReply => ({ status: 200, headers: { link }, body });
const nextAfter = (link: string | undefined) =>
  linkHeader({ size: 2 }).next(reply([1, 2], link), { query: {}, rows: 2 });

describe('pages by Link header', () => {
  it('ask for a size, once', () => {
    expect(linkHeader({ size: 500 }).first).toEqual({ per_page: 500 });
    expect(linkHeader({ size: 50, sizeName: 'limit' }).first).toEqual({ limit: 50 });
  });

  it('take a bare array, and nothing else, for rows', () => {
    const { rows } = linkHeader({ size: 2 });

    expect(rows([1, 2])).toEqual([1, 2]);
    expect([rows({ message: 'accepted' }), rows(null), rows('[]'), rows(undefined)]).toEqual([null, null, null, null]);
  });

  it.each([
    [`<${NEXT}>; rel="next"`],
    [`<${NEXT}>;rel=next`],
    [`  <${NEXT}> ; REL = "Next"`],
    [`<${NEXT}>; rel="last next"`],
    [`<${NEXT}>; title="a, \\"b\\"; c"; rel="next"`],
    [`<https://x.example/first>; rel="first", <${NEXT}>; rel="next", <https://x.example/last>; rel="last"`],
    [`<https://x.example/a,b>; rel="prev",<${NEXT}>; rel="next"`],
    [`<>; rel="next", <${NEXT}>; rel="next"`],
  ])('find the next one in %s', (link) => {
    expect(nextAfter(link)).toEqual({ url: NEXT });
  });

  it.each([
    [undefined],
    [''],
    ['next'],
    [`<${NEXT}>`],
    [`<${NEXT}>; rel="prev"`],
    [`<${NEXT}>; rel="next-archive"`],
    [`<${NEXT}>; rel="nextish"`],
    [`<${NEXT}>; title="; rel=next"`],
    [`<${NEXT}>; rel="prev"; rel="next"`],
    [`<${NEXT}; rel="next"`],
    [`${NEXT}; rel="next"`],
    ['<https://x.example/>; title="<https://evil.example/>; rel=next"'],
    ['<>; rel="next"'],
  ])('find none in %s', (link) => {
    expect(nextAfter(link)).toBeNull();
  });

  it('read any header, however long and odd, in no time', () => {
    const pieces = fc.constantFrom('<', '>', ';', ',', '"', '\\', ' ', '=', 'rel', 'next', 'a');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const next = nextAfter(parts.join('').repeat(30));
        return next === null || ('url' in next && next.url !== '');
      }),
    );
    expect(nextAfter(`<a>${'; a="'.repeat(4_000)}`)).toBeNull();
    expect(nextAfter('<'.repeat(16_000))).toBeNull();
    expect(nextAfter(`<a>${' '.repeat(16_000)}x`)).toBeNull();
  });
});

describe('pages by number', () => {
  const paging = pageNumber({ size: 2, sizeName: 'limit', pageName: 'page', at: 'data' });

  it('count up from one, and keep the rest of the query', () => {
    expect(paging.first).toEqual({ limit: 2, page: 1 });
    expect(paging.next(reply({}), { query: { limit: 2, page: 1, state: 'open' }, rows: 2 })).toEqual({
      query: { limit: 2, page: 2, state: 'open' },
    });
    expect(paging.next(reply({}), { query: { page: '9' }, rows: 2 })).toEqual({ query: { page: 10 } });
  });

  it('end with the first that is not full', () => {
    expect(paging.next(reply({}), { query: { page: 3 }, rows: 1 })).toBeNull();
    expect(paging.next(reply({}), { query: { page: 3 }, rows: 0 })).toBeNull();
  });

  it('find their rows where they are said to be', () => {
    expect(paging.rows({ data: [1] })).toEqual([1]);
    expect([paging.rows([1]), paging.rows({ data: {} }), paging.rows(null)]).toEqual([null, null, null]);
  });
});

describe('pages by a token in the body', () => {
  const paging = bodyToken({
    size: 2,
    sizeName: 'limit',
    tokenAt: 'next',
    tokenName: 'offset',
    at: 'data',
    more: 'hasNext',
  });
  const next = (body: unknown) => paging.next(reply(body), { query: { limit: 2, offset: 'a' }, rows: 2 });

  it('send the token back in place of the last one', () => {
    expect(next({ hasNext: true, next: 'b' })).toEqual({ query: { limit: 2, offset: 'b' } });
  });

  it.each([
    { hasNext: false, next: 'b' },
    { next: 'b' },
    { hasNext: 'true', next: 'b' },
    { hasNext: true },
    { hasNext: true, next: '' },
    { hasNext: true, next: 7 },
    null,
    'text',
  ])('end with %j', (body) => {
    expect(next(body)).toBeNull();
  });

  it('go by the token alone where nothing says that there is more', () => {
    const plain = bodyToken({ size: 2, sizeName: 'limit', tokenAt: 'next', tokenName: 'offset' });

    expect(plain.next(reply({ next: 'b' }), { query: null, rows: 0 })).toEqual({ query: { offset: 'b' } });
  });
});

describe('a list that comes whole', () => {
  it('has one page', () => {
    expect(onePage().rows([1])).toEqual([1]);
    expect(onePage({ at: 'users' }).rows({ users: [1] })).toEqual([1]);
    expect(onePage().next(reply([1]), { query: {}, rows: 1 })).toBeNull();
  });
});
