import { randomBytes } from 'node:crypto';
import { AccountsService } from '#libs/accounts';
import { readConfig } from '#libs/config';
import { ApiRootModule } from '../../apps/api/src/api-root.module.js';
import { createHttpApp } from '../../apps/api/src/app.js';
import { createDatabaseUrl, dropDatabase } from './database.js';

export interface Api {
  /** Without a trailing slash. */
  url: string;
  databaseUrl: string;
  /** The first account's, with every scope. */
  apiKey: string;
  close(): Promise<void>;
}

/** The api process's application inside the test, over HTTP on a port of its own and with a database of its own. */
export async function openApi(env: Record<string, string> = {}): Promise<Api> {
  const databaseUrl = await createDatabaseUrl();
  const config = readConfig(
    {
      DATABASE_URL: databaseUrl,
      ATSUME_ENCRYPTION_KEY: `k1:${randomBytes(32).toString('base64')}`,
      ATSUME_LOG_LEVEL: 'silent',
      ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
      ...env,
    },
    false,
  );
  const app = await createHttpApp(ApiRootModule.forRoot(config), config);
  const { apiKey } = await app.get(AccountsService, { strict: false }).bootstrap(null);
  await app.listen(0, '127.0.0.1');
  return {
    url: (await app.getUrl()).replace('[::1]', '127.0.0.1'),
    databaseUrl,
    apiKey: apiKey ?? '',
    close: async () => {
      await app.close();
      await dropDatabase(databaseUrl);
    },
  };
}
