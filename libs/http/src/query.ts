import { HubError } from '#libs/errors';
import { parsePairs } from './pairs.js';

const PROBLEM = Symbol('query problem');

/**
 * Fastify's parser of query strings. It runs inside the router, where an error has nowhere to go, so it puts what is
 * wrong beside the (then empty) fields for {@link queryProblem}.
 */
export function parseQuery(text: string): Record<string, unknown> {
  try {
    return parsePairs(text);
  } catch (error) {
    const problem = error instanceof HubError ? error : new HubError('bad_request', {}, { cause: error });
    return { [PROBLEM]: problem };
  }
}

/** What {@link parseQuery} found wrong, or null. */
export function queryProblem(query: unknown): HubError | null {
  return (query as { [PROBLEM]?: HubError } | null | undefined)?.[PROBLEM] ?? null;
}
