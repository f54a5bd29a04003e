import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const MOST_ISSUES = 10;
const MOST_PATH_CHARACTERS = 120;

/**
 * Says in sentences why a row cannot be read: which fields, and what is wrong with them. It is shown to operators and kept,
 * so it never repeats a value of the row.
 */
export function reasonOf(issues: readonly Issue[], row: unknown): string {
  const sentences = issues.slice(0, MOST_ISSUES).map((issue) => `${fieldOf(issue.path)} ${complaintOf(issue, row)}.`);
  const more = issues.length - sentences.length;
  return [...new Set(sentences), ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

function fieldOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'The row';
  return path.map(String).join('.').slice(0, MOST_PATH_CHARACTERS);
}

/** Not zod's own message: a connector may have put a value into it. */
function complaintOf(issue: Issue, row: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${withArticle(issue.expected)}, but is ${kindOf(valueAt(row, issue.path))}`;
    case 'invalid_value':
      return 'is none of the values we know';
    case 'invalid_union':
      return `has no form we know, being ${kindOf(valueAt(row, issue.path))}`;
    case 'too_big':
      return 'is too large';
    case 'too_small':
      return 'is too small';
    default:
      return 'is not valid';
  }
}

function valueAt(row: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value === null || typeof value !== 'object' ? undefined : (value as Record<PropertyKey, unknown>)[key],
    row,
  );
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return withArticle(Array.isArray(value) ? 'array' : typeof value);
}

function withArticle(word: string): string {
  return `${/^[aeio]/.test(word) ? 'an' : 'a'} ${word}`;
}
