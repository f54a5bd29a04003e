import { CsvError, parse } from 'csv-parse/sync';
import { type FieldError, HubError } from '#libs/errors';
import { isCleanText } from '#libs/http';
import type { WantedMapping } from './user-mapping.js';

const MOST_ROWS = 10_000;
const MOST_CHARACTERS = 255;
const HEADER = ['externalUserId', 'email'] as const;
export const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** What is wrong with a line of a file. */
export interface LineError {
  /** From 1, the header's. */
  line: number;
  message: string;
}

export interface ReadUsers {
  users: WantedMapping[];
  errors: LineError[];
}

interface Line {
  record: string[];
  info: { lines: number };
}

/**
 * Reads a file of users with the header `externalUserId,email`, in any order. Lines that cannot be taken are reported and
 * the others stand.
 * @throws HubError invalid_input for what is no such file, or more than 10,000 rows.
 */
export function readUsers(bytes: Buffer): ReadUsers {
  const [header, ...lines] = parseLines(textOf(bytes));
  const columns = columnsOf(header?.record);
  if (lines.length > MOST_ROWS) throw refused(`must have at most ${MOST_ROWS} rows below the header`);
  const users: WantedMapping[] = [];
  const errors: LineError[] = [];
  const lineOf = new Map<string, number>();
  for (const { record, info } of lines) {
    const [externalUserId = '', email = ''] = columns.map((at) => record[at]?.trim());
    const message = record.length > HEADER.length ? 'has too many fields' : problemOf(externalUserId, email, lineOf);
    if (message !== null) errors.push({ line: info.lines, message });
    else users.push({ externalUserId, userId: null, email });
    lineOf.set(externalUserId, lineOf.get(externalUserId) ?? info.lines);
  }
  return { users, errors };
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refused('must be text in UTF-8');
  }
}

function parseLines(text: string): Line[] {
  try {
    // One more than there may be, and the header.
    const options = { bom: true, info: true, trim: true, relax_column_count: true, skip_empty_lines: true };
    return parse(text, { ...options, record_delimiter: ['\r\n', '\n', '\r'], to: MOST_ROWS + 2 }) as unknown as Line[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as { lines?: number };
    throw refused(`is no CSV${lines === undefined ? '' : ` (line ${lines})`}`);
  }
}

/** Where the two columns are. */
function columnsOf(header: string[] | undefined): number[] {
  const names = header?.map((name) => name.trim()) ?? [];
  const columns = HEADER.map((name) => names.indexOf(name));
  if (names.length !== HEADER.length || columns.includes(-1))
    throw refused(`must begin with the line ${HEADER.join(',')}`);
  return columns;
}

function problemOf(externalUserId: string, email: string, lineOf: ReadonlyMap<string, number>): string | null {
  if (externalUserId === '') return 'externalUserId is missing';
  if (externalUserId.length > MOST_CHARACTERS || !isCleanText(externalUserId))
    return 'externalUserId is not acceptable';
  if (lineOf.has(externalUserId)) return `externalUserId is the same as in line ${lineOf.get(externalUserId)}`;
  const isAddress = email.length <= MOST_CHARACTERS && ADDRESS.test(email) && isCleanText(email);
  return isAddress ? null : 'email is no e-mail address';
}

function refused(message: string): HubError {
  const errors: FieldError[] = [{ path: '', message }];
  return new HubError('invalid_input', { detail: `The file ${message}.`, errors });
}
