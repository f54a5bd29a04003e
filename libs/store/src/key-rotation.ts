import type { Cipher } from './cipher.js';
import type { Database, Queryable, Row } from './database.js';

/** Columns of one table whose values are encrypted under the key that one of its columns names. */
export interface SealedColumns {
  table: string;
  /** `…_enc` */
  columns: string[];
  keyColumn: string;
  /** With their types. */
  primaryKey: { name: string; type: string }[];
}

/** What became of one table. */
export interface RotatedTable {
  table: string;
  columns: string[];
  /** Rows that are now under the first key. */
  rotated: number;
  /** Rows nobody has the key for. */
  unreadable: number;
}

export interface RotationOptions {
  batchSize?: number;
  /** Called after each batch with what was done in the table so far. */
  onBatch?: (table: RotatedTable) => void;
}

const BATCH_SIZE = 200;
/** Processes that have not heard of the first key yet may go on writing under another. */
const MOST_PASSES = 5;
/** Its rows are one per key, and say which keys a ring must have. */
const CHECK_TABLE = 'encryption_check';

const FIND = `
  SELECT c.relname AS "table", a.attname AS "column",
    (SELECT k.attname FROM pg_attribute k WHERE k.attrelid = c.oid AND NOT k.attisdropped
       AND k.attname IN (regexp_replace(a.attname, '_enc$', '_key_id'), 'key_id')
     ORDER BY k.attname = 'key_id' LIMIT 1) AS "keyColumn",
    ARRAY(SELECT p.attname::text FROM pg_constraint o CROSS JOIN unnest(o.conkey) WITH ORDINALITY AS n (num, at)
       JOIN pg_attribute p ON p.attrelid = c.oid AND p.attnum = n.num
       WHERE o.conrelid = c.oid AND o.contype = 'p' ORDER BY n.at) AS "names",
    ARRAY(SELECT format_type(p.atttypid, p.atttypmod) FROM pg_constraint o
       CROSS JOIN unnest(o.conkey) WITH ORDINALITY AS n (num, at)
       JOIN pg_attribute p ON p.attrelid = c.oid AND p.attnum = n.num
       WHERE o.conrelid = c.oid AND o.contype = 'p' ORDER BY n.at) AS "types"
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND a.attname LIKE '%\\_enc' AND a.atttypid = 'bytea'::regtype AND c.relname <> '${CHECK_TABLE}'
  ORDER BY c.relname, a.attname`;

interface Found {
  table: string;
  column: string;
  keyColumn: string | null;
  names: string[];
  types: string[];
}

/**
 * Every encrypted column of the schema, whoever's it is: `x_enc` is under the key that `x_key_id` names, or `key_id` for
 * all that have none of their own.
 *
 * @throws Error for a column that breaks this rule, so that none is forgotten.
 */
export async function findSealedColumns(database: Queryable): Promise<SealedColumns[]> {
  const groups = new Map<string, SealedColumns>();
  for (const { table, column, keyColumn, names, types } of await database.query<Found>(FIND)) {
    if (keyColumn === null) throw new Error(`${table}.${column} has no column that says which key it is under`);
    if (names.length === 0) throw new Error(`${table} has no primary key`);
    const primaryKey = names.map((name, at) => ({ name, type: types[at]! }));
    const name = `${table} ${keyColumn}`;
    const group = groups.get(name) ?? { table, columns: [], keyColumn, primaryKey };
    group.columns.push(column);
    groups.set(name, group);
  }
  return [...groups.values()];
}

/**
 * Encrypts again, under the first key of the ring, whatever is under another one. Goes on where an earlier run was cut off,
 * because what is done needs nothing more; runs beside a working hub, whose rows it locks a batch at a time.
 *
 * When nothing is left under other keys these are no longer asked for at a start.
 */
export async function rotateKeys(
  database: Database,
  cipher: Cipher,
  options: RotationOptions = {},
): Promise<RotatedTable[]> {
  const results = new Map<string, RotatedTable>();
  const { keyId } = cipher.seal('');
  for (let pass = 1; pass <= MOST_PASSES; pass++) {
    let done = 0;
    for (const sealed of await findSealedColumns(database)) {
      const name = `${sealed.table} ${sealed.keyColumn}`;
      const result = results.get(name) ?? { table: sealed.table, columns: sealed.columns, rotated: 0, unreadable: 0 };
      results.set(name, result);
      result.unreadable = 0;
      const before = result.rotated;
      await rotateTable({ database, cipher, keyId, sealed, result, options });
      done += result.rotated - before;
    }
    if (done === 0) break;
  }
  const tables = [...results.values()];
  if (tables.every(({ unreadable }) => unreadable === 0)) {
    await database.query(`DELETE FROM ${CHECK_TABLE} WHERE key_id <> $1`, [keyId]);
  }
  return tables;
}

interface Rotation {
  database: Database;
  cipher: Cipher;
  keyId: string;
  sealed: SealedColumns;
  result: RotatedTable;
  options: RotationOptions;
}

async function rotateTable(rotation: Rotation): Promise<void> {
  const { database, result, options } = rotation;
  let after: string[] | null = null;
  do {
    after = await database.transaction((tx) => rotateBatch(tx, rotation, after));
    options.onBatch?.({ ...result });
  } while (after !== null);
}

/** Returns the key of its last row, or null when there are no more. */
async function rotateBatch(tx: Queryable, rotation: Rotation, after: string[] | null): Promise<string[] | null> {
  const { sealed, keyId, result, options } = rotation;
  const size = options.batchSize ?? BATCH_SIZE;
  const rows = await tx.query(selectSql(sealed, after !== null), [keyId, size, ...(after ?? [])]);
  for (const row of rows) {
    const opened = reseal(row, rotation);
    if (opened) {
      await tx.query(updateSql(sealed), [...keyOf(sealed, row), keyId, ...opened]);
      result.rotated++;
    } else {
      result.unreadable++;
    }
  }
  return rows.length < size ? null : keyOf(sealed, rows.at(-1)!);
}

/** The values under the first key; null when they cannot be opened. */
function reseal(row: Row, { sealed, cipher }: Rotation): (Buffer | null)[] | null {
  const keyId = String(row[sealed.keyColumn]);
  try {
    return sealed.columns.map((column) => {
      const data = row[column];
      return Buffer.isBuffer(data) ? cipher.seal(cipher.open({ data, keyId })).data : null;
    });
  } catch {
    return null;
  }
}

const keyOf = ({ primaryKey }: SealedColumns, row: Row): string[] => primaryKey.map((_, at) => String(row[`pk_${at}`]));

/** Keys travel as text, which is exact for every type. */
function selectSql({ table, columns, keyColumn, primaryKey }: SealedColumns, goesOn: boolean): string {
  const names = primaryKey.map(({ name }) => name).join(', ');
  const given = primaryKey.map(({ type }, at) => `$${at + 3}::text::${type}`).join(', ');
  return `SELECT ${[...columns, keyColumn].join(', ')}, ${primaryKey.map(({ name }, at) => `${name}::text AS pk_${at}`).join(', ')}
    FROM ${table} WHERE ${keyColumn} <> $1 ${goesOn ? `AND (${names}) > (${given})` : ''}
    ORDER BY ${names} LIMIT $2 FOR NO KEY UPDATE`;
}

function updateSql({ table, columns, keyColumn, primaryKey }: SealedColumns): string {
  const where = primaryKey.map(({ name, type }, at) => `${name} = $${at + 1}::text::${type}`).join(' AND ');
  const first = primaryKey.length + 1;
  const sets = [`${keyColumn} = $${first}`, ...columns.map((column, at) => `${column} = $${first + at + 1}`)];
  return `UPDATE ${table} SET ${sets.join(', ')} WHERE ${where}`;
}
