import { isIP } from 'node:net';
import { HubError } from '#libs/errors';
import { isGlobalUnicast } from './address.js';
import { type Names, isLocalName, systemNames } from './names.js';

const LONGEST_URL = 2_048;
/** The URL parser drops line breaks and turns backslashes; what a client wrote and what is called must be the same. */
const PLAIN_URL = /^https?:\/\/[^\p{Cc}\\]+$/iu;

/** Raised at connect time; its `code` is what the attempt shows. */
export class UnsafeTargetError extends Error {
  readonly code = 'unsafe_target';

  constructor() {
    super('the address is not one the hub may call');
    this.name = 'UnsafeTargetError';
  }
}

export interface TargetRules {
  /** Lifts the checks on scheme, address and name, not those on the form of the URL. */
  allowPrivate: boolean;
  /** The field of the request the URL came in, for the error. */
  path: string;
  /** Who finds the addresses of names; the system's if not given. */
  names?: Names;
}

/**
 * Checks where a client wants the hub to send things, when the client says so; the sender checks again on the address
 * it connects to. Names are found as the system finds them: hosts file, then DNS.
 *
 * @throws HubError invalid_input for what is no absolute http(s) URL, unsafe_target for where the hub may not call.
 */
export async function assertSafeTarget(
  url: string,
  { allowPrivate, path, names = systemNames }: TargetRules,
): Promise<URL> {
  const target = readUrl(url, path);
  if (target.username !== '' || target.password !== '') throw unsafe(path, 'must not carry credentials');
  if (allowPrivate) return target;
  if (target.protocol !== 'https:') throw unsafe(path, 'must be https');
  const host = hostOf(target);
  if (isIP(host) !== 0) {
    if (!isGlobalUnicast(host)) throw unsafe(path, 'is not a public address');
    return target;
  }
  const addresses = await resolveAll(host, names);
  if (addresses.length === 0) throw unsafe(path, 'does not resolve');
  if (isLocalName(host) || !addresses.every(isGlobalUnicast)) {
    throw unsafe(path, 'does not resolve to public addresses');
  }
  return target;
}

/** A URL's host without the brackets of IPv6; the URL parser has already brought odd forms of IPv4 to the usual one. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function readUrl(url: string, path: string): URL {
  const isPlain = url.length <= LONGEST_URL && PLAIN_URL.test(url) && url.trim() === url;
  const target = isPlain ? URL.parse(url) : null;
  if (!target || target.hostname === '' || target.port === '0') {
    throw new HubError('invalid_input', {
      errors: [{ path, message: `must be an absolute https URL of at most ${LONGEST_URL} characters` }],
    });
  }
  return target;
}

async function resolveAll(host: string, names: Names): Promise<string[]> {
  try {
    return (await names.resolve(host)).map(({ address }) => address);
  } catch {
    // Why it does not resolve makes no difference to the caller.
    return [];
  }
}

function unsafe(path: string, message: string): HubError {
  return new HubError('unsafe_target', { errors: [{ path, message }] });
}
