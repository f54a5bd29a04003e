import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '#libs/connectors';
import { HubError } from '#libs/errors';
import { IntegrationsService } from '#libs/integrations';
import { Database } from '#libs/store';
import { askedPermissions } from '../connecting.service.js';
import type { ConnectionRow, Finding } from '../connection.js';
import { merged, permissionsOf } from '../connection-view.js';
import type { CheckReplyDto } from '../connections.dto.js';
import { Connections } from '../connections.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { issueOf } from './findings.js';
import { Probes } from './probes.js';

/** What the engine and the access say once the ATS takes the credentials no longer. */
const OVER = new Set(['provider_unauthorized', 'needs_relink']);

/** Finds out whether a connection works and what it permits, and says so on the integration. */
@Injectable()
export class CheckService {
  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly repository: ConnectionsRepository,
    private readonly connectors: ConnectorRegistry,
    private readonly integrations: IntegrationsService,
    private readonly probes: Probes,
  ) {}

  /** @throws HubError integration_not_connected, needs_relink, or what the engine says of an ATS that is away or busy. */
  async check(accountId: string, integrationId: string, asked: string[] | undefined): Promise<CheckReplyDto> {
    await this.integrations.require(accountId, integrationId);
    const row = await this.connections.read(accountId, integrationId);
    const access = await this.connections.access(accountId, integrationId);
    const names = asked ? askedPermissions(access.version, asked) : row.permissions;
    try {
      const isWorking = await this.probes.prove(access);
      const findings = await this.probes.find(access, names, row.scopes);
      await this.store(row, findings, isWorking || findings.some(({ state }) => state === 'GRANTED'));
    } catch (error) {
      if (!(error instanceof HubError) || !OVER.has(error.code)) throw error;
      await this.connections.markNeedsRelink(accountId, integrationId, 'The ATS refuses the credentials.');
    }
    return this.reply(accountId, integrationId, names);
  }

  private async store(row: ConnectionRow, now: Finding[], isWorking: boolean): Promise<void> {
    const { accountId, integrationId, provider, version } = row;
    const connector = this.connectors.find(provider);
    const declared = connector?.api?.versions[version];
    await this.database.transaction(async (tx) => {
      const integration = await this.integrations.findForUpdate(tx, accountId, integrationId);
      const current = await this.repository.find(accountId, integrationId, tx);
      // What was found out about credentials that were replaced meanwhile is of no interest.
      if (!integration || !declared || current?.generation === undefined || current.connectedAt > row.connectedAt)
        return;
      const findings = merged(current.findings, now);
      const issue = issueOf(declared, findings, connector.name);
      await this.repository.saveFindings(tx, current, { findings, issue, isWorking });
      // An issue of another kind is not ours to clear.
      const isOurs = integration.statusReason === null || integration.statusReason === current.issue;
      if (issue !== null || isOurs) await this.integrations.setIssue(tx, integration, issue);
    });
  }

  private async reply(accountId: string, integrationId: string, names: readonly string[]): Promise<CheckReplyDto> {
    const row = await this.repository.find(accountId, integrationId);
    const { status, statusReason, provider } = await this.integrations.get(accountId, integrationId);
    if (!row) throw new HubError('integration_not_connected');
    const permissions = permissionsOf(row, this.connectors.find(provider)?.api?.versions[row.version]);
    return {
      state: row.state,
      status,
      statusReason,
      permissions: permissions.filter(({ permission }) => names.includes(permission)),
      checkedAt: (row.checkedAt ?? new Date()).toISOString(),
    };
  }
}
