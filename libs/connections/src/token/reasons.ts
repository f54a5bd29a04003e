import type { ApiReply } from '#libs/connector-kit';

const MOST_REASONS = 5;
const MOST_CHARACTERS = 300;
/** Shorter ones would black out ordinary words. */
const SHORTEST_SECRET = 6;

/**
 * What an OAuth server says is wrong, whatever form it says it in, without what it was sent: some repeat the client's id
 * or the token.
 */
export function readReasons({ status, body }: ApiReply, secrets: readonly string[]): string[] {
  const said = isObject(body) ? [body.error_description, body.message, body.error, ...listOf(body.errors)] : [];
  const reasons = [...new Set(said.filter((text) => typeof text === 'string' && text.trim() !== '') as string[])]
    .slice(0, MOST_REASONS)
    .map((text) => withoutSecrets(text, secrets));
  return reasons.length > 0 ? reasons : [`It answered ${status}.`];
}

/** A text of others, fit to be shown: no control characters, none of the secrets, of bounded length. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const plain = text.replace(/[\u0000-\u001f\u007f]/g, ' ').toWellFormed();
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .reduce((clean, secret) => clean.replaceAll(secret, '…'), plain)
    .slice(0, MOST_CHARACTERS);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
