/** A part as it is kept. */
export interface StoredPart {
  part: string;
  remoteId: string;
  /** The list it is an element of; null when its value sets fields. */
  field: string | null;
  value: Record<string, unknown> | string;
}

/**
 * The fields that the parts of one record make up, whatever order they came in: lists in the order of the parts' names and the
 * rows' ids, fields by the row with the highest id that sets them. Empty without parts.
 */
export function foldParts(parts: readonly StoredPart[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const lists: Record<string, unknown[]> = {};
  for (const { field, value } of [...parts].sort(byPartAndId)) {
    if (field === null) Object.assign(fields, value as object);
    else (lists[field] ??= []).push(value);
  }
  return { ...fields, ...lists };
}

/** What a record has of its own under the fields that its parts make up, as JSON; null without any. */
export function ownUnder(
  base: Readonly<Record<string, unknown>>,
  overlay: Readonly<Record<string, unknown>>,
): string | null {
  const fields = Object.keys(overlay);
  if (fields.length === 0) return null;
  return JSON.stringify(Object.fromEntries(fields.map((field) => [field, base[field] ?? null])));
}

function byPartAndId(a: StoredPart, b: StoredPart): number {
  return compareText(a.part, b.part) || compareIds(a.remoteId, b.remoteId);
}

/** Ids that are numbers sort as such, however long they are. */
function compareIds(a: string, b: string): number {
  const areNumbers = /^\d+$/.test(a) && /^\d+$/.test(b);
  return (areNumbers ? a.length - b.length : 0) || compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
