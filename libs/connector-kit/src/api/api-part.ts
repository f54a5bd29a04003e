import type { ModelName } from '#libs/model';
import type { Actions } from './actions.js';
import type { ApiFailure, ApiReply, ApiRequest } from './api-http.js';
import type { ConnectMethod, Permissions } from './connecting.js';
import type { WebhooksPart } from './provider-webhooks.js';
import type { Resource } from './resources.js';

/** What the ATS said about its limit in one answer; absent fields are not said. */
export interface RateState {
  limit?: number;
  remaining?: number;
  /** Milliseconds since 1970 at which the window begins anew. */
  resetsAtMs?: number;
}

/** How many requests the ATS takes. The hub keeps to it over all its processes, per connection. */
export interface RateLimit {
  /** Until the ATS says otherwise. */
  requests: number;
  perSeconds: number;
  read?(headers: ApiReply['headers']): RateState;
}

/** One version of the ATS's API. */
export interface ApiVersion {
  /** Which of the hosts it is on, and the path every request begins with, without slashes around it. */
  host: string;
  basePath: string;
  rateLimit: RateLimit;
  /** The cheapest call that proves the credentials work. */
  check: ApiRequest;
  permissions: Permissions;
  resources: readonly Resource[];
  actions: Actions;
  /** How the user to act as is told; absent: the credentials decide. */
  onBehalfOf?(userRemoteId: string): Record<string, string>;
  /** Where the HTTP status alone is not the truth, or the reasons stand in an odd place; null: judge by status. */
  failure?(reply: ApiReply): ApiFailure | null;
}

/** Everything about calling this ATS. */
export interface ApiPart {
  /** By region, then by name: where its servers are. The first region is the default. https only. */
  regions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Best first. */
  connect: readonly ConnectMethod[];
  versions: Readonly<Record<string, ApiVersion>>;
  webhooks?: WebhooksPart;
}

/** The resource whose rows become records of a model, if this version has one. */
export function resourceOf(version: ApiVersion, model: ModelName): (Resource & { kind: 'records' }) | undefined {
  return version.resources.find((resource) => resource.kind === 'records' && resource.model === model) as
    (Resource & { kind: 'records' }) | undefined;
}
