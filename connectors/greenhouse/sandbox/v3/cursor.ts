import { createHmac, timingSafeEqual } from 'node:crypto';
import { unprocessable } from './refusal.js';

/** Where a list goes on: what was asked at first, and the last id that was shown. */
export interface Cursor {
  list: string;
  query: Readonly<Record<string, string>>;
  /** Null: from the top once more. */
  below: number | null;
}

// No secret: it only makes sure that nobody builds cursors or edits them.
const KEY = 'cursors are opaque';
const MARK_BYTES = 9;

export function writeCursor(cursor: Cursor): string {
  const data = Buffer.from(JSON.stringify(cursor));
  return Buffer.concat([markOf(data), data]).toString('base64url');
}

/** @throws Refusal 422 for one that was not made here, or for another list. */
export function readCursor(text: string, list: string): Cursor {
  const bytes = Buffer.from(text, 'base64url');
  const data = bytes.subarray(MARK_BYTES);
  const isWhole = bytes.length > MARK_BYTES && bytes.toString('base64url') === text;
  const isOurs = isWhole && timingSafeEqual(bytes.subarray(0, MARK_BYTES), markOf(data));
  const cursor = isOurs ? (JSON.parse(data.toString('utf8')) as Cursor) : null;
  if (cursor?.list !== list) throw unprocessable('Invalid cursor.');
  return cursor;
}

function markOf(data: Buffer): Buffer {
  return createHmac('sha256', KEY).update(data).digest().subarray(0, MARK_BYTES);
}
