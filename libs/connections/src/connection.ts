import type { Sealed } from '#libs/store';

/**
 * ACTIVE: there are credentials and the ATS took them when we last heard. NEEDS_RELINK: it takes them no longer; only the
 * customer can help, by connecting again. DISCONNECTED: ended on purpose, the credentials are deleted.
 */
export const CONNECTION_STATES = ['ACTIVE', 'NEEDS_RELINK', 'DISCONNECTED'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

export const PERMISSION_STATES = ['GRANTED', 'MISSING', 'UNKNOWN'] as const;
export type PermissionState = (typeof PERMISSION_STATES)[number];

/** What was found about one permission. */
export interface Finding {
  /** A key of the version's permissions. */
  permission: string;
  state: PermissionState;
}

/** How an integration is connected; at most one per integration. */
export interface ConnectionRow {
  integrationId: string;
  accountId: string;
  provider: string;
  method: string;
  region: string;
  version: string;
  state: ConnectionState;
  stateReason: string | null;
  /** Of the account's own OAuth client at the ATS. */
  clientId: string | null;
  /** Connections with the same one share the ATS's limit. */
  budgetKey: string;
  credentials: Sealed | null;
  accessToken: Sealed | null;
  refreshToken: Sealed | null;
  lastFour: string | null;
  /** Goes up whenever credentials or tokens change, so that of several who know the old ones only the first acts. */
  generation: number;
  obtainedAt: Date;
  /** Of the access token, by the database's clock; null when it does not say. */
  expiresAt: Date | null;
  /** How long the access token lived on when the row was read; null when it does not say. */
  livesMs: number | null;
  /** How old it was then. */
  ageMs: number;
  scopes: string[] | null;
  /** Those the product asked for. */
  permissions: string[];
  remoteOrgId: string | null;
  remoteOrgName: string | null;
  remoteUser: string | null;
  findings: Finding[] | null;
  checkedAt: Date | null;
  /** What the findings made the integration's `statusReason` say. */
  issue: string | null;
  lastOkAt: Date | null;
  refreshError: string | null;
  renewals: number;
  connectedAt: Date;
}
