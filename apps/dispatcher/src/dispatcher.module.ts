import { Module } from '@nestjs/common';
import { AtsCallbackKind, CallbackKindModule } from '#libs/assessments';
import { ConnectionWorkerModule } from '#libs/connections';
import { DeliveryWorkerModule } from '#libs/delivery';
import { FileFetchKind, FileKindModule } from '#libs/files';
import { SyncWorkerModule } from '#libs/sync';
import { WebhookKind, WebhookKindModule } from '#libs/webhooks';

/** Everything that happens later. Stands on `PlatformModule` and `QueueModule`, which the process's root module brings. */
@Module({
  imports: [
    DeliveryWorkerModule.register({
      imports: [WebhookKindModule, CallbackKindModule, FileKindModule, ConnectionWorkerModule],
      kinds: [WebhookKind, AtsCallbackKind, FileFetchKind],
    }),
    SyncWorkerModule,
  ],
})
export class DispatcherModule {}
