import { readConfig } from '#libs/config';
import { checkQueue } from '#libs/delivery';
import {
  createProcessApp,
  listenOn,
  prepareDatabase,
  requireServerConfig,
  runProcess,
  stopOnSignal,
} from '#libs/platform';
import { LOGGER } from '#libs/telemetry';
import type { Logger } from '#libs/telemetry';
import { DispatcherRootModule } from './dispatcher-root.module.js';

runProcess(async () => {
  const config = requireServerConfig(readConfig(process.env, false));
  await prepareDatabase(config);
  await checkQueue(config);
  const app = await createProcessApp(DispatcherRootModule.forRoot(config), config);
  // The status goes on answering while what is in flight is finished: Nest closes the server after that.
  stopOnSignal(app);
  await listenOn(app, config);
  app.get<Logger>(LOGGER).info({ host: config.host, port: config.port }, 'dispatching');
});
