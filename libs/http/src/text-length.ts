/**
 * Whether a text has more than `max` characters, each code point counting as one, as JSON Schema's `maxLength` and
 * PostgreSQL do. JavaScript's own length counts an emoji or a rare ideograph twice.
 */
export function isLonger(text: string, max: number): boolean {
  if (text.length <= max) return false;
  return text.length > 2 * max || [...text].length > max;
}
