import type { ApiVersion, Connector, HttpMethod } from '#libs/connector-kit';

/** One connection as the engine sees it; made by `#libs/connections`. */
export interface Access {
  accountId: string;
  integrationId: string;
  connector: Connector;
  version: ApiVersion;
  versionName: string;
  /** By host name: those of the chosen region, or the stand-in's. Without a trailing slash. */
  hosts: Readonly<Record<string, string>>;
  /** What shares the ATS's limit. */
  budgetKey: string;
  /** The headers that say who we are; refreshes what is about to expire. */
  authorize(): Promise<Record<string, string>>;
  /** After a 401: false when nothing fresh is to be had, and the customer has to connect again. */
  renew(): Promise<boolean>;
  /** After a 401 to what {@link renew} had just brought. */
  refusedAnew(): Promise<void>;
}

/** Who waits: a caller, for a few seconds, or nobody, for as long as it takes. */
export type Priority = 'interactive' | 'background';

export interface SendOptions {
  /** Ends the waiting and the request; what was thrown into it comes out. */
  signal?: AbortSignal;
  /** `background` unless told. */
  priority?: Priority;
  /** Of the call of our API that this is made for; kept in the request log. */
  requestId?: string;
}

/** A call that is handed on as it is. */
export interface RawRequest {
  method: HttpMethod;
  /** Path and query below the version's base path, percent-encoded, without a leading slash. */
  target: string;
  /** Lower-case names. Who we are is added. */
  headers: Readonly<Record<string, string>>;
  body: Buffer | null;
}

/** The ATS's answer as it is, unpacked. Header names are lower case; repeated ones are joined by `, `. */
export interface RawReply {
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}
