import { type Listing, linkHeader } from '#libs/connector-kit';

/** Counting how many pages there are takes Greenhouse time; the link to the next one is all that is needed. */
const pages = linkHeader({ size: 500 });

/** A list of Harvest v1: a bare array, pages in the Link header. `since` names the filter for what changed. */
export function list(path: string, options: { since?: string; query?: Listing['query'] } = {}): Listing {
  const { since, query } = options;
  return {
    path,
    query: { skip_count: true, ...query },
    pages,
    since: since === undefined ? undefined : (moment) => ({ [since]: moment }),
  };
}
