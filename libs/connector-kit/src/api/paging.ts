import type { ApiReply, Query } from './api-http.js';

/** Where the next page is: at an address the ATS gave (on the connection's own host), or at the same path with another query. */
export type NextPage = { url: string } | { query: Query };

/** How one list is read page by page. */
export interface Paging {
  /** What the first request adds to the list's own query. */
  first: Query;
  /** null after the last page. `query` is the one the page was asked for with (null when it was asked for by address). */
  next(reply: ApiReply, asked: { query: Query | null; rows: number }): NextPage | null;
  /** The rows of a page; null when the reply is none. */
  rows(body: unknown): unknown[] | null;
}

/** RFC 8288 `Link: <…>; rel="next"` around a bare array. `sizeName` is the query parameter of the page size. */
export function linkHeader({ size, sizeName = 'per_page' }: { size: number; sizeName?: string }): Paging {
  return {
    first: { [sizeName]: size },
    rows: (body) => (Array.isArray(body) ? body : null),
    next({ headers }) {
      const link = nextOf(headers.link);
      return link === null ? null : { url: link };
    },
  };
}

/** Page numbers from 1 around a bare array or a list at `at`; the last page is the first that is not full. */
export function pageNumber(options: { size: number; sizeName: string; pageName: string; at?: string }): Paging {
  const { size, sizeName, pageName, at } = options;
  return {
    first: { [sizeName]: size, [pageName]: 1 },
    rows: (body) => listAt(body, at),
    next: (_reply, { query, rows }) =>
      rows < size || query === null ? null : { query: { ...query, [pageName]: Number(query[pageName] ?? 1) + 1 } },
  };
}

/** A token in the body, sent back as a query parameter. `more` names a boolean that says whether there is another page, if any. */
export function bodyToken(options: {
  size: number;
  sizeName: string;
  tokenAt: string;
  tokenName: string;
  at?: string;
  more?: string;
}): Paging {
  const { size, sizeName, tokenAt, tokenName, at, more } = options;
  return {
    first: { [sizeName]: size },
    rows: (body) => listAt(body, at),
    next({ body }, { query }) {
      const token = valueAt(body, tokenAt);
      const isLast = more !== undefined && valueAt(body, more) !== true;
      return typeof token !== 'string' || token === '' || isLast ? null : { query: { ...query, [tokenName]: token } };
    },
  };
}

/** A list that comes whole. */
export function onePage({ at }: { at?: string } = {}): Paging {
  return { first: {}, rows: (body) => listAt(body, at), next: () => null };
}

function listAt(body: unknown, at: string | undefined): unknown[] | null {
  const list = at === undefined ? body : valueAt(body, at);
  return Array.isArray(list) ? list : null;
}

function valueAt(body: unknown, key: string): unknown {
  return body !== null && typeof body === 'object' ? (body as Record<string, unknown>)[key] : undefined;
}

/** One link of the header: its address, and its parameters as they stand. Quoted text may hold whatever it likes. */
const LINK = /<([^>]*)>((?:\s*;\s*[\w!#$&+.^`|~*'-]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g;
const PARAMETER = /;\s*([\w!#$&+.^`|~*'-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g;

/** The address with `rel="next"` in a Link header, or null. */
function nextOf(header: string | undefined): string | null {
  for (const [, target = '', parameters = ''] of (header ?? '').matchAll(LINK)) {
    // Of several `rel` the first counts.
    const rel = [...parameters.matchAll(PARAMETER)].find(([, name]) => name?.toLowerCase() === 'rel');
    const relations = (rel?.[2] ?? rel?.[3] ?? '').toLowerCase().split(/\s+/);
    if (target !== '' && relations.includes('next')) return target;
  }
  return null;
}
