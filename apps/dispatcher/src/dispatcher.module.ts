import { type DynamicModule, Module } from '@nestjs/common';
import { AtsCallbackKind, CallbackKindModule } from '#libs/assessments';
import type { Config } from '#libs/config';
import { ConnectionWorkerModule } from '#libs/connections';
import { DeliveryWorkerModule } from '#libs/delivery';
import { FileFetchKind, FileKindModule } from '#libs/files';
import { SyncWorkerModule } from '#libs/sync';
import { WebhookKind, WebhookKindModule } from '#libs/webhooks';

/** Everything that happens later. Stands on `PlatformModule` and `QueueModule`, which the process's root module brings. */
@Module({})
export class DispatcherModule {
  static forRoot(config: Pick<Config, 'redisUrl'>): DynamicModule {
    return {
      module: DispatcherModule,
      imports: [
        DeliveryWorkerModule.register({
          config,
          imports: [WebhookKindModule, CallbackKindModule, FileKindModule, ConnectionWorkerModule],
          kinds: [WebhookKind, AtsCallbackKind, FileFetchKind],
        }),
        SyncWorkerModule,
      ],
    };
  }
}
