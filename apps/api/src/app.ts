import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '#libs/config';
import { createProcessApp } from '#libs/platform';
import { serveDocs } from './open-api.js';

/** The application that answers the public API, its document and its page over a root module that brings `ApiModule`. */
export async function createHttpApp(rootModule: Type | DynamicModule, config: Config): Promise<NestFastifyApplication> {
  const app = await createProcessApp(rootModule, config);
  serveDocs(app, config);
  return app;
}
