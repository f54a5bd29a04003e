import { Injectable } from '@nestjs/common';
import { ConnectorRegistry } from '#libs/connectors';
import { Rings, withPartitions } from '#libs/delivery';
import { HubError } from '#libs/errors';
import { isId, type Page } from '#libs/model';
import { Database, decodeCursor, encodeCursor, type Queryable } from '#libs/store';
import { capabilitiesOf } from './capabilities.js';
import { toHostName } from './host-name.js';
import type { IntegrationRow, IntegrationStatus, Origin } from './integration.js';
import { type ChangedIntegration, IntegrationHooks } from './integration-hooks.js';
import type {
  CreateIntegrationDto,
  IntegrationDto,
  ListIntegrationsDto,
  SettingsDto,
  UpdateIntegrationDto,
} from './integrations.dto.js';
import { type IntegrationChanges, IntegrationsRepository } from './integrations.repository.js';
import { SecretsRepository } from './secrets.repository.js';

export const UNKNOWN_PROVIDER = 'is no ATS this hub has a connector for; see GET /v1/connectors';

/** The customers' ATSs an account is connected to. */
@Injectable()
export class IntegrationsService {
  constructor(
    private readonly database: Database,
    private readonly integrations: IntegrationsRepository,
    private readonly secrets: SecretsRepository,
    private readonly connectors: ConnectorRegistry,
    private readonly hooks: IntegrationHooks,
    private readonly rings: Rings,
  ) {}

  create(accountId: string, { settings, ...customer }: CreateIntegrationDto): Promise<IntegrationDto> {
    this.refuseUnknownProvider(customer.provider);
    return this.database.transaction(async (tx) => {
      await this.refuseUnknownPackage(tx, accountId, settings?.defaultPackageId);
      const { row, inserted } = await this.integrations.upsert(tx, { accountId, ...customer });
      if (!inserted && row.deletedAt === null) {
        throw new HubError('conflict', { detail: `This customer's integration exists already: ${row.id}.` });
      }
      if (!inserted) await this.integrations.revive(tx, accountId, row.id);
      const changes = changed({ ...row, originOrgName: customer.originOrgName }, settings);
      return this.toIntegration(await this.integrations.update(tx, accountId, row.id, changes));
    });
  }

  /**
   * The customer's integration, made or put back to work if need be, and locked until the end of `tx`.
   * @throws HubError 422 for a provider that does not exist.
   */
  async ensure(tx: Queryable, origin: Origin): Promise<IntegrationRow> {
    this.refuseUnknownProvider(origin.provider);
    const { row } = await this.integrations.upsert(tx, origin);
    if (row.deletedAt !== null) await this.integrations.revive(tx, origin.accountId, row.id);
    return row;
  }

  async list(accountId: string, { limit, cursor, ...filter }: ListIntegrationsDto): Promise<Page<IntegrationDto>> {
    const [before] = decodeCursor(cursor, 1) ?? [];
    const rows = await this.integrations.findPage(accountId, filter, { before: before ?? null, limit: limit + 1 });
    const data = rows.slice(0, limit).map((row) => this.toIntegration(row));
    return { data, nextCursor: rows.length > limit ? encodeCursor(data.at(-1)!.id) : null };
  }

  /** Also one that was deleted (status DISCONNECTED): its records still name it. */
  async get(accountId: string, id: string): Promise<IntegrationDto> {
    const row = isId('integration', id) ? await this.integrations.find(accountId, id) : null;
    if (!row) throw new HubError('not_found');
    return this.toIntegration(row);
  }

  /** What is left out stays as it is. Hosts that are given let the callbacks go out that waited for them. */
  async update(accountId: string, id: string, wanted: UpdateIntegrationDto): Promise<IntegrationDto> {
    const { row, endpointIds } = await withPartitions(this.database, () =>
      this.database.transaction((tx) => this.change(tx, { accountId, id }, wanted)),
    );
    this.rings.ring(endpointIds);
    return this.toIntegration(row);
  }

  /** Revokes what its customer was given, ends its connection and keeps the records. A second call changes nothing. */
  async remove(accountId: string, id: string): Promise<void> {
    const endpointIds = await withPartitions(this.database, () =>
      this.database.transaction(async (tx) => {
        await this.lock(tx, accountId, id);
        const rung = await this.hooks.removed(tx, { id, accountId });
        await this.integrations.disconnect(tx, accountId, id);
        await this.secrets.revokeAll(tx, accountId, id);
        return rung;
      }),
    );
    this.rings.ring(endpointIds);
  }

  /** Sets status and reason of an integration that is not deleted. Runs in the caller's transaction. */
  setStatus(
    tx: Queryable,
    integration: { id: string; accountId: string },
    to: { status: IntegrationStatus; reason: string | null },
  ): Promise<void> {
    return this.integrations.saveStatus(tx, integration.accountId, integration.id, to);
  }

  /** Says on the integration what its customer has to put right; null when it is right again. Runs in the caller's transaction. */
  setIssue(tx: Queryable, integration: { id: string; accountId: string }, reason: string | null): Promise<void> {
    return this.integrations.saveIssue(tx, integration.accountId, integration.id, reason);
  }

  /** The integration's row. @throws HubError not_found, or conflict for one that was deleted. */
  async require(accountId: string, id: string): Promise<IntegrationRow> {
    const row = isId('integration', id) ? await this.integrations.find(accountId, id) : null;
    if (!row) throw new HubError('not_found');
    if (row.deletedAt !== null) throw new HubError('conflict', { detail: 'This integration was deleted.' });
    return row;
  }

  /** The integration, deleted or not, locked until the end of `tx`; null when the account has none with this id. */
  async findForUpdate(tx: Queryable, accountId: string, id: string): Promise<IntegrationRow | null> {
    return isId('integration', id) ? this.integrations.lock(tx, accountId, id) : null;
  }

  private async change(tx: Queryable, { accountId, id }: ChangedIntegration, wanted: UpdateIntegrationDto) {
    const before = await this.lock(tx, accountId, id);
    if (before.deletedAt !== null) {
      throw new HubError('conflict', { detail: 'This integration was deleted; create it again to change it.' });
    }
    const { originOrgName = before.originOrgName, settings } = wanted;
    await this.refuseUnknownPackage(tx, accountId, settings?.defaultPackageId);
    if (wanted.status !== undefined) await this.finishSetup(tx, before);
    const row = await this.integrations.update(tx, accountId, id, changed({ ...before, originOrgName }, settings));
    // Also when they were allowed before: a callback refused in the very moment of allowing would else wait for ever.
    const allowsHosts = settings?.allowedCallbackHosts !== undefined && row.allowedCallbackHosts.length > 0;
    return { row, endpointIds: allowsHosts ? await this.hooks.hostsAllowed(tx, { id, accountId }) : [] };
  }

  /** An operator says that what a customer asked for is done. Nothing else about the status is the caller's to say. */
  private async finishSetup(tx: Queryable, { accountId, id, status }: IntegrationRow): Promise<void> {
    if (status === 'ACTIVE') return;
    if (status !== 'SETUP_REQUESTED') {
      throw new HubError('conflict', {
        detail: `The status is ${status}; only a requested setup can be ended by hand.`,
        errors: [{ path: 'status', message: 'can only be set where a setup was requested' }],
      });
    }
    await this.integrations.saveStatus(tx, accountId, id, { status: 'ACTIVE', reason: null });
  }

  private async lock(tx: Queryable, accountId: string, id: string): Promise<IntegrationRow> {
    const row = await this.findForUpdate(tx, accountId, id);
    if (!row) throw new HubError('not_found');
    return row;
  }

  private refuseUnknownProvider(provider: string): void {
    if (this.connectors.find(provider)) return;
    throw new HubError('invalid_input', {
      errors: [{ path: 'provider', message: UNKNOWN_PROVIDER }],
    });
  }

  private async refuseUnknownPackage(tx: Queryable, accountId: string, packageId?: string | null): Promise<void> {
    if (packageId == null || (await this.integrations.hasPackage(tx, accountId, packageId))) return;
    throw new HubError('invalid_input', {
      errors: [{ path: 'settings.defaultPackageId', message: 'is no package of this account' }],
    });
  }

  private toIntegration(row: IntegrationRow): IntegrationDto {
    return {
      id: row.id,
      provider: row.provider,
      originOrgId: row.originOrgId,
      originOrgName: row.originOrgName,
      status: row.status,
      statusReason: row.statusReason,
      capabilities: capabilitiesOf(this.connectors.find(row.provider)),
      settings: {
        reportClosed: row.reportClosed,
        allowedCallbackHosts: row.allowedCallbackHosts,
        defaultPackageId: row.defaultPackageId,
      },
      createdAt: row.createdAt.toISOString(),
    };
  }
}

function changed(row: IntegrationRow, settings?: Partial<SettingsDto> | null): IntegrationChanges {
  const hosts = settings?.allowedCallbackHosts?.map((host) => toHostName(host)).filter((host) => host !== null);
  return {
    originOrgName: row.originOrgName,
    reportClosed: settings?.reportClosed ?? row.reportClosed,
    allowedCallbackHosts: hosts ? [...new Set(hosts)] : row.allowedCallbackHosts,
    defaultPackageId: settings?.defaultPackageId === undefined ? row.defaultPackageId : settings.defaultPackageId,
  };
}
