import { Injectable } from '@nestjs/common';
import type { OAuthConnect, TokenReply } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { budgetKeyOf } from '../budget-key.js';
import { CandidateAccess } from '../candidate-access.js';
import { byScopes, issueOf } from '../checks/findings.js';
import { Probes } from '../checks/probes.js';
import type { Wanted } from '../connecting.service.js';
import type { Finding } from '../connection.js';
import { EstablishingService } from '../establishing.service.js';
import { type OAuthClient, TokenClient } from '../token/token-client.js';
import { keepAliveSeconds } from '../token/token-keeper.js';
import { ConsentFailed } from './consent-failed.js';
import type { PendingConsent } from './oauth-states.repository.js';

/** Whose token it is. */
type Whose = NonNullable<ReturnType<NonNullable<OAuthConnect['introspect']>['read']>>;
const NOBODY_SAYS: Whose = { originOrgId: null, originOrgName: null, user: null, scopes: null };

interface Arrived {
  client: OAuthClient;
  token: TokenReply;
  consent: PendingConsent;
}

/** Takes in a customer who has just consented: finds out who it is and what was granted, and stores the connection. */
@Injectable()
export class Newcomer {
  constructor(
    private readonly client: TokenClient,
    private readonly probes: Probes,
    private readonly establishing: EstablishingService,
  ) {}

  /** @throws ConsentFailed; HubError conflict for an organisation of another integration. */
  async welcome(wanted: Wanted<OAuthConnect>, arrived: Arrived): Promise<void> {
    const { accountId, integrationId, connector, method, version, region } = wanted;
    const { client, token, consent } = arrived;
    const whose = await this.whose(wanted, arrived);
    const about = { accountId, provider: connector.slug, region };
    const who = { clientId: client.id, customer: whose.originOrgId ?? integrationId };
    const budgetKey = await budgetKeyOf(about, method, who);
    await this.refuseDead(wanted, token, budgetKey);
    const findings = whose.scopes && findingsOf(wanted, consent.permissions, whose.scopes);
    await this.establishing.establish(
      {
        ...about,
        integrationId,
        budgetKey,
        method: method.id,
        version: method.version,
        clientId: client.id,
        credentials: null,
        accessToken: token.accessToken,
        refreshToken: token.refreshToken,
        expiresInSeconds: token.expiresInSeconds,
        keepAliveInSeconds: token.refreshToken === null ? null : keepAliveSeconds(method),
        lastFour: null,
        scopes: whose.scopes,
        permissions: consent.permissions,
        remoteOrgId: whose.originOrgId,
        remoteOrgName: whose.originOrgName,
        remoteUser: whose.user,
      },
      findings && { findings, issue: issueOf(version, findings, connector.name) },
    );
  }

  /** A token whose owner cannot be told is not taken: it might be another customer's. */
  private async whose({ method, hosts, connector }: Wanted<OAuthConnect>, { client, token }: Arrived): Promise<Whose> {
    if (!method.introspect) return NOBODY_SAYS;
    const { path, form } = method.introspect.request(token.accessToken);
    const ask = () => this.client.introspect({ endpoint: method, hosts, client, form }, path);
    const reply = (await ask()) ?? (await ask());
    const whose = reply && method.introspect.read(reply.body);
    if (whose) return whose;
    throw new ConsentFailed(
      'exchange_failed',
      `${connector.name} did not say whose consent this is; please try again.`,
    );
  }

  /** An ATS that is away for a moment does not undo a consent; one that refuses its own token does. */
  private async refuseDead(wanted: Wanted<OAuthConnect>, token: TokenReply, budgetKey: string): Promise<void> {
    const { accountId, integrationId, connector, hosts, method } = wanted;
    const about = { accountId, integrationId, versionName: method.version, budgetKey };
    const headers = { authorization: `Bearer ${token.accessToken}` };
    try {
      await this.probes.prove(new CandidateAccess(connector, hosts, about, headers));
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      if (error.code !== 'provider_unauthorized') return;
      throw new ConsentFailed('credentials_refused', `${connector.name} refuses the token it gave out.`, {
        cause: error,
      });
    }
  }
}

function findingsOf({ version }: Wanted, permissions: readonly string[], granted: readonly string[]): Finding[] {
  return permissions.map((permission) => ({
    permission,
    state: byScopes(version.permissions[permission] ?? { scopes: [] }, granted),
  }));
}
