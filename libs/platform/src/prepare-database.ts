import pg from 'pg';
import { type Config, ConfigError, type KeyRing } from '#libs/config';
import { Cipher, migrateDatabase } from '#libs/store';
import { requireServerConfig } from './server-config.js';

const KNOWN_TEXT = 'atsume encryption check';
const CONNECT_TIMEOUT_MS = 10_000;

/** Connection trouble (class 08), wrong password or role (28), no such database (3D), server starting or full (57P03, 53300). */
const UNREACHABLE_SQLSTATE = /^(08|28|3D|57P0|53300)/;

/**
 * Brings the schema up to date and makes sure that our keys are the ones its secrets were encrypted with.
 * Called once by every process before it starts; those that come at once wait for one another. Returns the migrations run.
 *
 * @throws ConfigError naming DATABASE_URL or ATSUME_ENCRYPTION_KEY, never with the password in it.
 */
export async function prepareDatabase(config: Config): Promise<string[]> {
  const { databaseUrl, encryptionKeys } = requireServerConfig(config);
  try {
    const migrations = await migrateDatabase(databaseUrl);
    await checkEncryptionKeys(databaseUrl, encryptionKeys);
    return migrations;
  } catch (error) {
    const reason = unreachableReason(error);
    if (reason === null) throw error;
    throw new ConfigError('DATABASE_URL', `${placeOf(databaseUrl)} cannot be reached (${reason})`);
  }
}

/** A row per key holds a known text; a key that cannot open its row, or is gone from the ring, is the wrong ring. */
async function checkEncryptionKeys(url: string, keys: KeyRing): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ key_id: string; value_enc: Buffer }>('SELECT * FROM encryption_check');
    for (const row of rows) checkKey(keys, row.key_id, row.value_enc);
    // Only a ring that passed adds its new keys: a wrong one must not leave a mark that stops the right one later.
    for (const key of keys) {
      await client.query('INSERT INTO encryption_check (key_id, value_enc) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        key.id,
        new Cipher([key]).seal(KNOWN_TEXT).data,
      ]);
    }
  } finally {
    await client.end();
  }
}

function checkKey(keys: KeyRing, keyId: string, data: Buffer): void {
  const key = keys.find(({ id }) => id === keyId);
  if (!key) {
    throw new ConfigError('ATSUME_ENCRYPTION_KEY', `lacks the key '${keyId}', which this database was encrypted with`);
  }
  try {
    if (new Cipher([key]).open({ data, keyId }) === KNOWN_TEXT) return;
  } catch {
    // Falls through: a key that cannot open the text and one that opens it to something else are both wrong.
  }
  throw new ConfigError('ATSUME_ENCRYPTION_KEY', `the key '${keyId}' is not the one this database was encrypted with`);
}

/** Null for a failure of another kind. A host with several addresses fails with one error for each. */
function unreachableReason(error: unknown): string | null {
  if (error instanceof ConfigError) return null;
  const { code, syscall, message = '', errors } = error as FailedConnect;
  if (errors?.[0] !== undefined) return unreachableReason(errors[0]);
  if (code !== undefined && (syscall !== undefined || UNREACHABLE_SQLSTATE.test(code))) return explain(code);
  return /timeout|terminated|SSL|SASL|password/i.test(message) ? message : null;
}

interface FailedConnect {
  code?: string;
  syscall?: string;
  message?: string;
  errors?: unknown[];
}

function explain(code: string): string {
  if (code.startsWith('28')) return `${code}: user or password refused`;
  if (code.startsWith('3D')) return `${code}: no such database`;
  return code;
}

/** Host, port and database: what tells an operator which server is meant, without user and password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
