import { type Config, ConfigError, type KeyRing, readKeyRing } from '#libs/config';
import { prepareDatabase } from '#libs/platform';
import { Cipher, type RotatedTable, connectDatabase, rotateKeys } from '#libs/store';
import { DataFolder } from './data-folder.js';
import { EmbeddedPostgres } from './postgres/embedded-postgres.js';

const KEY_FILE = 'encryption.key';

/**
 * Encrypts everything again under the first key of the ring, beside a hub that runs or without one. True when nothing is
 * left under another key.
 *
 * @throws ConfigError naming the variable that is wrong.
 */
export async function rotate(config: Config, say: (line: string) => void): Promise<boolean> {
  const folder = config.databaseUrl === null ? await DataFolder.open(config.dataDir) : null;
  const encryptionKeys = await findKeys(config, folder);
  const place = await findDatabase(config, folder, say);
  try {
    // Also makes sure that these are the keys of this database.
    await prepareDatabase({ ...config, databaseUrl: place.url, encryptionKeys });
    return report(await rotateAll(place.url, encryptionKeys), encryptionKeys, say);
  } finally {
    await place.leave();
  }
}

async function findKeys({ encryptionKeys }: Config, folder: DataFolder | null): Promise<KeyRing> {
  if (encryptionKeys) return encryptionKeys;
  const kept = await folder?.read(KEY_FILE);
  if (kept) return readKeyRing(kept);
  throw new ConfigError('ATSUME_ENCRYPTION_KEY', 'is required: the new key first, then the old ones');
}

/** The database of the configuration, or that of the data folder: the running one, or one started for as long as this takes. */
async function findDatabase({ databaseUrl }: Config, folder: DataFolder | null, say: (line: string) => void) {
  if (databaseUrl !== null || !folder) return { url: databaseUrl ?? '', leave: async () => {} };
  const running = await EmbeddedPostgres.findRunning(folder);
  if (running !== null) return { url: running, leave: async () => {} };
  const started = await EmbeddedPostgres.start({ folder, say });
  return { url: started.url, leave: () => started.stop() };
}

async function rotateAll(url: string, keys: KeyRing): Promise<RotatedTable[]> {
  const onError = () => {};
  const { database, close } = await connectDatabase({ url, poolSize: 1, applicationName: 'atsume keys', onError });
  try {
    return await rotateKeys(database, new Cipher(keys));
  } finally {
    await close();
  }
}

function report(tables: RotatedTable[], keys: KeyRing, say: (line: string) => void): boolean {
  const first = keys[0]?.id ?? '';
  for (const { table, columns, rotated, unreadable } of tables) {
    const left = unreadable === 0 ? '' : `, ${unreadable} cannot be opened by any key given`;
    say(`${table} (${columns.join(', ')}): ${rotated} encrypted again${left}`);
  }
  const isDone = tables.every(({ unreadable }) => unreadable === 0);
  if (isDone) say(`Everything is under the key '${first}'. The other keys are no longer needed.`);
  else say('Some of it is under keys that were not given: keep them, and run this again with them.');
  return isDone;
}
