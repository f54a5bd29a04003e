import { createHash } from 'node:crypto';
import type { NextPage } from '#libs/connector-kit';

export interface ListPage {
  rows: unknown[];
  next: NextPage | null;
}

/** A list that does not come to an end: it would be read for ever. */
export class EndlessListError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EndlessListError';
  }
}

const MOST_EMPTY_PAGES = 50;
/** A page that comes twice is an accident that does no harm. */
const MOST_REPEATS = 1;

/**
 * Reads a list from `at` on, one page ahead of who takes them: while a page is being saved the next one is on its way, and
 * never more than that one.
 * @throws EndlessListError, and whatever `fetch` throws.
 */
export async function* readAhead(
  fetch: (at: NextPage | null) => Promise<ListPage>,
  at: NextPage | null,
): AsyncGenerator<ListPage> {
  const watch = new ListWatch(at);
  let coming = fetch(at);
  for (;;) {
    const page = await coming;
    watch.see(page);
    if (page.next === null) return void (yield page);
    coming = fetch(page.next);
    // It is looked at when its turn comes, which may be never.
    coming.catch(() => {});
    yield page;
  }
}

/** Notices lists that go round in circles. What it keeps is a few bytes per page. */
class ListWatch {
  private readonly places = new Set<string>();
  private lastRows = '';
  private emptyPages = 0;
  private repeats = 0;

  constructor(at: NextPage | null) {
    if (at) this.places.add(digest(at));
  }

  see({ rows, next }: ListPage): void {
    if (next === null) return;
    const place = digest(next);
    if (this.places.has(place)) throw new EndlessListError('The list names a page again that was read already.');
    this.places.add(place);
    this.emptyPages = rows.length === 0 ? this.emptyPages + 1 : 0;
    if (this.emptyPages > MOST_EMPTY_PAGES) throw new EndlessListError('The list goes on with empty pages only.');
    // The ends of a page tell it from others, and are quickly looked at.
    const content = rows.length === 0 ? '' : digest([rows.length, rows[0], rows.at(-1)]);
    this.repeats = content !== '' && content === this.lastRows ? this.repeats + 1 : 0;
    if (this.repeats > MOST_REPEATS) throw new EndlessListError('The list gives the same page again and again.');
    this.lastRows = content;
  }
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64').slice(0, 16);
}
