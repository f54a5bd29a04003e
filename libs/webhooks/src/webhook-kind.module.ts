import { Module } from '@nestjs/common';
import { TargetPolicy } from '#libs/delivery';
import { EventsModule } from '#libs/events';
import { EndpointChores } from './endpoint-chores.js';
import { EndpointSecretsCache } from './endpoint-secrets.js';
import { EndpointsRepository } from './endpoints.repository.js';
import { RecoverySteps } from './recovery-steps.js';
import { WebhookClocks } from './webhook-clocks.js';
import { WebhookKind } from './webhook.kind.js';
import { WornOutEndpoints } from './worn-out-endpoints.js';

/** What the dispatcher needs to deliver webhooks and to look after their endpoints. */
@Module({
  imports: [EventsModule],
  providers: [
    TargetPolicy,
    EndpointSecretsCache,
    WebhookKind,
    EndpointsRepository,
    EndpointChores,
    RecoverySteps,
    WornOutEndpoints,
    WebhookClocks,
  ],
  exports: [WebhookKind],
})
export class WebhookKindModule {}
