import type { Listing } from './resources.js';

/** A list of what ids are called. */
export interface NameList {
  /** Has to have `byIds`. */
  list: Listing;
  /** What one of its rows says; null for one that names nothing. */
  read(row: unknown): { id: string; name: string } | null;
}

/** A field of a row that holds an id where people expect a name. */
export interface NamedId {
  /** The field with the id. */
  id: string;
  /** The field that the name is put into, where `wire` finds it; one the ATS fills itself is left alone. */
  name: string;
  in: NameList;
}

type Row = Record<string, unknown>;

/** The ids in some rows that a list has names for, each once. */
export function idsToName(rows: readonly unknown[], named: readonly NamedId[], list: NameList): string[] {
  const fields = named.filter((one) => one.in === list);
  const ids = rows.flatMap((row) => fields.map(({ id }) => idIn(row, id)));
  return [...new Set(ids.filter((id) => id !== null))];
}

/** The same rows with the names beside the ids; null where there is none. What is no row stays what it is. */
export function withNames(
  rows: readonly unknown[],
  named: readonly NamedId[],
  nameOf: (list: NameList, id: string) => string | null,
): unknown[] {
  return rows.map((row) => {
    if (!isRow(row)) return row;
    const names = named.map(({ id: field, name, in: list }) => {
      const id = idIn(row, field);
      return [name, row[name] ?? (id === null ? null : nameOf(list, id))];
    });
    return { ...row, ...(Object.fromEntries(names) as Row) };
  });
}

function idIn(row: unknown, field: string): string | null {
  const id = isRow(row) ? row[field] : null;
  return (typeof id === 'number' && Number.isSafeInteger(id)) || (typeof id === 'string' && id !== '')
    ? String(id)
    : null;
}

function isRow(row: unknown): row is Row {
  return row !== null && typeof row === 'object' && !Array.isArray(row);
}
