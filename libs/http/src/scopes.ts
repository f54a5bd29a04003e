import { SetMetadata } from '@nestjs/common';

/** What an API key may do. `*:write` does not include `*:read`. */
export const SCOPES = [
  'accounts:write',
  'api-keys:read',
  'api-keys:write',
  'integrations:read',
  'integrations:write',
  'connections:read',
  'connections:write',
  'ats:read',
  'ats:sensitive:read',
  'ats:write',
  'passthrough:read',
  'passthrough:write',
  'assessments:read',
  'assessments:write',
  'webhooks:read',
  'webhooks:write',
  'events:read',
] as const;
export type Scope = (typeof SCOPES)[number];

export const SCOPES_KEY = 'atsume:scopes';
export const PUBLIC_KEY = 'atsume:public';

/** A scope, or several of which one is enough. */
export type NeededScope = Scope | readonly Scope[];

/** The scopes a call needs. Every controller method has this or {@link Public}; the guard refuses one that has neither. */
export const Scopes = (...scopes: NeededScope[]) => SetMetadata(SCOPES_KEY, scopes);

/** A call that needs no API key. */
export const Public = () => SetMetadata(PUBLIC_KEY, true);
