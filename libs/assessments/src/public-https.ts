import { isIP } from 'node:net';
import { isGlobalUnicast } from '#libs/delivery';

/** Names that lead nowhere outside of one network, whoever asks. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/** Whether people anywhere could open this address: https, no credentials, and no name or number of a private network. */
export function isPublicHttps(value: string): boolean {
  const url = URL.parse(value);
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) return isGlobalUnicast(host);
  return host.includes('.') && !LOCAL_NAME.test(host);
}
