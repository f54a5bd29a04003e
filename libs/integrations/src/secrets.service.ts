import { Injectable } from '@nestjs/common';
import type { Connector } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { HubError } from '#libs/errors';
import { isId, type Page } from '#libs/model';
import { Database, decodeCursor, encodeCursor, type Queryable } from '#libs/store';
import { newInboundKey } from './inbound-key.js';
import type { IntegrationRow } from './integration.js';
import { IntegrationsService, UNKNOWN_PROVIDER } from './integrations.service.js';
import type { CreateSecretDto, ListSecretsDto, SecretDto, SecretWithKeyDto } from './secrets.dto.js';
import { type SecretRow, SecretsRepository } from './secrets.repository.js';
import { type Orderable, SetupKitsService } from './setup-kits.service.js';

interface NewSecret {
  id: string;
  key: string;
  connector: Orderable;
  integrationId: string;
  originOrgName: string;
}

/** The secrets customers hand to their ATS so that it can order assessments from us. */
@Injectable()
export class SecretsService {
  constructor(
    private readonly database: Database,
    private readonly secrets: SecretsRepository,
    private readonly integrations: IntegrationsService,
    private readonly connectors: ConnectorRegistry,
    private readonly setupKits: SetupKitsService,
  ) {}

  /** Makes the integration if the customer has none yet; a further secret for one that has is live beside the others. */
  async create(accountId: string, wanted: CreateSecretDto): Promise<SecretWithKeyDto> {
    const { provider } = wanted;
    const connector = this.orderable(provider);
    const key = newInboundKey(connector.assessments.secret);
    const { id, integration } = await this.database.transaction(async (tx) => {
      const integration = await this.integrationFor(tx, accountId, wanted);
      const id = await this.secrets.insert(tx, { accountId, integrationId: integration.id, provider });
      await this.secrets.insertKey(tx, { accountId, integrationId: integration.id, secretId: id, key });
      return { id, integration };
    });
    const { id: integrationId, originOrgName } = integration;
    return this.withKey(accountId, { id, key, connector, integrationId, originOrgName });
  }

  async list(accountId: string, { limit, cursor, ...filter }: ListSecretsDto): Promise<Page<SecretDto>> {
    const [before] = decodeCursor(cursor, 1) ?? [];
    const rows = await this.secrets.findPage(accountId, filter, { before: before ?? null, limit: limit + 1 });
    const data = rows.slice(0, limit).map(toSecret);
    return { data, nextCursor: rows.length > limit ? encodeCursor(data.at(-1)!.id) : null };
  }

  /** A new key under the same id. The one before works on for the overlap; whatever came before that ends now. */
  async rotate(accountId: string, id: string, overlapSeconds: number): Promise<SecretWithKeyDto> {
    const rotated = await this.database.transaction(async (tx) => {
      const secret = await this.lock(tx, accountId, id);
      if (secret.isRevoked)
        throw new HubError('conflict', { detail: 'This secret was revoked; make a new one instead.' });
      const connector = this.orderable(secret.provider);
      const key = newInboundKey(connector.assessments.secret);
      await this.secrets.retireKeys(tx, accountId, id, overlapSeconds);
      await this.secrets.insertKey(tx, { accountId, integrationId: secret.integrationId, secretId: id, key });
      return { id, key, connector, integrationId: secret.integrationId };
    });
    const { originOrgName } = await this.integrations.get(accountId, rotated.integrationId);
    return this.withKey(accountId, { ...rotated, originOrgName });
  }

  /** Revokes every key under the id. A second call changes nothing. */
  revoke(accountId: string, id: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      await this.lock(tx, accountId, id);
      await this.secrets.revoke(tx, accountId, id);
    });
  }

  private async integrationFor(tx: Queryable, accountId: string, wanted: CreateSecretDto): Promise<IntegrationRow> {
    const { integrationId, provider, originOrgId, originOrgName } = wanted;
    if (integrationId === undefined) {
      if (originOrgId === undefined) throw refusal('originOrgId', 'is required without integrationId');
      if (originOrgName === undefined) throw refusal('originOrgName', 'is required without integrationId');
      return this.integrations.ensure(tx, { accountId, provider, originOrgId, originOrgName });
    }
    const row = await this.integrations.findForUpdate(tx, accountId, integrationId);
    if (!row) throw refusal('integrationId', 'is no integration of this account');
    if (row.provider !== provider) throw refusal('integrationId', `is an integration with ${row.provider}`);
    if (originOrgId !== undefined && originOrgId !== row.originOrgId) {
      throw refusal('originOrgId', 'is another customer than that of integrationId');
    }
    if (row.deletedAt !== null) throw new HubError('conflict', { detail: 'This integration was deleted.' });
    return row;
  }

  private async lock(tx: Queryable, accountId: string, id: string) {
    const secret = isId('secret', id) ? await this.secrets.lock(tx, accountId, id) : null;
    if (!secret) throw new HubError('not_found');
    return secret;
  }

  private orderable(provider: string): Orderable {
    const connector = this.connectors.find(provider);
    if (!connector) throw refusal('provider', UNKNOWN_PROVIDER);
    if (isOrderable(connector)) return connector;
    throw new HubError('capability_unsupported', { detail: `${connector.name} cannot order assessments.` });
  }

  private async withKey(accountId: string, made: NewSecret): Promise<SecretWithKeyDto> {
    const { id, key, connector, integrationId, originOrgName } = made;
    const customer = { originOrgName, secretId: id, secretKey: key };
    const instructions = await this.setupKits.instructions(accountId, connector, customer);
    return { id, integrationId, provider: connector.slug, secretKey: key, ...instructions };
  }
}

function isOrderable(connector: Connector): connector is Orderable {
  return connector.assessments !== undefined;
}

function refusal(path: string, message: string): HubError {
  return new HubError('invalid_input', { errors: [{ path, message }] });
}

function toSecret(row: SecretRow): SecretDto {
  return {
    id: row.id,
    integrationId: row.integrationId,
    provider: row.provider,
    status: row.status,
    lastFourCharacters: row.lastFourCharacters,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
