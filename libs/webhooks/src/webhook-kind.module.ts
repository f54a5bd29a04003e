import { Module } from '@nestjs/common';
import { TargetPolicy } from '#libs/delivery';
import { EventsModule } from '#libs/events';
import { EndpointSecretsCache } from './endpoint-secrets.js';
import { WebhookKind } from './webhook.kind.js';

/** What the dispatcher needs to deliver webhooks. */
@Module({
  imports: [EventsModule],
  providers: [TargetPolicy, EndpointSecretsCache, WebhookKind],
  exports: [WebhookKind],
})
export class WebhookKindModule {}
