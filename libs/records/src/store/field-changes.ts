import { isDeepStrictEqual } from 'node:util';
import type { FieldChanges } from './record-change.js';

type Fields = Readonly<Record<string, unknown>>;

/** Says that something happened, not what; the fields that say what are compared anyway. */
const NO_CONTENT: ReadonlySet<string> = new Set(['remoteUpdatedAt']);

/**
 * The fields in which two states of a record differ in content. The address of a file is none: an ATS signs it anew each time
 * it is asked. Nor is a field that the hub did not know before and that is empty.
 */
export function fieldChanges(before: Fields, after: Fields): FieldChanges {
  const changes: FieldChanges = {};
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const from = withoutAddress(field, before[field]);
    const to = withoutAddress(field, after[field]);
    if (NO_CONTENT.has(field) || isSame(from, to)) continue;
    changes[field] = { from: from ?? null, to: to ?? null };
  }
  return changes;
}

function isSame(from: unknown, to: unknown): boolean {
  if (from === undefined && isEmpty(to)) return true;
  return isDeepStrictEqual(from ?? null, to ?? null);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** A file without its address, which is short-lived and never leaves the hub. */
export function withoutAddress(field: string, value: unknown): unknown {
  if (field !== 'file' || value === null || typeof value !== 'object') return value;
  const { url: _url, ...file } = value as Record<string, unknown>;
  return file;
}
