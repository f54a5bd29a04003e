import { rm } from 'node:fs/promises';
import type { INestApplication } from '@nestjs/common';
import { AccountsService, newApiKey } from '#libs/accounts';
import type { Config } from '#libs/config';
import type { DataFolder } from './data-folder.js';

const FILE = 'api-key';

/**
 * Makes the first account on an empty database and returns what to tell about its key. A key we make is on the disk
 * before it is in the database: a crash in between loses neither.
 */
export async function bootstrap(app: INestApplication, config: Config, folder: DataFolder): Promise<string> {
  const kept = await folder.read(FILE);
  const wanted = config.bootstrapApiKey ?? (await folder.keep(FILE, newApiKey));
  const { apiKey } = await app.get(AccountsService, { strict: false }).bootstrap(wanted);
  if (config.bootstrapApiKey) return apiKey ? 'the one in ATSUME_BOOTSTRAP_API_KEY' : 'as at the first start';
  if (apiKey) return `${apiKey}  (also kept in ${folder.file(FILE)})`;
  if (kept) return `kept in ${folder.file(FILE)}`;
  // The database had its first account already, from elsewhere: our key is nobody's.
  await rm(folder.file(FILE), { force: true });
  return 'as at the first start on this database';
}
