import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '#libs/config';
import { listenOn, prepareDatabase } from '#libs/platform';
import { createHttpApp } from '../../api/src/app.js';
import { SandboxService } from '../../sandbox/src/sandbox.service.js';
import type { DataFolder } from './data-folder.js';
import { bootstrap } from './first-key.js';
import { StandaloneModule } from './standalone.module.js';

/** What a started hub has to tell. */
export interface Started {
  app: NestFastifyApplication;
  apiKey: string;
  sandboxUrl: string | null;
}

/** Migrates, composes the apps into one, makes the first account and listens. `onApp` gets the app before it listens. */
export async function startHub(
  config: Config,
  folder: DataFolder,
  onApp: (app: NestFastifyApplication) => void,
): Promise<Started> {
  await prepareDatabase(config);
  const app = await createHttpApp(StandaloneModule.forRoot(config), config);
  onApp(app);
  const apiKey = await bootstrap(app, config, folder);
  await listenOn(app, config);
  const sandbox = config.sandbox ? await app.get(SandboxService, { strict: false }).ready() : null;
  return { app, apiKey, sandboxUrl: sandbox?.url ?? null };
}
