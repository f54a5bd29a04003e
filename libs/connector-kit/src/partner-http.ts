/** A request from the ATS as a route sees it. Header names are lower case; repeated ones are joined by `, `. */
export interface PartnerRequest {
  headers: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  /** The `:name` parts of the route's path. */
  params: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON (or form fields as an object); undefined without a body. */
  body: unknown;
}

/** What goes back to the ATS, byte for byte. Make it with `json`, `text` or `empty`. */
export interface PartnerResponse {
  status: number;
  contentType: string | null;
  body: string;
  headers?: Record<string, string>;
}
