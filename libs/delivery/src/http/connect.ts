import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { isGlobalUnicast } from './address.js';
import { type Names, isLocalName } from './names.js';
import { UnsafeTargetError } from './safe-target.js';

/** For finding the address, the socket and TLS together. */
const CONNECT_TIMEOUT_MS = 5_000;
const MOST_TLS_SESSIONS = 2_000;

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;
type Lookup = (host: string, options: LookupOptions, callback: LookupCallback) => void;

/**
 * Opens sockets to public addresses only. The name is resolved here, once, and the socket goes to what was checked, so
 * a name that changes its mind in between gains nothing.
 */
export function publicConnector(names: Names): buildConnector.connector {
  const connect = connector(lookupWith(names, isGlobalUnicast));
  return (options, callback) => {
    // Node asks no resolver about what is an address already.
    const refused = isIP(options.hostname) !== 0 ? !isGlobalUnicast(options.hostname) : isLocalName(options.hostname);
    if (refused) callback(new UnsafeTargetError(), null);
    else connect(options, callback);
  };
}

/** Opens sockets anywhere: where the operator allows private targets, and to the hub's own sandbox. */
export function anyConnector(names: Names): buildConnector.connector {
  return connector(lookupWith(names, () => true));
}

function connector(lookup: Lookup): buildConnector.connector {
  return buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    allowH2: false,
    maxCachedSessions: MOST_TLS_SESSIONS,
    lookup,
  });
}

/** All of a name's addresses must be allowed: which of them the socket ends up at is a matter of luck. */
function lookupWith(names: Names, isAllowed: (address: string) => boolean): Lookup {
  return (host, options, callback) => {
    names.resolve(host).then(
      (addresses) => {
        if (!addresses.every(({ address }) => isAllowed(address))) callback(new UnsafeTargetError(), []);
        else if (options.all) callback(null, addresses);
        else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
      },
      (error: Error) => callback(error, []),
    );
  };
}
