import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { buildMessage, ValidateBy, type ValidationOptions } from 'class-validator';

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
// domainToASCII stops reading at some of these instead of refusing them.
const NOT_A_NAME = /[/\\?#@:%\s]/;
const NUMERIC = /^(\d+|0x[0-9a-f]*)$/;

/**
 * A plain host name in the form URLs have it (lower case, punycode), or null for anything else: a scheme, a port, a
 * path, a wildcard, or an IP address in whatever notation.
 */
export function toHostName(value: string): string | null {
  if (NOT_A_NAME.test(value)) return null;
  const host = domainToASCII(value);
  const labels = host.split('.');
  // What URL parsers take for an IPv4 address ends in a number.
  if (host.length > 253 || isIP(host) !== 0 || NUMERIC.test(labels.at(-1) ?? '')) return null;
  return labels.every((label) => LABEL.test(label)) ? host : null;
}

/** A string (or each of a list) that {@link toHostName} accepts. */
export function IsHostName(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isHostName',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && toHostName(value) !== null,
        defaultMessage: buildMessage(
          (each) => `${each}$property must be a plain host name, without scheme, port, path or wildcard`,
          options,
        ),
      },
    },
    options,
  );
}
