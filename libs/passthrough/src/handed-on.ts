/** What callers may tell an ATS. Who they are to us, and where they come from, is none of its business. */
const REQUEST_HEADERS = [
  'accept',
  'accept-language',
  'content-type',
  'content-encoding',
  'content-language',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'prefer',
] as const;

/** What an ATS may tell callers. Never a cookie, nor anything about the connection. */
const REPLY_HEADERS = [
  'content-type',
  'content-disposition',
  'content-language',
  'etag',
  'last-modified',
  'link',
  'location',
  'retry-after',
] as const;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** The headers of a request that are handed on. */
export function requestHeaders(headers: Headers): Record<string, string> {
  return picked(headers, REQUEST_HEADERS);
}

/** The headers of an answer that are handed back; those of its limit besides, whatever their exact names. */
export function replyHeaders(headers: Headers): Record<string, string> {
  const limits = Object.keys(headers).filter((name) => /^(?:x-)?rate-?limit/.test(name));
  return picked(headers, [...REPLY_HEADERS, ...limits]);
}

function picked(headers: Headers, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
