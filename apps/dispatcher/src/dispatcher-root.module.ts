import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '#libs/config';
import { QueueModule } from '#libs/delivery';
import { HttpModule } from '#libs/http';
import { HealthModule, PlatformModule } from '#libs/platform';
import { DispatcherModule } from './dispatcher.module.js';

/** The root of the dispatcher process when it runs alone; standalone has a root of its own. Its HTTP is its status. */
@Module({})
export class DispatcherRootModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: DispatcherRootModule,
      imports: [
        PlatformModule.forRoot(config, { name: 'dispatcher' }),
        QueueModule.forRoot(config),
        HttpModule,
        HealthModule,
        DispatcherModule,
      ],
    };
  }
}
