import type { Config } from '#libs/config';
import { HubError } from '#libs/errors';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;
const PLAIN_URL = /^https?:\/\/[^\p{Cc}\\\s]+$/iu;

/**
 * Where the customer's browser goes after consent: https, or this machine where the hub may call private addresses.
 * @throws HubError invalid_input.
 */
export function checkReturnUrl(url: string, { allowPrivateTargets }: Pick<Config, 'allowPrivateTargets'>): string {
  const parsed = PLAIN_URL.test(url) ? URL.parse(url) : null;
  if (!parsed) throw refusal('must be an absolute https URL');
  if (parsed.username !== '' || parsed.password !== '') throw refusal('must not carry credentials');
  const isLocal = allowPrivateTargets && LOOPBACK.test(parsed.hostname);
  if (parsed.protocol !== 'https:' && !isLocal) throw refusal('must be https');
  return parsed.href;
}

/** The address with what came of the consent added to its query. */
export function withOutcome(returnUrl: string, outcome: Record<string, string>): string {
  const url = new URL(returnUrl);
  for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value);
  return url.href;
}

function refusal(message: string): HubError {
  return new HubError('invalid_input', { errors: [{ path: 'returnUrl', message }] });
}
