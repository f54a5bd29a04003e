import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import { ConnectorRegistry } from '#libs/connectors';
import { HubError } from '#libs/errors';
import { ConnectionsRepository } from '../connections.repository.js';
import { callbackUrlOf } from '../consent/consent.service.js';
import { type CallableConnector, requireCallable, requireRegion } from '../places.js';
import type { OauthAppDto, SaveOauthAppDto } from './oauth-apps.dto.js';
import { type OauthAppRow, OauthAppsRepository } from './oauth-apps.repository.js';

const PRINTABLE = /^[\x21-\x7e]+$/;

/** The OAuth clients an account has at ATSs. Refresh tokens are good only with the client they were given to. */
@Injectable()
export class OauthAppsService {
  constructor(
    private readonly apps: OauthAppsRepository,
    private readonly connections: ConnectionsRepository,
    private readonly connectors: ConnectorRegistry,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async list(accountId: string): Promise<OauthAppDto[]> {
    return (await this.apps.list(accountId, null)).map((row) => this.toApp(row));
  }

  async get(accountId: string, provider: string, region?: string): Promise<OauthAppDto> {
    const row = await this.apps.find(accountId, provider, this.regionOf(provider, region));
    if (!row) throw new HubError('not_found');
    return this.toApp(row);
  }

  /** A new secret works at once. @throws HubError conflict for another client while customers are connected by this one. */
  async save(accountId: string, provider: string, body: SaveOauthAppDto): Promise<OauthAppDto> {
    const { clientId, clientSecret } = body;
    if (!PRINTABLE.test(clientId)) throw refusal('clientId', 'must be printable, without blanks');
    if (!PRINTABLE.test(clientSecret)) throw refusal('clientSecret', 'must be printable, without blanks');
    const region = this.regionOf(provider, body.region);
    const before = await this.apps.find(accountId, provider, region);
    if (before && before.clientId !== clientId) await this.refuseInUse(accountId, before);
    const app = { provider, region, clientId, clientSecret, scopes: body.scopes ?? null };
    return this.toApp(await this.apps.save(accountId, app));
  }

  /** @throws HubError conflict while customers are connected by it: none of their tokens could be refreshed. */
  async remove(accountId: string, provider: string, region?: string): Promise<void> {
    const row = await this.apps.find(accountId, provider, this.regionOf(provider, region));
    if (!row) throw new HubError('not_found');
    await this.refuseInUse(accountId, row);
    await this.apps.remove(accountId, row.provider, row.region);
  }

  private async refuseInUse(accountId: string, { provider, region, clientId }: OauthAppRow): Promise<void> {
    const count = await this.connections.countByClient(accountId, provider, region, ['ACTIVE']);
    if (count === 0) return;
    throw new HubError('conflict', {
      detail: `${count} integrations are connected by the client ${clientId}; disconnect them first.`,
    });
  }

  private regionOf(provider: string, region: string | undefined): string {
    return requireRegion(this.withConsent(provider), region, this.config);
  }

  private withConsent(provider: string): CallableConnector {
    const found = this.connectors.find(provider);
    if (!found) throw new HubError('not_found', { detail: 'There is no connector of this name.' });
    const connector = requireCallable(found, provider);
    if (connector.api.connect.some(({ kind }) => kind === 'oauth2')) return connector;
    throw new HubError('capability_unsupported', { detail: `${connector.name} does not connect by consent.` });
  }

  private toApp({ provider, region, clientId, scopes, createdAt, updatedAt }: OauthAppRow): OauthAppDto {
    return {
      provider,
      region,
      clientId,
      scopes,
      redirectUri: callbackUrlOf(this.config, provider),
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}

function refusal(path: string, message: string): HubError {
  return new HubError('invalid_input', { errors: [{ path, message }] });
}
