import { hash as digestOf } from 'node:crypto';
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { z } from 'zod';
import { cleanJson } from './clean-json.js';
import type { UnreadableRow } from './record-change.js';
import { reasonOf } from './unreadable-reason.js';

/** A mapped row larger than this is put aside: it would have to go into events. In characters of JSON. */
export const MOST_MAPPED = 2 * 1024 * 1024;
/** Of a row larger than this only what was mapped is kept. */
export const MOST_RAW = 2 * 1024 * 1024;
/** Longer ids would not fit into an index. */
const MOST_ID = 255;
const HASH_BYTES = 16;
const AT_ONCE = 20;

/** A row that was understood. */
export interface ReadableRow {
  remoteId: string;
  /** What it was mapped to, as JSON. */
  mapped: string;
  /** The row as JSON; null when that is too large to keep. */
  raw: string | null;
  /** The same for the same row and mapping. */
  hash: Buffer;
}

/** A row that was not, with what it is kept under. */
export interface PutAside extends UnreadableRow {
  rowKey: string;
  raw: string | null;
}

/** What both kinds of resource have: what their rows look like, and what becomes of them; null is nothing. */
export interface RowReader {
  wire: z.ZodType;
  map(wire: never): { remoteId: string } | null;
}

export interface ReadRows {
  readable: ReadableRow[];
  unreadable: PutAside[];
  /** The ids of rows that were understood and mean nothing. */
  empty: string[];
}

/** Reads the rows of a page, in their order; those that were read ahead already are not read again. Never throws, whatever the ATS sent. */
export function readRows(reader: RowReader, rows: readonly unknown[] | ReadRows): ReadRows {
  if ('readable' in rows) return rows;
  const read: ReadRows = { readable: [], unreadable: [], empty: [] };
  readInto(read, reader, rows);
  return read;
}

/**
 * As {@link readRows}, a few rows at a time: a page takes longer than whoever waits for the database should have to wait.
 * Takes the rows out of `rows` as it goes, so that nobody keeps them.
 */
export async function readRowsByAndBy(reader: RowReader, rows: unknown[]): Promise<ReadRows> {
  const read: ReadRows = { readable: [], unreadable: [], empty: [] };
  while (rows.length > 0) {
    readInto(read, reader, rows.splice(0, AT_ONCE));
    await othersTurn();
  }
  return read;
}

function readInto(read: ReadRows, reader: RowReader, rows: readonly unknown[]): void {
  for (const row of rows) {
    const one = readRow(reader, row);
    if (typeof one === 'string') read.empty.push(one);
    else if ('reason' in one) read.unreadable.push(one);
    else read.readable.push(one);
  }
}

function readRow(reader: RowReader, row: unknown): ReadableRow | PutAside | string {
  const clean = cleanJson(row);
  if (!clean) return putAside(null, null, 'The row is nested too deep.');
  const aside = (reason: string) => putAside(clean.value, clean.text, reason);
  const parsed = reader.wire.safeParse(clean.value);
  if (!parsed.success) return aside(reasonOf(parsed.error.issues, clean.value));
  const mapped = mapRow(reader, parsed.data);
  if (mapped === null) return idOf(clean.value) ?? '';
  if (typeof mapped === 'string') return aside(mapped);
  const { remoteId, text } = mapped;
  const raw = clean.text.length > MOST_RAW ? null : clean.text;
  const hash = digestOf('sha256', `${text}\n${clean.text}`, 'buffer').subarray(0, HASH_BYTES);
  return { remoteId, mapped: text, raw, hash };
}

/** What a row is mapped to, or the sentence that says why it cannot be used. */
function mapRow(reader: RowReader, wire: unknown): { remoteId: string; text: string } | string | null {
  try {
    const mapped = reader.map(wire as never);
    if (mapped === null) return null;
    const clean = cleanJson(mapped);
    if (!clean) return 'What the row is mapped to is nested too deep.';
    const { remoteId } = (clean.value ?? {}) as { remoteId?: unknown };
    if (typeof remoteId !== 'string' || remoteId === '') return 'The row has no id.';
    if (remoteId.length > MOST_ID) return `The id of the row is longer than ${MOST_ID} characters.`;
    if (clean.text.length > MOST_MAPPED) return `The row is too large: ${clean.text.length} characters.`;
    return { remoteId, text: clean.text };
  } catch (error) {
    // Its message may repeat a value of the row.
    return `The connector failed on the row (${error instanceof Error ? error.name : 'error'}).`;
  }
}

function putAside(row: unknown, text: string | null, reason: string): PutAside {
  const remoteId = idOf(row);
  return {
    remoteId,
    rowKey: remoteId ?? `#${digestOf('sha256', text ?? reason).slice(0, 32)}`,
    reason,
    raw: text === null || text.length > MOST_RAW ? null : text,
  };
}

/** A row that could not be mapped is known by its `id`, if it has one. */
function idOf(row: unknown): string | null {
  const id = row !== null && typeof row === 'object' ? (row as { id?: unknown }).id : undefined;
  const text = typeof id === 'number' || typeof id === 'string' ? String(id) : '';
  return text === '' || text.length > MOST_ID ? null : text;
}
