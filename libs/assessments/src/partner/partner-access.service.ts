import { Inject, Injectable } from '@nestjs/common';
import type { DisconnectRoute, IssueTokenRoute, PartnerRequest, PartnerResponse } from '#libs/connector-kit';
import { InboundKeysService, IntegrationsService, type PartnerIdentity } from '#libs/integrations';
import { LOGGER, type Logger } from '#libs/telemetry';
import { PartnerRefusal, readable } from './partner-call.js';

/** What an ATS does about its own access: it gets a token for it, and ends it. */
@Injectable()
export class PartnerAccessService {
  constructor(
    private readonly keys: InboundKeysService,
    private readonly integrations: IntegrationsService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws PartnerRefusal when the request is none for a token, or its credentials are wrong. */
  async issueToken(
    route: IssueTokenRoute,
    request: PartnerRequest,
    { provider, accountToken }: { provider: string; accountToken: string },
  ): Promise<PartnerResponse> {
    const client = readable(() => route.parse(request));
    if (!client) throw new PartnerRefusal('bad_request', ['The request is not one for a token.']);
    const { lifetimeSeconds } = route;
    const token = await this.keys.issueToken({ provider, accountToken, ...client, lifetimeSeconds });
    if (!token) throw new PartnerRefusal('unauthorized', ['The client id or the client secret is wrong.']);
    return route.render(token);
  }

  /** Ends the connection that the key of the call selects; no other, whatever its address names. */
  async disconnect(route: DisconnectRoute, identity: PartnerIdentity): Promise<PartnerResponse> {
    const { accountId, integrationId, provider } = identity;
    await this.integrations.remove(accountId, integrationId);
    this.log.info({ provider, accountId, integrationId }, 'an ATS ended its connection');
    return route.render();
  }
}
