import type { ClientCredentialsConnect, OAuthConnect } from '#libs/connector-kit';
import type { ConnectionRow } from '../connection.js';

export type TokenMethod = OAuthConnect | ClientCredentialsConnect;

/** A connection whose credentials are tokens, and what is needed to get the next one. */
export interface TokenConnection {
  row: ConnectionRow;
  method: TokenMethod;
  hosts: Readonly<Record<string, string>>;
}
