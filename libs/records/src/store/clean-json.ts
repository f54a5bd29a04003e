/** As deep as the API takes JSON from its own clients. */
const MOST_LEVELS = 64;

/** How JSON.stringify writes what PostgreSQL's jsonb refuses: NUL characters and halves of surrogate pairs. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/;

export interface CleanJson {
  value: unknown;
  /** The same as JSON. */
  text: string;
}

/**
 * A value with everything left out that PostgreSQL cannot store: NUL characters vanish, lone surrogates become U+FFFD, also
 * in the names of fields. null for what is nested too deep to be handled safely.
 */
export function cleanJson(value: unknown): CleanJson | null {
  if (!isShallow(value, MOST_LEVELS)) return null;
  const text = JSON.stringify(value) ?? 'null';
  if (!UNSTORABLE.test(text)) return { value, text };
  const clean = cleanDeep(value);
  return { value: clean, text: JSON.stringify(clean) };
}

function isShallow(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}

function cleanDeep(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanDeep);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [cleanText(name), cleanDeep(inner)]));
}

function cleanText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
