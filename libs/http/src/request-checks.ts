import { HubError } from '#libs/errors';
import type { FastifyRequest } from 'fastify';
import { isCleanText } from './clean-text.js';
import { queryProblem } from './query.js';
import { rawRouteOf } from './raw-route.js';
import { isLonger } from './text-length.js';

/** Longest value of a path parameter, in characters: every id and name is at most this. */
const MAX_PARAM_CHARACTERS = 255;

/** Headers that mean one thing and must come once. Node would silently take the first or join them. */
const SINGLE_HEADERS = new Set([
  'authorization',
  'content-encoding',
  'content-type',
  'host',
  'idempotency-key',
  'x-integration-id',
  'x-knit-integration-id',
  'x-request-id',
]);

/**
 * Refuses what would be ambiguous, or poison further in, before anything reads the request.
 * @throws HubError naming the header, the field of the query string or the path parameter.
 */
export function checkRequest(request: FastifyRequest): void {
  refuseRepeatedHeaders(request.raw.rawHeaders);
  const problem = rawRouteOf(request) ? null : queryProblem(request.query);
  if (problem) throw problem;
  const params = request.params as Record<string, string> | null;
  for (const name in params) checkParam(name, params[name]!);
}

/** `rawHeaders` is name, value, name, value … as they came. */
function refuseRepeatedHeaders(rawHeaders: readonly string[]): void {
  let seen: Set<string> | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (!SINGLE_HEADERS.has(name)) continue;
    seen ??= new Set();
    if (seen.has(name)) {
      throw new HubError('bad_request', {
        detail: `The header ${name} is given more than once.`,
        errors: [{ path: name, message: 'is given more than once' }],
      });
    }
    seen.add(name);
  }
}

function checkParam(name: string, value: string): void {
  // The rest of a path below a wildcard belongs to whoever serves files there.
  if (name === '*') return;
  if (isLonger(value, MAX_PARAM_CHARACTERS)) throw badParam(name, `must be at most ${MAX_PARAM_CHARACTERS} characters`);
  if (!isCleanText(value)) throw badParam(name, 'holds a NUL byte');
}

function badParam(path: string, message: string): HubError {
  return new HubError('invalid_input', { errors: [{ path, message }] });
}
