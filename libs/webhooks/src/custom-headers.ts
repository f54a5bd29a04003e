import { type FieldError, HubError } from '#libs/errors';

const MOST_HEADERS = 20;
const LONGEST_NAME = 100;
const LONGEST_VALUE = 2_000;
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** Visible ASCII, blanks and tabs: in particular no line break, which would begin another header. */
const VALUE = /^[\x20-\x7e\t]*$/;

/**
 * Ours, and those that belong to the connection rather than to the message. Svix's verifier takes a `svix-signature` for
 * ours, and rather than ours.
 */
const RESERVED =
  /^(webhook-|svix-|x-knit-|content-|proxy-|host$|user-agent$|connection$|keep-alive$|transfer-encoding$|te$|trailer$|upgrade$|expect$|traceparent$|tracestate$)/;

/**
 * The headers a customer wants on every request, names in lower case.
 * @throws HubError invalid_input naming each header that cannot be sent.
 */
export function readCustomHeaders(headers: Record<string, unknown>): Record<string, string> {
  // The name is judged as it was written: other scripts have letters whose lower case is one of ours.
  const given = Object.entries(headers);
  const entries = given.map(([name, value]): [string, unknown] => [name.toLowerCase(), value]);
  if (entries.length > MOST_HEADERS) {
    const message = `must have at most ${MOST_HEADERS} entries`;
    throw new HubError('invalid_input', { errors: [{ path: 'headers', message }] });
  }
  const errors: FieldError[] = given.flatMap(([name, value]) => {
    const message = nameProblem(name) ?? valueProblem(value);
    return message === null ? [] : [{ path: `headers.${name.toLowerCase().slice(0, LONGEST_NAME)}`, message }];
  });
  if (new Set(entries.map(([name]) => name)).size !== entries.length) {
    errors.push({ path: 'headers', message: 'must not name a header twice' });
  }
  if (errors.length > 0) throw new HubError('invalid_input', { errors });
  return Object.fromEntries(entries) as Record<string, string>;
}

function nameProblem(name: string): string | null {
  if (name.length > LONGEST_NAME || !TOKEN.test(name)) return 'is no header name';
  return RESERVED.test(name.toLowerCase()) ? 'is set by the hub and cannot be replaced' : null;
}

function valueProblem(value: unknown): string | null {
  if (typeof value !== 'string') return 'must be a string';
  return value.length > LONGEST_VALUE || !VALUE.test(value)
    ? `must be at most ${LONGEST_VALUE} printable ASCII characters`
    : null;
}
