import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import type { OAuthConnect, TokenReply } from '#libs/connector-kit';
import { HubError } from '#libs/errors';
import { OauthAppsRepository } from '../apps/oauth-apps.repository.js';
import { ConnectingService, type Wanted } from '../connecting.service.js';
import type { OAuthClient } from '../token/token-client.js';
import { withoutSecrets } from '../token/reasons.js';
import { callbackUrlOf } from './consent.service.js';
import { ConsentFailed } from './consent-failed.js';
import { Newcomer } from './newcomer.service.js';
import { CodeExchange } from './code-exchange.js';
import { OAuthFlow } from './oauth-flow.js';
import { OauthStatesRepository, type PendingConsent, type Taken } from './oauth-states.repository.js';

/** What came of a consent: for the page, or for the address the product asked to return to. */
export interface ConsentEnd {
  failure: ConsentFailed | null;
  integrationId: string | null;
  returnUrl: string | null;
}

type CallbackQuery = Readonly<Record<string, string | undefined>>;

const LONGEST_CODE = 4_096;

/** The second half of connecting by consent: the customer's browser is back. */
@Injectable()
export class ConsentCallbackService {
  constructor(
    private readonly states: OauthStatesRepository,
    private readonly apps: OauthAppsRepository,
    private readonly connecting: ConnectingService,
    private readonly exchange: CodeExchange,
    private readonly newcomer: Newcomer,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Never throws for what a browser or an ATS brings; the integration changes only when all of it is well. */
  async finish(provider: string, query: CallbackQuery): Promise<ConsentEnd> {
    const taken = await this.states.take(query.state ?? '', provider);
    const consent = taken.kind === 'unknown' ? null : taken.consent;
    const known = { integrationId: consent?.integrationId ?? null, returnUrl: consent?.returnUrl ?? null };
    try {
      await this.connect(goodConsent(taken), query);
      return { failure: null, ...known };
    } catch (error) {
      return { failure: toFailure(error), ...known };
    }
  }

  private async connect(consent: PendingConsent, query: CallbackQuery): Promise<void> {
    if (query.error !== undefined) throw refusedBy(query);
    const { code = '' } = query;
    if (code === '' || code.length > LONGEST_CODE) {
      throw new ConsentFailed('exchange_failed', 'The ATS sent you back without a code.');
    }
    const { accountId, integrationId, method, region } = consent;
    const wanted = (await this.connecting.plan(accountId, integrationId, { method, region })) as Wanted<OAuthConnect>;
    const client = await this.clientOf(consent);
    const token = await this.tokenOf(wanted, client, consent, query);
    await this.newcomer.welcome(wanted, { client, token, consent });
  }

  private async tokenOf(
    wanted: Wanted<OAuthConnect>,
    client: OAuthClient,
    { codeVerifier, provider }: PendingConsent,
    query: CallbackQuery,
  ): Promise<TokenReply> {
    const { method, hosts } = wanted;
    const host = hosts[method.host] ?? '';
    const flow = new OAuthFlow(
      { method, client, browserHost: host, ownHost: host, callbackUrl: callbackUrlOf(this.config, provider) },
      // The state was used up before: only with it is it known whose client this is.
      { store: () => Promise.reject(new Error('this flow has begun')), verifierOf: () => codeVerifier },
      (form) => this.exchange.run(wanted, client, form),
    );
    const end = await flow.finish(query);
    if (end.kind === 'success') return end.token;
    const cause = end.kind === 'error' ? end.error : undefined;
    throw cause instanceof ConsentFailed || originalOf(cause)
      ? (originalOf(cause) ?? cause)
      : new ConsentFailed('exchange_failed', 'The ATS did not complete the consent.', { cause });
  }

  private async clientOf({ accountId, provider, region, clientId }: PendingConsent): Promise<OAuthClient> {
    const app = await this.apps.find(accountId, provider, region);
    if (app?.clientId === clientId) return { id: app.clientId, secret: this.apps.secretOf(app) };
    throw new ConsentFailed('not_available', 'The OAuth client this consent was for is no longer set up.');
  }
}

/** The strategy wraps what went wrong with the exchange in an error of its own. */
function originalOf(error: unknown): ConsentFailed | null {
  const { oauthError } = (error ?? {}) as { oauthError?: unknown };
  return oauthError instanceof ConsentFailed ? oauthError : null;
}

function goodConsent(taken: Taken): PendingConsent {
  if (taken.kind === 'good') return taken.consent;
  if (taken.kind === 'used') throw new ConsentFailed('state_used', 'This link was used already; ask for a new one.');
  if (taken.kind === 'expired') throw new ConsentFailed('state_expired', 'This link has expired; ask for a new one.');
  throw new ConsentFailed('state_unknown', 'This is not a link this hub gave out.');
}

function refusedBy({ error, error_description: description }: CallbackQuery): ConsentFailed {
  if (error === 'access_denied') return new ConsentFailed('access_denied', 'The consent was refused.');
  const words = withoutSecrets(description ?? error ?? '', []);
  return new ConsentFailed('exchange_failed', `The ATS did not complete the consent: ${words}`);
}

function toFailure(error: unknown): ConsentFailed {
  if (error instanceof ConsentFailed) return error;
  if (!(error instanceof HubError) || error.spec.status === 500 || error.code === 'unavailable') throw error;
  if (error.code === 'conflict') return new ConsentFailed('wrong_organisation', error.detail, { cause: error });
  if (error.code === 'credentials_refused')
    return new ConsentFailed('credentials_refused', error.detail, { cause: error });
  return new ConsentFailed('not_available', error.detail, { cause: error });
}
