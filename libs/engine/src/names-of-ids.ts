import { type Listing, type NameList, type NextPage, type Query, idsToName, withNames } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import type { Access } from './access.js';

/** Reads one page of a list; `at` is null for the first. */
export type ReadOnePage = (
  listing: Listing,
  at: NextPage | null,
  query?: Query,
) => Promise<{ rows: unknown[]; next: NextPage | null }>;

/** A name that was changed is known within this time to whoever reads the rows again. */
const KEPT_MS = 15 * 60_000;
const MOST_LISTS = 200;
/** Of one list of one integration. Longer ones are not read whole, and what is known of them is begun anew. */
const MOST_NAMES = 50_000;

interface Known {
  until: number;
  names: Map<string, string | null>;
  /** Whether the list was gone through once, which is cheaper than asking for very many ids. */
  isRead: boolean;
}

/** What the credentials may not see, or the ATS does not have, stays without a name; the rows are worth reading all the same. */
const NO_NAMES: ReadonlySet<string> = new Set(['provider_forbidden', 'provider_not_found']);

/** Puts names beside ids whose names an ATS keeps in another list. What was asked once is remembered for a while, per process. */
export class NamesOfIds {
  private readonly known = new Map<string, Known>();

  /** @throws what `readPage` throws, unless it says that the names are not for us. */
  async resolve(
    access: Access,
    { names: named = [] }: Listing,
    rows: readonly unknown[],
    readPage: ReadOnePage,
  ): Promise<unknown[]> {
    const lists = new Map<NameList, Known>();
    for (const list of new Set(named.map((one) => one.in))) {
      const known = this.knownOf(access, list);
      lists.set(list, known);
      await learn(known, list, idsToName(rows, named, list), readPage);
    }
    return withNames(rows, named, (list, id) => lists.get(list)?.names.get(id) ?? null);
  }

  private knownOf({ integrationId, versionName }: Access, { list }: NameList): Known {
    const key = JSON.stringify([integrationId, versionName, list.path, list.query]);
    const found = this.known.get(key);
    if (found && found.until > performance.now() && found.names.size <= MOST_NAMES) return found;
    const fresh: Known = { until: performance.now() + KEPT_MS, names: new Map(), isRead: false };
    this.known.delete(key);
    this.known.set(key, fresh);
    for (const oldest of this.known.keys()) if (this.known.size > MOST_LISTS) this.known.delete(oldest);
    return fresh;
  }
}

async function learn(known: Known, of: NameList, ids: readonly string[], readPage: ReadOnePage): Promise<void> {
  const { byIds } = of.list;
  const missing = () => ids.filter((id) => !known.names.has(id));
  try {
    if (byIds && missing().length > byIds.most && !known.isRead) {
      known.isRead = true;
      await learnFrom(known, of, readPage);
    }
    const asked = missing();
    for (let at = 0; byIds && at < asked.length; at += byIds.most) {
      await learnFrom(known, of, readPage, byIds.query(asked.slice(at, at + byIds.most)));
    }
  } catch (error) {
    if (!(error instanceof HubError && NO_NAMES.has(error.code))) throw error;
  }
  // Whoever has no name is not asked for again with every page.
  for (const id of missing()) known.names.set(id, null);
}

async function learnFrom(known: Known, { list, read }: NameList, readPage: ReadOnePage, query?: Query): Promise<void> {
  let at: NextPage | null = null;
  do {
    const page: Awaited<ReturnType<ReadOnePage>> = await readPage(list, at, at === null ? query : undefined);
    for (const row of page.rows) {
      const named = read(row);
      if (named) known.names.set(named.id, named.name);
    }
    at = page.next;
  } while (at !== null && known.names.size < MOST_NAMES);
}
