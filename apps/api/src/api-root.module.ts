import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '#libs/config';
import { QueueModule } from '#libs/delivery';
import { PlatformModule } from '#libs/platform';
import { ApiModule } from './api.module.js';

/** The root of the api process when it runs alone; standalone has a root of its own. */
@Module({})
export class ApiRootModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ApiRootModule,
      imports: [PlatformModule.forRoot(config, { name: 'api' }), QueueModule.forRoot(config), ApiModule],
    };
  }
}
