import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { AccountsService } from '#libs/accounts';
import type { Config } from '#libs/config';

const FILE = 'api-key';

/**
 * Makes the first account on an empty database. Returns the lines to print when its key had to be generated, which is
 * the only time that anyone gets to see it; null otherwise. Several processes that start at once make one account.
 */
export async function makeFirstAccount(app: INestApplication, config: Config): Promise<string | null> {
  const { apiKey } = await app.get(AccountsService, { strict: false }).bootstrap(config.bootstrapApiKey);
  if (apiKey === null || config.bootstrapApiKey !== null) return null;
  const file = await keep(config.dataDir, apiKey);
  return `atsume: the first API key: ${apiKey}\natsume: ${file ? `it is kept in ${file}` : 'it is shown only now'}\n`;
}

/** The file the key went to, or null on a machine where there is no place for one (a read-only container). */
async function keep(folder: string, apiKey: string): Promise<string | null> {
  const file = join(folder, FILE);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(file, `${apiKey}\n`, { mode: 0o600, flag: 'wx' });
    return file;
  } catch {
    return null;
  }
}
