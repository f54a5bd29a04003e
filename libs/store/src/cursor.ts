import { HubError } from '#libs/errors';

/** An opaque cursor around the position of the last row of a page. */
export function encodeCursor(...position: string[]): string {
  return Buffer.from(JSON.stringify(position), 'utf8').toString('base64url');
}

/**
 * The position inside a cursor of `parts` strings; null without a cursor.
 * @throws HubError bad_cursor for anything {@link encodeCursor} did not make.
 */
export function decodeCursor(cursor: string | undefined, parts: number): string[] | null {
  if (cursor === undefined) return null;
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(position) && position.length === parts && position.every(isPlainText)) return position;
  } catch {
    // Not JSON: fall through to the refusal, which is the same for every wrong cursor.
  }
  throw new HubError('bad_cursor', { errors: [{ path: 'cursor', message: 'is not a cursor this hub gave out' }] });
}

function isPlainText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 255 && !value.includes('\0') && value.isWellFormed();
}
