import { Injectable } from '@nestjs/common';
import type { ClientCredentialsConnect, Credentials } from '#libs/connector-kit';
import type { ConnectionRow } from '../connection.js';
import { OauthAppsRepository } from '../apps/oauth-apps.repository.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { type OAuthClient, TokenClient, type TokenOutcome } from './token-client.js';
import type { TokenConnection } from './token-connection.js';

/** Asks for the next token of a connection, in the way it was connected. */
@Injectable()
export class TokenSource {
  constructor(
    private readonly client: TokenClient,
    private readonly apps: OauthAppsRepository,
    private readonly connections: ConnectionsRepository,
  ) {}

  async next({ row, method, hosts }: TokenConnection): Promise<TokenOutcome> {
    if (method.kind === 'clientCredentials') {
      return this.withCredentials(method, hosts, readCredentials(this.connections, row));
    }
    if (row.refreshToken === null) {
      return { kind: 'refused', isFinal: true, status: 0, reasons: ['The consent has run out.'] };
    }
    const client = await this.clientOf(row);
    if (!client) return { kind: 'unavailable', error: 'the OAuth client was deleted', retryAfterSeconds: null };
    const form = { grant_type: 'refresh_token', refresh_token: this.connections.open(row.refreshToken) };
    return this.client.ask({ endpoint: method, hosts, client, form });
  }

  /** A token by client credentials that need not be stored yet. */
  withCredentials(
    method: ClientCredentialsConnect,
    hosts: TokenConnection['hosts'],
    credentials: Credentials,
  ): Promise<TokenOutcome> {
    const { id, secret, form } = method.client(credentials);
    return this.client.ask({
      endpoint: method,
      hosts,
      client: { id, secret },
      form: { grant_type: 'client_credentials', ...form },
    });
  }

  private async clientOf({ accountId, provider, region, clientId }: ConnectionRow): Promise<OAuthClient | null> {
    const app = await this.apps.find(accountId, provider, region);
    return app && app.clientId === clientId ? { id: app.clientId, secret: this.apps.secretOf(app) } : null;
  }
}

/** What the customer typed in when the connection was made. */
export function readCredentials(connections: ConnectionsRepository, { credentials }: ConnectionRow): Credentials {
  return credentials === null ? {} : (JSON.parse(connections.open(credentials)) as Credentials);
}
