import { Module } from '@nestjs/common';
import { AccountsModule } from '#libs/accounts';
import { ConnectorsModule } from '#libs/connectors';
import { ConnectorsController } from './connectors.controller.js';
import { ConnectorsService } from './connectors.service.js';
import { InboundKeysRepository } from './inbound-keys.repository.js';
import { InboundKeysService } from './inbound-keys.service.js';
import { IntegrationHooks } from './integration-hooks.js';
import { IntegrationsController } from './integrations.controller.js';
import { IntegrationsRepository } from './integrations.repository.js';
import { IntegrationsService } from './integrations.service.js';
import { ResponseErrorsController } from './response-errors.controller.js';
import { ResponseErrorsService } from './response-errors.service.js';
import { SecretsController } from './secrets.controller.js';
import { SecretsRepository } from './secrets.repository.js';
import { SecretsService } from './secrets.service.js';
import { SetupKitsService } from './setup-kits.service.js';

/** Integrations and their keys without the routes: what a process needs that does not answer for them. */
@Module({
  imports: [ConnectorsModule],
  providers: [
    IntegrationsService,
    IntegrationsRepository,
    IntegrationHooks,
    SecretsRepository,
    InboundKeysService,
    InboundKeysRepository,
  ],
  exports: [IntegrationsService, IntegrationHooks, SecretsRepository, InboundKeysService],
})
export class IntegrationStoreModule {}

/** Integrations, the secrets their customers hand to an ATS, and who an ATS is when it calls. */
@Module({
  imports: [AccountsModule, ConnectorsModule, IntegrationStoreModule],
  controllers: [IntegrationsController, ResponseErrorsController, SecretsController, ConnectorsController],
  providers: [SecretsService, SetupKitsService, ResponseErrorsService, ConnectorsService],
  exports: [IntegrationStoreModule, SecretsService],
})
export class IntegrationsModule {}
