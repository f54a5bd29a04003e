import type { Config } from './config.js';

type Listening = Pick<Config, 'host' | 'port'>;

const UNSPECIFIED = new Set(['0.0.0.0', '::', '[::]']);
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Where this process reaches its own HTTP server, whatever `PUBLIC_URL` says: `http://127.0.0.1:3000`. */
export function ownOrigin({ host, port }: Listening): string {
  if (UNSPECIFIED.has(host)) return `http://127.0.0.1:${port}`;
  return new URL(`http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`).origin;
}

/**
 * Whether a URL leads to this hub's own sandbox. Such targets are trusted although they are private: always false when
 * the sandbox is off. A URL with credentials, or that only looks like ours, is not; nor is what the sandbox's page asks
 * for, because some of that is answered to this machine alone, which the hub's own requests come from.
 */
export function isSandboxUrl(config: Listening & Pick<Config, 'sandbox'>, url: string): boolean {
  const parsed = config.sandbox ? URL.parse(url) : null;
  if (parsed?.protocol !== 'http:' || parsed.username !== '' || parsed.password !== '') return false;
  return isOwn(config, parsed) && parsed.pathname.startsWith('/sandbox/') && !PAGE_ONLY.test(parsed.pathname);
}

/** In any spelling that a router might take for it. */
const PAGE_ONLY = /^\/sandbox\/+(?:api|[^/]*%[^/]*)(?:\/|$)/i;

function isOwn(config: Listening, url: URL): boolean {
  const own = new URL(ownOrigin(config));
  if (url.origin === own.origin) return true;
  // On a loopback address all of its names lead here; on another one they may lead to somebody else.
  return url.port === own.port && LOOPBACK.has(own.hostname) && LOOPBACK.has(url.hostname);
}
