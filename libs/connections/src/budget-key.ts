import { createHash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { ConnectMethod, Credentials } from '#libs/connector-kit';

const KEY_BYTES = 16;
const stretch = promisify(scrypt) as (secret: string, salt: string, bytes: number) => Promise<Buffer>;

/**
 * What shares the ATS's limit: whoever comes with the same credentials, or with the same client to the same customer. It
 * is stored as it is, so it gives nothing away, not even to one who can try many passwords.
 */
export async function budgetKeyOf(
  about: { accountId: string; provider: string; region: string },
  method: ConnectMethod,
  who: { credentials: Credentials } | { clientId: string; customer: string },
): Promise<string> {
  const place = `${about.accountId} ${about.provider} ${about.region}`;
  if ('clientId' in who) return digest(`${place} ${who.clientId} ${who.customer}`);
  if (method.kind === 'clientCredentials') return digest(`${place} ${method.client(who.credentials).id}`);
  const typed = JSON.stringify(Object.entries(who.credentials).sort(([a], [b]) => a.localeCompare(b)));
  return (await stretch(typed, place, KEY_BYTES)).toString('base64url');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, KEY_BYTES).toString('base64url');
}
