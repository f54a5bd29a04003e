import type { ApiVersion, Permission, Resource } from '#libs/connector-kit';
import { SENSITIVE_MODELS } from '#libs/model';
import type { Finding, PermissionState } from '../connection.js';

/** What the scopes granted say about a permission; UNKNOWN where they are not known or it stands for none. */
export function byScopes({ scopes }: Pick<Permission, 'scopes'>, granted: readonly string[] | null): PermissionState {
  if (granted === null || scopes.length === 0) return 'UNKNOWN';
  return scopes.every((scope) => granted.includes(scope)) ? 'GRANTED' : 'MISSING';
}

/** What a probe's status says about a permission. */
export function byStatus(grantedWhen: readonly number[], status: number): PermissionState {
  if (grantedWhen.includes(status)) return 'GRANTED';
  return status === 403 ? 'MISSING' : 'UNKNOWN';
}

/** Those a product needs to read all that the version has to read, sensitive data apart: that is only had by asking for it. */
export function readPermissions({ permissions, resources }: ApiVersion): string[] {
  const plain = resources.filter((resource) => !isSensitive(resource));
  const names = new Set(plain.map(({ permission }) => permission));
  return Object.keys(permissions).filter((name) => names.has(name));
}

function isSensitive(resource: Resource): boolean {
  return SENSITIVE_MODELS.includes(resource.kind === 'records' ? resource.model : resource.of);
}

/** The scopes of some permissions, each once, in the order of the declaration. */
export function scopesOf({ permissions }: ApiVersion, names: readonly string[]): string[] {
  return [
    ...new Set(
      Object.entries(permissions).flatMap(([name, permission]) => (names.includes(name) ? permission.scopes : [])),
    ),
  ];
}

/** One sentence that names what is missing as the ATS does; null when nothing is. */
export function issueOf({ permissions }: ApiVersion, findings: readonly Finding[], ats: string): string | null {
  const missing = findings
    .filter(({ state }) => state === 'MISSING')
    .map(({ permission }) => nameOf(permissions, permission));
  if (missing.length === 0) return null;
  return `${ats} does not permit: ${missing.join(', ')}.`;
}

function nameOf(permissions: ApiVersion['permissions'], name: string): string {
  const permission = permissions[name];
  return permission ? `${permission.label} (${permission.access})` : name;
}
