import { Injectable, type OnModuleInit } from '@nestjs/common';
import { IntegrationHooks, IntegrationsService } from '#libs/integrations';
import { ConnectionEnding } from './connection-ending.js';

/** Deleting an integration ends its connection too. */
@Injectable()
export class RemovedIntegrations implements OnModuleInit {
  constructor(
    private readonly hooks: IntegrationHooks,
    private readonly integrations: IntegrationsService,
    private readonly ending: ConnectionEnding,
  ) {}

  onModuleInit(): void {
    this.hooks.onRemoved(async (tx, { id, accountId }) => {
      const integration = await this.integrations.findForUpdate(tx, accountId, id);
      return integration ? this.ending.end(tx, integration) : [];
    });
  }
}
