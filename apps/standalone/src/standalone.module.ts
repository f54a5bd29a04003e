import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '#libs/config';
import { QueueModule } from '#libs/delivery';
import { PlatformModule } from '#libs/platform';
import { ApiModule } from '../../api/src/api.module.js';
import { DispatcherModule } from '../../dispatcher/src/dispatcher.module.js';
import { SandboxModule } from '../../sandbox/src/sandbox.module.js';

/** api, dispatcher and sandbox in one process, on one pool of connections. */
@Module({})
export class StandaloneModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [
        PlatformModule.forRoot(config, { name: 'standalone' }),
        QueueModule.forRoot(config),
        ApiModule,
        DispatcherModule,
        ...(config.sandbox ? [SandboxModule] : []),
      ],
    };
  }
}
