import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import type { ApiVersion, Connector, ConnectMethod } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import type { Access } from '#libs/engine';
import { HubError } from '#libs/errors';
import { isId } from '#libs/model';
import type { ConnectionRow, ConnectionState, PermissionState } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { byScopes } from './checks/findings.js';
import { type Keeping, LiveAccess } from './live-access.js';
import { type CallableConnector, hostsOf, requireCallable } from './places.js';
import { Relinks } from './relinks.service.js';
import type { TokenConnection } from './token/token-connection.js';
import { TokenKeeper, reasonOf } from './token/token-keeper.js';
import { readCredentials } from './token/token-source.js';

/** What a connection is or was, without what opens the ATS. */
export interface ConnectedBefore {
  connector: Connector;
  version: ApiVersion;
  versionName: string;
  state: ConnectionState;
  /** What is known of one permission of the version; UNKNOWN once it is disconnected. */
  permitted(permission: string): PermissionState;
  /** Whether the product asked for a permission when it connected; what it did not ask for, nobody misses. */
  isAskedFor(permission: string): boolean;
}

/** The connections to customers' ATSs, for whoever sends requests to them. */
@Injectable()
export class Connections implements Keeping {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly connectors: ConnectorRegistry,
    private readonly keeper: TokenKeeper,
    private readonly relinks: Relinks,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * One connection as the engine uses it. Holds good for as long as it is held: tokens are refreshed on the way, and
   * `authorize` throws once the connection is over.
   *
   * @throws HubError integration_not_connected (409), needs_relink (409).
   */
  async access(accountId: string, integrationId: string): Promise<Access> {
    const row = await this.read(accountId, integrationId);
    const { connector, hosts } = this.placeOf(row);
    return new LiveAccess(connector, hosts, row, this);
  }

  /** What is known of one permission of the connected version, by the last check and the scopes granted. Asks nobody. */
  async isPermitted(accountId: string, integrationId: string, permission: string): Promise<PermissionState> {
    return (await this.describe(accountId, integrationId))?.permitted(permission) ?? 'UNKNOWN';
  }

  /**
   * How an integration is connected, or was until it was disconnected; null when it never was, or in a way this hub no longer
   * knows. Asks nobody.
   */
  async describe(accountId: string, integrationId: string): Promise<ConnectedBefore | null> {
    const row = await this.find(accountId, integrationId);
    const connector = row && this.connectors.find(row.provider);
    const version = row && connector?.api?.versions[row.version];
    if (!row || !connector || !version) return null;
    const { state, version: versionName } = row;
    return {
      connector,
      version,
      versionName,
      state,
      permitted: (permission) => permittedBy(row, version, permission),
      isAskedFor: (permission) => row.permissions.includes(permission),
    };
  }

  /**
   * Notes that the ATS no longer takes the credentials: status, event, and every later `access` throws. A second call
   * changes nothing.
   */
  async markNeedsRelink(accountId: string, integrationId: string, reason: string): Promise<void> {
    const row = await this.find(accountId, integrationId);
    if (row) await this.relinks.mark(row, reason);
  }

  relink(row: ConnectionRow, reason: string): Promise<void> {
    return this.relinks.mark(row, reason);
  }

  /** The connection with all that asking for its next token takes; null for one without tokens. */
  tokensOf(row: ConnectionRow): TokenConnection | null {
    const { method, hosts } = this.placeOf(row);
    return method.kind === 'key' ? null : { row, method, hosts };
  }

  async read(accountId: string, integrationId: string): Promise<ConnectionRow> {
    const row = await this.find(accountId, integrationId);
    if (!row || row.state === 'DISCONNECTED') throw new HubError('integration_not_connected');
    if (row.state === 'NEEDS_RELINK') throw new HubError('needs_relink', reasonOf(row));
    return row;
  }

  fresh(connection: TokenConnection): Promise<ConnectionRow> {
    return this.keeper.fresh(connection);
  }

  refusedAnew(row: ConnectionRow): Promise<void> {
    return this.keeper.refusedAnew(row);
  }

  renew(connection: TokenConnection): Promise<ConnectionRow | null> {
    return this.keeper.renew(connection);
  }

  headersOf(method: ConnectMethod, row: ConnectionRow): Record<string, string> {
    if (method.kind === 'key') return method.authorize(readCredentials(this.connections, row));
    if (row.accessToken === null) throw new HubError('integration_not_connected');
    return { authorization: `Bearer ${this.connections.open(row.accessToken)}` };
  }

  private async find(accountId: string, integrationId: string): Promise<ConnectionRow | null> {
    return isId('integration', integrationId) ? this.connections.find(accountId, integrationId) : null;
  }

  private placeOf({ provider, method: id, region, version }: ConnectionRow): {
    connector: CallableConnector;
    method: ConnectMethod;
    hosts: Record<string, string>;
  } {
    const connector = requireCallable(this.connectors.find(provider), provider);
    const method = connector.api.connect.find((one) => one.id === id && one.version === version);
    const hosts = hostsOf(connector, region, this.config);
    if (method && hosts && connector.api.versions[version]) return { connector, method, hosts };
    throw new HubError('integration_not_connected', {
      detail: `This hub no longer speaks to ${connector.name} in the way the integration was connected.`,
    });
  }
}

function permittedBy(row: ConnectionRow, { permissions }: ApiVersion, permission: string): PermissionState {
  if (row.state === 'DISCONNECTED') return 'UNKNOWN';
  const found = row.findings?.find((one) => one.permission === permission)?.state;
  if (found && found !== 'UNKNOWN') return found;
  return Object.hasOwn(permissions, permission) ? byScopes(permissions[permission]!, row.scopes) : 'UNKNOWN';
}
