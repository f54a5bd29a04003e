import { readConfig } from '#libs/config';
import { checkQueue } from '#libs/delivery';
import { listenOn, prepareDatabase, requireServerConfig, runProcess, stopOnSignal } from '#libs/platform';
import { LOGGER } from '#libs/telemetry';
import type { Logger } from '#libs/telemetry';
import { ApiRootModule } from './api-root.module.js';
import { createHttpApp } from './app.js';
import { makeFirstAccount } from './first-key.js';

runProcess(async () => {
  const config = requireServerConfig(readConfig(process.env, false));
  await prepareDatabase(config);
  await checkQueue(config);
  const app = await createHttpApp(ApiRootModule.forRoot(config), config);
  stopOnSignal(app);
  const firstKey = await makeFirstAccount(app, config);
  if (firstKey !== null) process.stderr.write(firstKey);
  await listenOn(app, config);
  app.get<Logger>(LOGGER).info({ host: config.host, port: config.port }, 'listening');
});
