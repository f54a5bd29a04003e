export { WebhooksModule } from './webhooks.module.js';
export { EndpointsService } from './endpoints.service.js';
export { WebhookKind } from './webhook.kind.js';
export { WebhookKindModule } from './webhook-kind.module.js';
