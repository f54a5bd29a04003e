const LONGEST_SEGMENT = 64;
const LONGEST_PATH = 500;
const LONGEST_VALUE = 64;

/** Names of query fields whose values are ids, pages, times and choices. */
const HARMLESS_NAME =
  /^(?:(?:[\w.-]*_)?ids?|[a-z]\w*Ids?|per_?page|page(?:_?(?:size|number|token))?|limit|offset|skip|count|size|sort(?:_by)?|order|fields|expand|include|since|status|state|active|(?:[a-z]+_)+(?:at|after|before|since))$/i;
const HARMLESS_VALUE = /^[\w:|,.+ -]*$/;

/** What looks like a person in a path. */
const PERSONAL_SEGMENT = /@|%40/i;

/**
 * Path and query as they may be kept: names stay, values stay where they are ids, pages or times. An e-mail address or a
 * long text in the path goes, too.
 */
export function loggedPath({ pathname, searchParams }: URL): string {
  const path = pathname
    .split('/')
    .map((part) => (PERSONAL_SEGMENT.test(part) || part.length > LONGEST_SEGMENT ? '…' : part))
    .join('/');
  const query = [...searchParams].map(([name, value]) => `${cut(name)}=${isHarmless(name, value) ? cut(value) : '…'}`);
  return (query.length > 0 ? `${path}?${query.join('&')}` : path).slice(0, LONGEST_PATH).toWellFormed();
}

function isHarmless(name: string, value: string): boolean {
  return HARMLESS_NAME.test(name) && HARMLESS_VALUE.test(value) && !PERSONAL_SEGMENT.test(value);
}

function cut(text: string): string {
  const plain = text.replace(/[\p{Cc}&=]/gu, '');
  return plain.length > LONGEST_VALUE ? `${plain.slice(0, LONGEST_VALUE)}…` : plain;
}
