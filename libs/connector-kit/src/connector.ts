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
  return connector;
}
