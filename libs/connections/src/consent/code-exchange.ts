import { Injectable } from '@nestjs/common';
import type { OAuthConnect, TokenReply } from '#libs/connector-kit';
import type { Wanted } from '../connecting.service.js';
import { type OAuthClient, TokenClient } from '../token/token-client.js';
import { ConsentFailed } from './consent-failed.js';

/** Exchanges the code a browser brought for tokens. A code is good once, so this is never tried twice. */
@Injectable()
export class CodeExchange {
  constructor(private readonly client: TokenClient) {}

  /** @throws ConsentFailed in words for the customer. */
  async run(
    { method, hosts, connector }: Wanted<OAuthConnect>,
    client: OAuthClient,
    form: Record<string, string>,
  ): Promise<TokenReply> {
    const outcome = await this.client.ask({ endpoint: method, hosts, client, form });
    if (outcome.kind === 'token') return outcome.token;
    if (outcome.kind === 'refused') {
      throw new ConsentFailed('exchange_failed', `${connector.name} refused the code: ${outcome.reasons.join(' ')}`);
    }
    throw new ConsentFailed('exchange_failed', `${connector.name} did not answer; please try again.`);
  }
}
