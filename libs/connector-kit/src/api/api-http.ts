export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One call of the ATS's API. The engine adds who we are, and sends it. */
export interface ApiRequest {
  method: HttpMethod;
  /** Below the base of the API version, without a leading slash. */
  path: string;
  query?: Query;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. At most one of `json` and `form`. */
  json?: unknown;
  form?: Readonly<Record<string, string>>;
  /** A call may be sent again after a failure when it reads (GET), or when this says so. */
  isRepeatable?: boolean;
}

/** What came back. Header names are lower case; repeated ones are joined by `, `. */
export interface ApiReply {
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON; undefined for a reply without a body or with another type. */
  body: unknown;
}

/** What is wrong, in the hub's words; the engine turns it into an error and decides whether to try again. */
export type ApiFailureKind =
  /** The credentials are no longer taken: refresh once, then the customer has to connect again. */
  | 'unauthorized'
  /** The credentials lack the permission for this call. */
  | 'forbidden'
  | 'not_found'
  /** The ATS does not like what was sent; `reasons` say why. */
  | 'rejected'
  | 'rate_limited'
  /** A fault of the ATS that may pass. */
  | 'unavailable'
  /** A cursor the ATS no longer knows: the list begins again. */
  | 'cursor_expired';

export interface ApiFailure {
  kind: ApiFailureKind;
  /** One readable sentence per thing that is wrong, in the ATS's words; without personal data where the ATS allows. */
  reasons: string[];
}
