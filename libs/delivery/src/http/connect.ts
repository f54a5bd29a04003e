import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { isGlobalUnicast } from './address.js';
import { UnsafeTargetError, isLocalName } from './safe-target.js';

const CONNECT_TIMEOUT_MS = 5_000;

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Opens sockets to public addresses only. The name is resolved here, once, and the socket goes to what was checked, so
 * a name that changes its mind in between gains nothing.
 */
export function publicConnector(): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false, lookup: publicLookup });
  return (options, callback) => {
    // Node asks no resolver about what is an address already.
    const refused = isIP(options.hostname) !== 0 ? !isGlobalUnicast(options.hostname) : isLocalName(options.hostname);
    if (refused) callback(new UnsafeTargetError(), null);
    else connect(options, callback);
  };
}

/** Opens sockets anywhere: where the operator allows private targets, and to the hub's own sandbox. */
export function anyConnector(): buildConnector.connector {
  return buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
}

function publicLookup(host: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error) callback(error, []);
    else if (!addresses.every(({ address }) => isGlobalUnicast(address))) callback(new UnsafeTargetError(), []);
    else if (options.all) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });
}
