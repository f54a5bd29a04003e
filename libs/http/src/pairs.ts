import { isUtf8 } from 'node:buffer';
import { HubError } from '#libs/errors';
import { isCleanText } from './clean-text.js';

const MAX_PAIRS = 500;
const MAX_NAME_CHARACTERS = 200;

/** Fields of a query string or a form, by name; without a prototype, so that no name is special. */
export type Pairs = Record<string, string>;

/**
 * Reads `a=1&b=2` (a query string or a form), strictly: each name once, percent-encoded UTF-8 without NUL.
 *
 * @throws HubError bad_request or invalid_input naming the field.
 */
export function parsePairs(text: string): Pairs {
  const pairs = Object.create(null) as Pairs;
  const parts = text === '' ? [] : text.split('&');
  if (parts.length > MAX_PAIRS) throw new HubError('bad_request', { detail: `More than ${MAX_PAIRS} fields.` });
  for (const part of parts) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const rawName = at < 0 ? part : part.slice(0, at);
    const name = decode(rawName, rawName);
    if (name in pairs) throw refusal('invalid_input', name, 'is given more than once');
    pairs[name] = at < 0 ? '' : decode(part.slice(at + 1), name);
  }
  return pairs;
}

/** The fields of an `application/x-www-form-urlencoded` body. @throws HubError as {@link parsePairs}. */
export function parseFormBody(bytes: Buffer): Pairs | undefined {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw new HubError('bad_request', { detail: 'The body is not valid UTF-8.' });
  return parsePairs(bytes.toString('utf8'));
}

function decode(text: string, name: string): string {
  if (!text.includes('%') && !text.includes('+')) {
    if (isCleanText(text)) return text;
    throw refusal('invalid_input', name, 'holds a NUL byte');
  }
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw refusal('bad_request', name, 'is not percent-encoded UTF-8');
  }
  if (!isCleanText(decoded)) throw refusal('invalid_input', name, 'holds a NUL byte');
  return decoded;
}

function refusal(code: 'bad_request' | 'invalid_input', name: string, message: string): HubError {
  const path = name.slice(0, MAX_NAME_CHARACTERS).replaceAll('\0', '\u{fffd}').toWellFormed();
  return new HubError(code, { errors: [{ path, message }] });
}
