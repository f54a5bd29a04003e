import OAuth2Strategy from 'passport-oauth2';
import type { OAuthConnect, TokenReply } from '#libs/connector-kit';
import type { OAuthClient } from '../token/token-client.js';

/** What an authorization code flow is about. */
export interface FlowSettings {
  method: OAuthConnect;
  client: OAuthClient;
  /** The ATS's OAuth host, as a browser reaches it and as we do; without a trailing slash. */
  browserHost: string;
  ownHost: string;
  callbackUrl: string;
}

/** Where the state of a flow is kept between the two halves. */
export interface FlowStates {
  /** Keeps the PKCE verifier (undefined where there is none) and gives back the state it goes by. */
  store(codeVerifier: string | undefined): Promise<string>;
  /** What was kept for a state: the verifier, or null where there is none. Whether the state is good was asked before. */
  verifierOf(state: string): string | null;
}

/** Asks the ATS for the tokens of a code; `form` is the body of the request. @throws Error when it gives none. */
export type ExchangeCode = (form: Record<string, string>) => Promise<TokenReply>;

/** How a half of the flow ended. */
export type FlowEnd =
  | { kind: 'redirect'; url: string }
  | { kind: 'success'; token: TokenReply }
  | { kind: 'fail'; message: string | null }
  | { kind: 'error'; error: unknown };

type Callback = (error: Error | null, ...results: unknown[]) => void;

/**
 * passport-oauth2's strategy without Passport and without Express: {@link run} gives it the four ways out that Passport
 * would, and what it would ask a session for comes from {@link FlowStates}. Requests to the ATS are ours, so that the
 * code is exchanged under the same rules as every token is asked for.
 */
export class OAuthFlow extends OAuth2Strategy {
  constructor(
    private readonly settings: FlowSettings,
    states: FlowStates,
    exchange: ExchangeCode,
  ) {
    const { method, client, browserHost, ownHost, callbackUrl } = settings;
    super(
      {
        authorizationURL: `${browserHost}/${method.authorizePath}`,
        tokenURL: `${ownHost}/${method.tokenPath}`,
        clientID: client.id,
        clientSecret: client.secret,
        callbackURL: callbackUrl,
        scopeSeparator: method.scopeSeparator,
        pkce: method.pkce,
        store: toStore(states),
        skipUserProfile: true,
      },
      verifyWithFive() as OAuth2Strategy.VerifyFunction,
    );
    this._oauth2.getOAuthAccessToken = ((code: string, params: Record<string, string>, done: Callback) => {
      exchange({ ...params, code }).then(
        (token) => done(null, token.accessToken, token.refreshToken ?? '', token),
        (error: Error) => done(error),
      );
    }) as unknown as typeof this._oauth2.getOAuthAccessToken;
  }

  /** Where to send the customer's browser. */
  async begin(scopes: readonly string[]): Promise<string> {
    const end = await this.run({}, { scope: [...scopes] });
    if (end.kind === 'redirect') return end.url;
    throw end.kind === 'error' ? end.error : new Error('the consent could not be prepared');
  }

  /** What came of it, from the query the browser came back with. */
  finish(query: Readonly<Record<string, string | undefined>>): Promise<FlowEnd> {
    return this.run(query, {});
  }

  override authorizationParams(): object {
    return { ...this.settings.method.authorizeQuery };
  }

  private run(query: object, options: object): Promise<FlowEnd> {
    return new Promise((resolve) => {
      const strategy = Object.assign(Object.create(this) as OAuthFlow, {
        redirect: (url: string) => resolve({ kind: 'redirect', url }),
        success: (token: unknown) => resolve({ kind: 'success', token: token as TokenReply }),
        fail: (challenge: { message?: string } | undefined) =>
          resolve({ kind: 'fail', message: challenge?.message ?? null }),
        error: (error: unknown) => resolve({ kind: 'error', error }),
        pass: () => resolve({ kind: 'fail', message: null }),
      });
      strategy.authenticate({ query } as Parameters<OAuthFlow['authenticate']>[0], options);
    });
  }
}

/** A function whose `length` says how many parameters it takes: the strategy goes by it. */
function taking(parameters: number, run: (...given: never[]) => void): unknown {
  return Object.defineProperty(run, 'length', { value: parameters });
}

/** Hands on the reply of the token endpoint as it was read: access token, refresh token, reply, profile, done. */
function verifyWithFive(): unknown {
  return taking(5, (...[, , token, , done]: [string, string, TokenReply, unknown, Callback]) => done(null, token));
}

/** Keeps state where {@link FlowStates} says: store(request, verifier, state, meta, done), verify(request, state, meta, done). */
function toStore({ store, verifierOf }: FlowStates): OAuth2Strategy.StateStore {
  return {
    store: taking(5, (...[, verifier, , , done]: [unknown, string | undefined, unknown, unknown, Callback]) => {
      store(verifier).then(
        (state) => done(null, state),
        (error: Error) => done(error),
      );
    }),
    verify: taking(4, (...[, state, , done]: [unknown, string, unknown, Callback]) =>
      done(null, verifierOf(state) ?? true, undefined),
    ),
  } as OAuth2Strategy.StateStore;
}
