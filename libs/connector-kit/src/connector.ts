import type { ApiPart, ApiVersion } from './api/index.js';
import type { AssessmentsPart } from './assessments.js';

/** What one ATS is to the hub: a description without I/O, clock or environment. The hub acts on it. */
export interface Connector {
  /** The folder's name; the registry refuses any other. */
  slug: string;
  /** As people write it. */
  name: string;
  /** The vendor's documentation this was written from. */
  docs: string;
  /** Present when the ATS can order assessments from us. */
  assessments?: AssessmentsPart;
  /** Present when the hub can call the ATS. */
  api?: ApiPart;
}

const SLUG = /^[a-z][a-z0-9-]{1,40}$/;

/**
 * Declares a connector; the default export of `connectors/<slug>/index.ts`.
 * Fails at start, naming the field, when the declaration contradicts itself.
 */
export function defineConnector(connector: Connector): Connector {
  if (!SLUG.test(connector.slug)) throw new Error(`connector slug '${connector.slug}' must match ${SLUG}`);
  for (const [index, route] of (connector.assessments?.routes ?? []).entries()) {
    if (route.paths.length === 0) throw new Error(`${connector.slug}: assessments.routes[${index}].paths is empty`);
    for (const path of route.paths) {
      if (path.startsWith('/')) throw new Error(`${connector.slug}: route path '${path}' must not start with '/'`);
    }
  }
  if (connector.api) refuseContradictions(connector.slug, connector.api);
  return connector;
}

function refuseContradictions(slug: string, api: ApiPart): void {
  for (const method of api.connect) {
    if (!api.versions[method.version])
      throw new Error(`${slug}: connect '${method.id}' names no version '${method.version}'`);
    for (const [region, hosts] of Object.entries(api.regions)) {
      if (method.kind !== 'key' && !Object.hasOwn(hosts, method.host))
        throw new Error(`${slug}: connect '${method.id}' names no host '${method.host}' of region '${region}'`);
    }
  }
  for (const [region, hosts] of Object.entries(api.regions)) {
    for (const [host, url] of Object.entries(hosts)) {
      if (!/^https:\/\/[^/]+$/.test(url))
        throw new Error(`${slug}: regions.${region}.${host} must be https:// and a host`);
    }
  }
  for (const [name, version] of Object.entries(api.versions)) {
    refuseUnknownPermissions(`${slug} ${name}`, version);
    for (const [region, hosts] of Object.entries(api.regions)) {
      if (!Object.hasOwn(hosts, version.host))
        throw new Error(`${slug} ${name}: names no host '${version.host}' of region '${region}'`);
    }
  }
}

function refuseUnknownPermissions(where: string, { permissions, resources, actions }: ApiVersion): void {
  const used = [...resources, ...Object.values(actions)].map(({ permission }) => permission);
  const unknown = used.find((permission) => !Object.hasOwn(permissions, permission));
  if (unknown !== undefined) throw new Error(`${where}: permission '${unknown}' is used and not declared`);
}
