import type { Query } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import type { Access } from '../access.js';

const LONGEST_TARGET = 8_000;
/** RFC 3986: what may stand in a path. Percent signs are followed by two digits. */
const PATH = /^(?:[\w.~!$&'()*+,;=:@/-]|%[\da-f]{2})*$/i;
const QUERY = /^(?:[\w.~!$&'()*+,;=:@/?[\]|"{}<>^`\\-]|%[\da-f]{2})*$/i;
/** So often a server, and one before it, may take percent-encoding off. */
const MOST_DECODINGS = 3;

/**
 * The address of a call: on the version's host, below its base path.
 * @throws HubError invalid_input for a path that leads, or might lead, elsewhere.
 */
export function targetOf(access: Access, path: string, query: Query = {}): URL {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.append(name, String(value));
  const text = search.toString();
  return below(access, text === '' ? path : `${path}?${text}`);
}

/** As {@link targetOf}, for path and query in one text, percent-encoded. */
export function below(access: Access, target: string): URL {
  const at = target.indexOf('?');
  const path = at < 0 ? target : target.slice(0, at);
  const query = at < 0 ? '' : target.slice(at);
  const problem = pathProblem(path) ?? (QUERY.test(query) ? null : 'has a query that is not percent-encoded');
  if (problem !== null || target.length > LONGEST_TARGET)
    throw refused(problem ?? `is longer than ${LONGEST_TARGET} characters`);
  const base = `${hostOf(access)}${access.version.basePath === '' ? '' : `/${access.version.basePath}`}/`;
  const url = new URL(base + path + query);
  // Whatever the checks above have missed, this is where it would go.
  if (!url.href.startsWith(new URL(base).href)) throw refused('leads outside of the API');
  return url;
}

/**
 * An address that the ATS gave, for its next page; null when it is not on the connection's own host.
 * `from` is the page it stood on, which it may be relative to.
 */
export function followed(access: Access, given: string, from: URL): URL | null {
  const host = new URL(hostOf(access));
  const url = URL.parse(given, from.href);
  if (!url || url.origin !== host.origin || url.username !== '' || url.password !== '') return null;
  const prefix = host.pathname.replace(/\/$/, '');
  if (!url.pathname.startsWith(`${prefix}/`) || given.length > LONGEST_TARGET) return null;
  if (pathProblem(url.pathname.slice(prefix.length + 1)) !== null) return null;
  url.hash = '';
  return url;
}

/** Where a version's requests go to, without a trailing slash. */
export function hostOf({ hosts, version, connector }: Access): string {
  const host = hosts[version.host];
  if (host === undefined) throw new Error(`${connector.slug}: the region has no host '${version.host}'`);
  return host.replace(/\/+$/, '');
}

/** What a path that is appended to a base must not be; null when it is well. */
function pathProblem(path: string): string | null {
  if (!PATH.test(path)) return 'has characters that must be percent-encoded';
  let text = path;
  for (let round = 0; round <= MOST_DECODINGS; round++) {
    const segments = text.split('/');
    // The last may be empty: some APIs end their paths with a slash.
    if (segments.slice(0, -1).includes('')) return 'must not begin with a slash or have an empty part';
    if (segments.some((segment) => /^\.{1,2}(?:;.*)?$/.test(segment))) return 'must not have . or .. as a part';
    const decoded = decode(text);
    if (decoded === null) return 'is not percent-encoded UTF-8';
    if (decoded === text) return null;
    if (/[\\\p{Cc}]/u.test(decoded) || slashes(decoded) !== slashes(text))
      return 'must not have an encoded slash, backslash or control character';
    text = decoded;
  }
  return 'is percent-encoded more than once';
}

function slashes(text: string): number {
  return text.split('/').length;
}

/** In any round after the first a percent sign may be just that. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return /%[\da-f]{2}/i.test(text) ? null : text;
  }
}

function refused(message: string): HubError {
  return new HubError('invalid_input', { errors: [{ path: 'path', message }] });
}
