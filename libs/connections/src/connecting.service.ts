import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import type { ApiVersion, ClientCredentialsConnect, ConnectMethod, Credentials, KeyConnect } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { HubError } from '#libs/errors';
import { IntegrationsService } from '#libs/integrations';
import { budgetKeyOf } from './budget-key.js';
import { CandidateAccess } from './candidate-access.js';
import { issueOf, readPermissions } from './checks/findings.js';
import type { ConnectDto } from './connections.dto.js';
import type { ConnectionRow } from './connection.js';
import { fieldsOf, lastFourOf, readFields } from './credential-fields.js';
import { EstablishingService } from './establishing.service.js';
import { type CallableConnector, hostsOf, requireCallable, requireRegion } from './places.js';
import { Trials } from './trials.service.js';

/** How a caller wants to connect, once it is known to make sense. */
export interface Wanted<M extends ConnectMethod = ConnectMethod> {
  accountId: string;
  integrationId: string;
  connector: CallableConnector;
  method: M;
  version: ApiVersion;
  region: string;
  hosts: Record<string, string>;
}

/** Connects integrations to their ATSs with what a customer typed in. */
@Injectable()
export class ConnectingService {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly connectors: ConnectorRegistry,
    private readonly trials: Trials,
    private readonly establishing: EstablishingService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws HubError not_found, conflict, capability_unsupported, or invalid_input for a method or region that is none. */
  async plan(accountId: string, integrationId: string, body: ConnectDto): Promise<Wanted> {
    const { provider } = await this.integrations.require(accountId, integrationId);
    const connector = requireCallable(this.connectors.find(provider), provider);
    const method = connector.api.connect.find(({ id }) => id === body.method);
    if (!method) {
      const methods = connector.api.connect.map(({ id }) => id).join(', ');
      throw new HubError('invalid_input', { errors: [{ path: 'method', message: `must be one of ${methods}` }] });
    }
    const region = requireRegion(connector, body.region, this.config);
    const hosts = hostsOf(connector, region, this.config) ?? {};
    const version = connector.api.versions[method.version]!;
    return { accountId, integrationId, connector, method, version, region, hosts };
  }

  /** Tries the credentials out, and stores them only if the ATS takes them. */
  async connect(wanted: Wanted<KeyConnect | ClientCredentialsConnect>, body: ConnectDto): Promise<ConnectionRow> {
    refuseGiven(body, ['returnUrl', 'scopes'], 'belongs to connecting by consent');
    const { accountId, integrationId, connector, method, version, region, hosts } = wanted;
    const fields = fieldsOf(method);
    const credentials = readFields(fields, body.credentials);
    const permissions = askedPermissions(version, body.permissions);
    const about = { accountId, provider: connector.slug, region };
    const budgetKey = await budgetKeyOf(about, method, { credentials });
    const token = method.kind === 'key' ? null : await this.trials.token(wanted, method, credentials);
    const headers = token ? { authorization: `Bearer ${token.accessToken}` } : keyHeaders(method, credentials);
    const access = new CandidateAccess(
      connector,
      hosts,
      { accountId, integrationId, versionName: method.version, budgetKey },
      headers,
    );
    const findings = await this.trials.tryOut(access, permissions, [
      ...Object.values(credentials),
      ...Object.values(headers),
    ]);
    return this.establishing.establish(
      {
        ...about,
        ...NO_ORGANISATION,
        integrationId,
        budgetKey,
        method: method.id,
        version: method.version,
        clientId: null,
        credentials: JSON.stringify(credentials),
        accessToken: token?.accessToken ?? null,
        refreshToken: null,
        expiresInSeconds: token?.expiresInSeconds ?? null,
        keepAliveInSeconds: null,
        lastFour: lastFourOf(fields, credentials),
        scopes: null,
        permissions,
      },
      findings && { findings, issue: issueOf(version, findings, connector.name) },
    );
  }
}

const NO_ORGANISATION = { remoteOrgId: null, remoteOrgName: null, remoteUser: null };

function keyHeaders(method: KeyConnect | ClientCredentialsConnect, credentials: Credentials): Record<string, string> {
  return method.kind === 'key' ? method.authorize(credentials) : {};
}

/** @throws HubError invalid_input naming the first field that has no business here. */
export function refuseGiven(body: ConnectDto, names: (keyof ConnectDto)[], why: string): void {
  const errors = names.filter((name) => body[name] !== undefined).map((path) => ({ path, message: why }));
  if (errors.length > 0) throw new HubError('invalid_input', { errors });
}

/** The permissions asked for, or all that reading needs. @throws HubError invalid_input for one that does not exist. */
export function askedPermissions(version: ApiVersion, asked: readonly string[] | undefined): string[] {
  if (asked === undefined) return readPermissions(version);
  const unknown = asked.findIndex((name) => !Object.hasOwn(version.permissions, name));
  if (unknown < 0) return [...new Set(asked)];
  const names = Object.keys(version.permissions).join(', ');
  throw new HubError('invalid_input', {
    errors: [{ path: `permissions.${unknown}`, message: `must be one of ${names}` }],
  });
}
