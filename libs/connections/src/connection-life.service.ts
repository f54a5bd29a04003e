import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '#libs/connectors';
import { HubError } from '#libs/errors';
import { IntegrationsService } from '#libs/integrations';
import { Database } from '#libs/store';
import { ConnectionEnding } from './connection-ending.js';
import type { ConnectionDto, IssueDto, RequestSetupDto } from './connections.dto.js';
import { ConnectionsRepository } from './connections.repository.js';
import { issuesOf } from './issues.js';
import { toConnection } from './connection-view.js';
import { SetupRequests } from './setup-requests.js';

/** What becomes of a connection besides being made: it is looked at, asked for, and ended. */
@Injectable()
export class ConnectionLifeService {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionsRepository,
    private readonly integrations: IntegrationsService,
    private readonly connectors: ConnectorRegistry,
    private readonly ending: ConnectionEnding,
  ) {}

  async get(accountId: string, integrationId: string): Promise<ConnectionDto> {
    const integration = await this.integrations.get(accountId, integrationId);
    const row = await this.connections.find(accountId, integrationId);
    const setupRequest = await SetupRequests.find(this.database, accountId, integrationId);
    const version = row ? this.connectors.find(row.provider)?.api?.versions[row.version] : undefined;
    return toConnection({ integration, row, version, setupRequest });
  }

  async issues(accountId: string, integrationId: string): Promise<IssueDto[]> {
    const integration = await this.integrations.get(accountId, integrationId);
    const row = await this.connections.find(accountId, integrationId);
    const connector = this.connectors.find(integration.provider);
    const method = connector?.api?.connect.find(({ id }) => id === row?.method);
    return issuesOf({
      ats: connector?.name ?? integration.provider,
      integration,
      row,
      version: row ? connector?.api?.versions[row.version] : undefined,
      isConsent: method?.kind === 'oauth2',
    });
  }

  /** Deletes the credentials and keeps the integration with its records. A second call changes nothing. */
  disconnect(accountId: string, integrationId: string): Promise<void> {
    return this.ending.disconnect(accountId, integrationId);
  }

  /** @throws HubError conflict for an integration that is connected. */
  requestSetup(accountId: string, integrationId: string, { note, contactEmail }: RequestSetupDto): Promise<void> {
    const request = {
      note: note ?? null,
      contactEmail: checkedEmail(contactEmail),
      requestedAt: new Date().toISOString(),
    };
    return this.ending.requestSetup(accountId, integrationId, request);
  }
}

function checkedEmail(email: string | undefined): string | null {
  if (email === undefined) return null;
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return email;
  throw new HubError('invalid_input', { errors: [{ path: 'contactEmail', message: 'must be an e-mail address' }] });
}
