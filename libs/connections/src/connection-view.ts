import type { ApiVersion } from '#libs/connector-kit';
import type { ConnectionRow, Finding } from './connection.js';
import { byScopes } from './checks/findings.js';
import type { ConnectionDto, PermissionDto } from './connections.dto.js';
import type { SetupRequest } from './setup-requests.js';

interface Viewed {
  integration: { id: string; provider: string };
  row: ConnectionRow | null;
  version: ApiVersion | undefined;
  setupRequest: SetupRequest | null;
}

/** A connection as its account may see it: never a secret. */
export function toConnection({ integration, row, version, setupRequest }: Viewed): ConnectionDto {
  const about = { integrationId: integration.id, provider: integration.provider, setupRequest };
  if (row === null) return { ...NOT_CONNECTED, permissions: [], ...about };
  return {
    ...about,
    state: row.state,
    stateReason: row.stateReason,
    method: row.method,
    region: row.region,
    version: row.version,
    lastFourCharacters: row.lastFour,
    scopes: row.scopes,
    permissions: row.state === 'DISCONNECTED' ? [] : permissionsOf(row, version),
    organisation: row.remoteOrgId === null ? null : { id: row.remoteOrgId, name: row.remoteOrgName },
    remoteUser: row.remoteUser,
    connectedAt: row.connectedAt.toISOString(),
    lastOkAt: row.lastOkAt?.toISOString() ?? null,
    checkedAt: row.checkedAt?.toISOString() ?? null,
  };
}

const NOT_CONNECTED = {
  state: 'NOT_CONNECTED',
  stateReason: null,
  method: null,
  region: null,
  version: null,
  lastFourCharacters: null,
  scopes: null,
  organisation: null,
  remoteUser: null,
  connectedAt: null,
  lastOkAt: null,
  checkedAt: null,
} as const;

/** What was asked for and whatever else was tried, in the order of the declaration. */
export function permissionsOf(
  { permissions, findings, scopes }: ConnectionRow,
  version: ApiVersion | undefined,
): PermissionDto[] {
  const found = new Map((findings ?? []).map(({ permission, state }) => [permission, state]));
  return Object.entries(version?.permissions ?? {})
    .filter(([name]) => permissions.includes(name) || found.has(name))
    .map(([name, permission]) => ({
      permission: name,
      label: permission.label,
      access: permission.access,
      state: found.get(name) ?? byScopes(permission, scopes),
    }));
}

/** The findings of a check, laid over what was known of other permissions. */
export function merged(before: readonly Finding[] | null, now: readonly Finding[]): Finding[] {
  const fresh = new Set(now.map(({ permission }) => permission));
  return [...(before ?? []).filter(({ permission }) => !fresh.has(permission)), ...now];
}
