import type { ApiReply, ApiRequest } from './api-http.js';

/** One thing a customer types in to connect. */
export interface CredentialField {
  label: string;
  /** `secret` is encrypted, never shown again and never logged; `text` is shown as it was typed. */
  kind: 'secret' | 'text';
  /** Where to find it, one sentence. */
  hint?: string;
  /** The whole value must match. */
  pattern?: RegExp;
  isOptional?: boolean;
}

export type CredentialFields = Readonly<Record<string, CredentialField>>;
export type Credentials = Readonly<Record<string, string>>;

interface ConnectBase {
  /** Names it in the API, e.g. `oauth`. */
  id: string;
  /** As a customer reads it, e.g. "Sign in with …". */
  label: string;
  /** Which of `versions` it speaks. */
  version: string;
  /** How the customer gets what is asked for, in steps. */
  steps: string[];
}

/** A key or a pair that goes into a header as it is. */
export interface KeyConnect extends ConnectBase {
  kind: 'key';
  fields: CredentialFields;
  /** The headers that say who we are. */
  authorize(credentials: Credentials): Record<string, string>;
}

/** An access token as the ATS answered it. */
export interface TokenReply {
  accessToken: string;
  /** null where the ATS gives none; then the one at hand stays. */
  refreshToken: string | null;
  /** From the moment of the answer; null when it does not say. */
  expiresInSeconds: number | null;
}

export interface TokenEndpoint {
  /** Which of the region's hosts gives out tokens (and asks for consent). */
  host: string;
  /** Below that host, without a leading slash. */
  tokenPath: string;
  /** How the client shows who it is at the token endpoint. */
  clientAuth: 'basic' | 'body';
  /** Reads a 2xx answer; null when it is not a token. `now` is the time it came, RFC 3339. */
  readToken(body: unknown, now: string): TokenReply | null;
  /** Whether a refusal is final, so that the customer has to consent again (else it may pass). */
  isFinalRefusal(reply: ApiReply): boolean;
}

/** OAuth 2 authorization code. The client (id and secret) is the vendor's own, one per account and ATS. */
export interface OAuthConnect extends ConnectBase, TokenEndpoint {
  kind: 'oauth2';
  /** Below `host`, like `tokenPath`. */
  authorizePath: string;
  scopeSeparator: string;
  pkce: boolean;
  /** Added to the consent address. */
  authorizeQuery?: Readonly<Record<string, string>>;
  /** Refresh tokens are single use: only one refresh at a time, and the new one is stored before it is used. */
  isRefreshSingleUse: boolean;
  /** A connection nobody used for this long is dead; a clock refreshes it well before. null: never. */
  refreshTokenLivesSeconds: number | null;
  /** Asks whose token it is, after consent. */
  introspect?: {
    request(token: string): { path: string; form: Readonly<Record<string, string>> };
    /** `scopes`: what was really granted, null when it does not say. */
    read(body: unknown): {
      originOrgId: string | null;
      originOrgName: string | null;
      user: string | null;
      scopes: string[] | null;
    } | null;
  };
  /** What the customer should know at the consent screen, e.g. to tick the service account. */
  consentHint: string | null;
}

/** OAuth 2 client credentials: the customer makes a client in its ATS and hands us id and secret. */
export interface ClientCredentialsConnect extends ConnectBase, TokenEndpoint {
  kind: 'clientCredentials';
  fields: CredentialFields;
  /** id and secret from the fields, and what else the form carries. */
  client(credentials: Credentials): { id: string; secret: string; form: Readonly<Record<string, string>> };
}

export type ConnectMethod = KeyConnect | OAuthConnect | ClientCredentialsConnect;

/** One permission as the ATS names it. */
export interface Permission {
  /** As the customer finds it in the ATS. */
  label: string;
  access: 'read' | 'write';
  /** The OAuth scopes it stands for. */
  scopes: string[];
  /**
   * A harmless call that shows whether it is granted: by its status. Absent: it cannot be tried, and only the scopes
   * granted tell.
   */
  probe?: ApiRequest & { grantedWhen: readonly number[] };
}

/** Named by the connector: resources and actions refer to them. */
export type Permissions = Readonly<Record<string, Permission>>;
