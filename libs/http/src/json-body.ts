import { isUtf8 } from 'node:buffer';
import { type FieldError, HubError } from '#libs/errors';
import { isCleanText } from './clean-text.js';

const MAX_DEPTH = 64;
const MAX_PATH_CHARACTERS = 200;
const BYTE_ORDER_MARK = 0xfeff;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Valid UTF-8 can hold a NUL or a lone surrogate in a JSON string only as one of these escapes. */
const DIRTY_ESCAPE = /\\u(?:0000|d[89a-f])/i;

/**
 * Parses the bytes of a JSON body. An empty body is `undefined`. A key `__proto__` becomes an ordinary own property:
 * it never changes a prototype, as long as nobody assigns it by name.
 *
 * @throws HubError bad_request for broken UTF-8 or JSON, too_deep beyond 64 levels, invalid_input naming the field that
 * holds a NUL byte or a lone surrogate (in a key or a value), which PostgreSQL cannot store.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes))
    throw new HubError('bad_request', { detail: 'The body is not valid UTF-8.', errors: whole('is not valid UTF-8') });
  refuseDeepNesting(bytes);
  const text = withoutByteOrderMark(bytes.toString('utf8'));
  const value = parse(text);
  if (DIRTY_ESCAPE.test(text)) refuseDirtyText(value);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may hold people's data.
    throw new HubError('bad_request', { detail: 'The body is not valid JSON.', errors: whole('is not valid JSON') });
  }
}

/** Counts brackets outside of strings, before anything is built: ten thousand levels cost what ten thousand bytes cost. */
function refuseDeepNesting(bytes: Buffer): void {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      depth += 1;
      if (depth > MAX_DEPTH)
        throw new HubError('too_deep', { errors: whole(`is nested more than ${MAX_DEPTH} levels deep`) });
    } else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth -= 1;
  }
}

/** The position of the quote that ends the string begun at `start`, or the end of the bytes. */
function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

function refuseDirtyText(value: unknown): void {
  visit(value, ({ path, key, value: text }) => {
    if (isCleanText(key) && (typeof text !== 'string' || isCleanText(text))) return;
    const errors = [{ path: cleanPath(path), message: 'holds a NUL byte or half of a surrogate pair' }];
    throw new HubError('invalid_input', { errors });
  });
}

interface Visited {
  path: string;
  key: string;
  value: unknown;
}

/** Calls `look` for every key and value. The depth is bounded by {@link refuseDeepNesting}. */
function visit(value: unknown, look: (visited: Visited) => void, path = '', key = ''): void {
  look({ path, key, value });
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) visit(child, look, path === '' ? name : `${path}.${name}`, name);
}

/** A path fit for a reply and for a log: well-formed, without NUL, and not as long as the caller liked. */
function cleanPath(path: string): string {
  return path.slice(0, MAX_PATH_CHARACTERS).replaceAll('\0', '\u{fffd}').toWellFormed();
}

function withoutByteOrderMark(text: string): string {
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

function whole(message: string): FieldError[] {
  return [{ path: '', message }];
}
