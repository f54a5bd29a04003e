import { isDeepStrictEqual } from 'node:util';
import {
  type ApiReply,
  type ApiRequest,
  type Listing,
  type NextPage,
  type Query,
  idsToName,
  withNames,
} from '../src/index.js';
import type { Exchange, RecordedReply } from './fixtures.js';

/** Answers requests from what was recorded, in order and strictly: any other request is an error. */
export class Replay {
  private at = 0;

  constructor(private readonly exchanges: readonly Exchange[]) {}

  send(request: ApiRequest): ApiReply {
    const asked = { method: request.method, path: request.path, query: asText(request.query), json: request.json };
    const next = this.exchanges[this.at];
    if (!next || !isDeepStrictEqual(normal(asked), normal(next.request))) {
      throw new Error(
        `not recorded as call ${this.at + 1}: ${JSON.stringify(normal(asked))}; ` +
          `recorded is ${next ? JSON.stringify(normal(next.request)) : 'nothing more'}`,
      );
    }
    this.at++;
    return toReply(next.reply);
  }

  /** What was recorded and never asked for. */
  get unused(): Exchange[] {
    return this.exchanges.slice(this.at);
  }
}

export function toReply({ status, headers = {}, body }: RecordedReply): ApiReply {
  return { status, headers, body };
}

const MOST_PAGES = 100;

/** Reads a list as the engine does, from the first page to the last, with the names that stand in other lists. */
export function readList(listing: Listing, replay: Replay): unknown[] {
  const rows = readPages(listing, replay);
  const { names: named = [] } = listing;
  const found = new Map<unknown, Map<string, string>>();
  for (const list of new Set(named.map((one) => one.in))) {
    const ids = idsToName(rows, named, list);
    const answers = ids.length === 0 ? [] : readPages(list.list, replay, list.list.byIds?.query(ids));
    const pairs = answers.flatMap((row) => list.read(row) ?? []).map(({ id, name }) => [id, name] as const);
    found.set(list, new Map(pairs));
  }
  return withNames(rows, named, (list, id) => found.get(list)?.get(id) ?? null);
}

function readPages(listing: Listing, replay: Replay, more: Query = {}): unknown[] {
  const rows: unknown[] = [];
  let at: NextPage | null = { query: { ...listing.pages.first, ...listing.query, ...more } };
  for (let page = 0; at !== null; page++) {
    if (page === MOST_PAGES) throw new Error(`${listing.path} never ends`);
    const query: Query | null = 'query' in at ? at.query : null;
    const reply = replay.send(
      'url' in at ? toRequest(at.url, listing) : { method: 'GET', path: listing.path, query: at.query },
    );
    const found = listing.pages.rows(reply.body);
    if (found === null) throw new Error(`${listing.path}: page ${page + 1} is no list`);
    rows.push(...found);
    at = listing.pages.next(reply, { query, rows: found.length });
  }
  return rows;
}

/** An address the ATS gave, as a request below the version's base: what comes before the list's own path is the base. */
function toRequest(address: string, { path }: Listing): ApiRequest {
  const url = new URL(address, 'https://ats.example');
  const at = url.pathname.lastIndexOf(`/${path}`);
  return {
    method: 'GET',
    path: at < 0 ? url.pathname.slice(1) : url.pathname.slice(at + 1),
    query: Object.fromEntries(url.searchParams),
  };
}

function asText(query: Query | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}

/** Through JSON, so that a key with `undefined` is no key, as on the wire. */
function normal({ method, path, query = {}, json }: Exchange['request']): unknown {
  return JSON.parse(JSON.stringify({ method, path, query, json }));
}
