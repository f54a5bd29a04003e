/** What looks like a key, a credential or an e-mail address inside free text. */
const SECRET_TEXT =
  /\b(?:atsm|whsec)_[\w+/=-]+|\b(?:basic|bearer)\s+[\w+/=.~-]+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<=:\/\/)[^\s/@]+@/gi;

/** PostgreSQL's class 22, "data exception", quotes the caller's value in its message. */
const QUOTES_VALUES = /^22/;

/** The text without anything that looks like a key, credentials in a URL, or an e-mail address. */
export function scrub(text: string): string {
  return text.replace(SECRET_TEXT, '[redacted]');
}

/**
 * An error as it may be logged: kind, code, scrubbed message and stack, and its causes. Everything else that libraries
 * hang on their errors (statement parameters, rows, bodies, headers) stays out, because it holds people's data.
 */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!Error.isError(error)) return { message: scrub(String(error)) };
  const { code, constraint } = error as Error & { code?: unknown; constraint?: unknown };
  const quotesValues = typeof code === 'string' && QUOTES_VALUES.test(code);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    message: quotesValues ? 'a value was refused by the database' : scrub(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    stack: frames.slice(0, 12).join('\n'),
    ...(error.cause !== undefined && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

/** Fields that never leave the process, should somebody log a whole object. */
const NEVER_LOGGED = new Set([
  'authorization',
  'cookie',
  'password',
  'secret',
  'secretKey',
  'apiKey',
  'accessToken',
  'refreshToken',
  'email',
  'emails',
  'firstName',
  'lastName',
  'phones',
  'candidate',
  'originData',
  'body',
  'payload',
  'headers',
]);

/** How far down {@link withoutPeople} looks; what lies deeper is not logged at all. */
const MAX_LOGGED_DEPTH = 3;

/**
 * The fields of a log line without secrets and personal data. Ten times cheaper than pino's own redaction by paths,
 * which matters for a line per request.
 */
export function withoutPeople(fields: object, depth = 0): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name in fields) {
    const value = (fields as Record<string, unknown>)[name];
    kept[name] = NEVER_LOGGED.has(name) ? '[redacted]' : withoutPeopleInside(value, depth);
  }
  return kept;
}

function withoutPeopleInside(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || Error.isError(value) || value instanceof Date) return value;
  if (depth === MAX_LOGGED_DEPTH) return '[left out]';
  return Array.isArray(value)
    ? value.map((entry) => withoutPeopleInside(entry, depth + 1))
    : withoutPeople(value, depth + 1);
}
