import type { Link, LinkType } from '#libs/model';

interface Address {
  value: string;
  type: string | null;
}

const KNOWN_HOSTS: readonly [RegExp, LinkType][] = [
  [/(^|\.)(linkedin\.(com|cn)|lnkd\.in)$/, 'LINKEDIN'],
  [/(^|\.)github\.(com|io)$/, 'GITHUB'],
];

/** Greenhouse's words for websites: personal, company, portfolio, blog, other. */
const WEBSITE_TYPES: Readonly<Record<string, LinkType>> = { portfolio: 'PORTFOLIO', blog: 'BLOG', other: 'OTHER' };

/**
 * Profiles first, then websites. Both are free text: an address without a scheme gets `https://`, a mere name stays as
 * it is, and what a browser would run or open locally is left out.
 */
export function toLinks(social: readonly Address[], websites: readonly Address[]): Link[] {
  const links = [
    ...social.map((address) => toLink(address, 'SOCIAL')),
    ...websites.map((address) => toLink(address, WEBSITE_TYPES[address.type?.toLowerCase() ?? ''] ?? 'WEBSITE')),
  ].filter((link) => link !== null);
  return links.filter(({ url }, index) => links.findIndex((other) => other.url === url) === index);
}

function toLink({ value }: Address, otherwise: LinkType): Link | null {
  const url = withScheme(value.trim());
  if (/^[a-z][a-z0-9+.-]*:/i.test(url) && !/^https?:\/\//i.test(url)) return null;
  const host = hostOf(url);
  return { url, type: KNOWN_HOSTS.find(([pattern]) => host && pattern.test(host))?.[1] ?? otherwise };
}

/** `linkedin.com/in/imani` is an address, `@imani` is not. */
function withScheme(value: string): string {
  return /^[\w-]+(\.[\w-]+)*\.[a-z]{2,24}(:\d+)?([/?#]\S*)?$/i.test(value) ? `https://${value}` : value;
}

function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : null;
}
