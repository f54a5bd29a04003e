import { convert } from 'html-to-text';
import type { ModelName } from '#libs/model';

type Fields = Record<string, unknown>;

/**
 * Beyond this only the beginning becomes text. No posting is that long, and what is made to be slow (tens of thousands of open
 * tags) costs time with the square of it: 100,000 characters at worst a quarter of a second.
 */
const MOST_CHARACTERS = 100_000;
const MOST_DEPTH = 64;
/** Pictures within the page, which would use up that room. */
const INLINE_DATA = /(["'])data:[^"']*\1/g;

/**
 * Adds to a job posting its content as clean text. `before` is what is stored of it: what was made of the same HTML
 * is not made again.
 */
export function withContentText(model: ModelName, mapped: Fields, before: Fields | null): Fields {
  if (model !== 'job-postings') return mapped;
  const { contentHtml } = mapped;
  if (before?.contentText !== undefined && before.contentHtml === contentHtml) {
    return { ...mapped, contentText: before.contentText };
  }
  return { ...mapped, contentText: typeof contentHtml === 'string' ? toText(contentHtml) : null };
}

/** HTML as clean text: without scripts, styles and pictures, paragraphs apart, links as their words. */
export function toText(html: string): string {
  return convert(html.replace(INLINE_DATA, '""').slice(0, MOST_CHARACTERS), {
    wordwrap: false,
    limits: { maxDepth: MOST_DEPTH },
    selectors: [
      { selector: 'a', options: { ignoreHref: true } },
      { selector: 'img', format: 'skip' },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
      ...['script', 'style', 'template', 'noscript'].map((selector) => ({ selector, format: 'skip' })),
    ],
  }).trim();
}
