export { IntegrationStoreModule, IntegrationsModule } from './integrations.module.js';
export { isPublicHttps } from './public-address.js';
export { IntegrationsService } from './integrations.service.js';
export { IntegrationHooks, type ChangedIntegration, type IntegrationListener } from './integration-hooks.js';
export { SecretsService } from './secrets.service.js';
export { InboundKeysService, type PartnerIdentity, type PresentedCredentials } from './inbound-keys.service.js';
export { liveKeySql } from './inbound-keys.repository.js';
export { INTEGRATION_STATUSES, type IntegrationRow, type IntegrationStatus } from './integration.js';
