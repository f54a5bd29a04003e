import type { PartnerRequest } from './partner-http.js';

/** How an ATS shows who it is when it calls us. The key it presents selects the integration. */
export interface InboundAuth {
  /** The presented key, or null when there is none in the expected place. */
  read(request: Pick<PartnerRequest, 'headers' | 'query'>): string | null;
  /** Sent with a 401, e.g. `Basic realm="…"`; null for none. */
  challenge: string | null;
}

/** HTTP Basic with the key as user name and an empty password. */
export function basicKeyAsUser(): InboundAuth {
  return {
    challenge: 'Basic realm="partner", charset="UTF-8"',
    read({ headers }) {
      const match = /^basic\s+([A-Za-z0-9+/_-]+={0,2})$/i.exec(headers.authorization ?? '');
      if (!match?.[1]) return null;
      const [user, password] = split(Buffer.from(match[1], 'base64').toString('utf8'), ':');
      return user && password === '' ? user : null;
    },
  };
}

/** `Authorization: Bearer <key>`, where the key may be a token from our own token endpoint. */
export function bearerKey(): InboundAuth {
  return {
    challenge: 'Bearer',
    read: ({ headers }) => /^bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null,
  };
}

/** A header of the ATS's or our own choosing that holds the key and nothing else. */
export function headerKey(name: string): InboundAuth {
  const header = name.toLowerCase();
  return { challenge: null, read: ({ headers }) => headers[header] ?? null };
}

/** The value of an `Authorization: Basic` header. */
export function basicAuthorization(user: string, password = ''): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

function split(value: string, separator: string): [string, string] {
  const at = value.indexOf(separator);
  return at < 0 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
}
