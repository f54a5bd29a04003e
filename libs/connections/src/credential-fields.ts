import type { ConnectMethod, CredentialFields, Credentials } from '#libs/connector-kit';
import { type FieldError, HubError } from '#libs/errors';

const MOST_CHARACTERS = 8_192;

/** The fields of a method that a customer types in; none for consent. */
export function fieldsOf(method: ConnectMethod): CredentialFields {
  return method.kind === 'oauth2' ? {} : method.fields;
}

/**
 * Checks what a customer typed in against what the method declares, and leaves out optional fields that are empty.
 * @throws HubError invalid_input naming each field; never with what was typed.
 */
export function readFields(fields: CredentialFields, given: Record<string, unknown> | undefined): Credentials {
  const values = given ?? {};
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(fields, name));
  const errors: FieldError[] = unknown.map((name) => ({
    path: `credentials.${name.slice(0, 100).toWellFormed()}`,
    message: 'is not a known field',
  }));
  const credentials: Record<string, string> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    const isAbsent = value === undefined || value === null || value === '';
    if (isAbsent && field.isOptional) continue;
    const message = isAbsent ? 'is required' : problemOf(value, field.pattern);
    if (message === null) credentials[name] = value as string;
    else errors.push({ path: `credentials.${name}`, message: `${message} (${field.label})` });
  }
  if (errors.length > 0) throw new HubError('invalid_input', { errors });
  return credentials;
}

function problemOf(value: unknown, pattern: RegExp | undefined): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (value.length > MOST_CHARACTERS) return `must have at most ${MOST_CHARACTERS} characters`;
  // They end in a header, where nothing but these can go.
  if (!/^[\x20-\x7e\u00a0-\u00ff]+$/.test(value)) return 'holds a character that credentials cannot have';
  if (value.trim() !== value) return 'must not begin or end with a blank';
  if (pattern && !new RegExp(`^(?:${pattern.source})$`, pattern.flags.replace(/[gy]/g, '')).test(value)) {
    return 'does not look as it should';
  }
  return null;
}

/** The end of the longest secret, to know it by; null where it would show too much of it. */
export function lastFourOf(fields: CredentialFields, credentials: Credentials): string | null {
  const secrets = Object.entries(credentials).flatMap(([name, value]) =>
    fields[name]?.kind === 'secret' ? [value] : [],
  );
  const [longest = ''] = secrets.toSorted((a, b) => b.length - a.length);
  return longest.length >= 12 ? longest.slice(-4) : null;
}
