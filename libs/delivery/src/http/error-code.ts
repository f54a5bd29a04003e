const NAMES: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'reply_headers_too_large',
  UND_ERR_SOCKET: 'connection_closed',
  UND_ERR_CLOSED: 'connection_closed',
  UND_ERR_DESTROYED: 'connection_closed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'malformed_reply',
  UND_ERR_INVALID_ARG: 'invalid_request',
};

/** Why no reply came, as a short word that people can look up: ours for what undici says, the system's own otherwise. */
export function errorCode(error: unknown): string {
  const { name, code } = error as { name?: string; code?: unknown };
  if (name === 'TimeoutError') return 'timeout';
  if (name === 'HTTPParserError') return 'malformed_reply';
  if (typeof code !== 'string') return 'failed';
  return NAMES[code] ?? code;
}
