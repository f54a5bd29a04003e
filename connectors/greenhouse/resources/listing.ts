import { type Listing, linkHeader } from '#libs/connector-kit';
import type { ModelName } from '#libs/model';
import { UNSETTLED } from '../api/unsettled.js';

/** The most ids Greenhouse takes in one filter; one more is a 422. */
const MOST_IDS = 50;

interface ListOptions {
  query?: Listing['query'];
  /** Whether a sync asks for what changed only. Small catalogues are read whole, which also shows what is gone. */
  isWhole?: boolean;
  /** The filter that takes the ids of a parent. */
  parents?: Partial<Record<ModelName, string>>;
}

/**
 * A list of Harvest v3: a bare array, newest first, with the next page in the Link header. The cursor there stands
 * alone: anything beside it is a 422.
 */
export function list(path: string, { query, isWhole, parents = {} }: ListOptions = {}): Listing {
  const byParents: Listing['byParents'] = Object.fromEntries(
    Object.entries(parents).map(([model, filter]) => [model, byFilter(filter)]),
  );
  return {
    path,
    query,
    pages: linkHeader({ size: 500 }),
    since: isWhole ? undefined : changedSince,
    byIds: byFilter('ids'),
    byParents,
  };
}

function byFilter(filter: string) {
  return { query: (ids: readonly string[]) => ({ [filter]: ids.join(',') }), most: MOST_IDS };
}

/** Asks for what changed at a moment or after it. */
export function changedSince(moment: string): Record<string, string> {
  return UNSETTLED.dateFilter === 'pipe' ? { updated_at: `gte|${moment}` } : { 'updated_at[gte]': moment };
}
