import type { AssessmentPackage, AssessmentResult, CandidateAssessment, CandidateSnapshot } from '#libs/model';
import type { InboundAuth } from './auth.js';
import type { PartnerRequest, PartnerResponse } from './partner-http.js';

/** An order in our words. Nothing but the package is certain to be there in every ATS. */
export interface CanonicalOrder {
  packageId: string;
  applicationId: string | null;
  jobId: string | null;
  candidate: CandidateSnapshot;
  /** Where the ATS wants to hear of the result; stored as given, called only when its host is allowed. */
  callbackUrl: string | null;
  /** Where the candidate's résumé can be fetched now; kept in the hub because such links die. */
  resumeUrl: string | null;
  metaData: Record<string, unknown> | null;
  /** What makes two orders the same order within one integration; the hub hashes the joined parts. */
  dedupe: string[];
}

/** The package an order named, as the hub's catalogue has it. */
export type OrderedPackage = Pick<AssessmentPackage, 'id' | 'name' | 'type' | 'description'>;

export interface PlacedOrder {
  /** Our id of the order, which the ATS sends back later. */
  assessmentId: string;
  /** False when the same order had been placed before. */
  isNew: boolean;
  package: OrderedPackage;
}

/** What a status question is answered from. */
export interface StatusView {
  assessment: CandidateAssessment;
  /** The current result, or null while the vendor has reported none. */
  result: AssessmentResult | null;
  /** The integration's setting: report expired, rejected and cancelled ones as finished. */
  reportClosed: boolean;
}

/** The ATS's complaint about an answer of ours. */
export interface ReportedError {
  call: string;
  errors: string[];
  /** The order it names, if any. */
  assessmentId: string | null;
}

export type PartnerFailureKind =
  | 'unauthorized'
  | 'not_found'
  | 'bad_request'
  | 'unreadable_order'
  | 'unknown_package'
  | 'conflict'
  | 'too_large'
  | 'unsupported_media_type'
  | 'method_not_allowed'
  | 'unavailable'
  | 'internal';

/** A refusal before it is put into the ATS's dialect. `status` is what plain HTTP would say. */
export interface PartnerFailure {
  kind: PartnerFailureKind;
  status: number;
  /** One readable sentence per thing that is wrong. */
  reasons: string[];
}

interface RouteBase {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** One or more paths below `baseUrl`, without a leading slash; `:name` binds one segment. */
  paths: string[];
}

/** The ATS asks which tests it may offer. */
export interface ListPackagesRoute extends RouteBase {
  action: 'listPackages';
  render(packages: AssessmentPackage[], request: PartnerRequest): PartnerResponse;
}

/** The ATS asks for one test. */
export interface GetPackageRoute extends RouteBase {
  action: 'getPackage';
  packageId(request: PartnerRequest): string;
  render(found: AssessmentPackage): PartnerResponse;
}

/** The ATS orders a test for a candidate. `parse` may throw {@link UnreadableOrder}. */
export interface PlaceOrderRoute extends RouteBase {
  action: 'placeOrder';
  parse(request: PartnerRequest): CanonicalOrder;
  /** How long an order counts as the same: for ever (the default), or until its assessment is over and a new one may follow. */
  sameOrder?: 'forever' | 'whileOpen';
  render(placed: PlacedOrder): PartnerResponse;
}

/** The ATS asks how an order stands. */
export interface ReadStatusRoute extends RouteBase {
  action: 'readStatus';
  /** Our id of the order, or null when the request names none. */
  assessmentId(request: PartnerRequest): string | null;
  render(view: StatusView): PartnerResponse;
}

/** The ATS takes an order back: the assessment becomes CANCELLED, or the call is refused as `conflict` when it is over. */
export interface CancelOrderRoute extends RouteBase {
  action: 'cancelOrder';
  assessmentId(request: PartnerRequest): string | null;
  render(view: StatusView): PartnerResponse;
}

/** The ATS tells us what it did not like about an answer. `parse` may throw {@link UnreadableOrder}. */
export interface ReportErrorRoute extends RouteBase {
  action: 'reportError';
  parse(request: PartnerRequest): ReportedError;
  render(): PartnerResponse;
}

/** OAuth 2 client credentials, served by us: the ATS trades a secret's id and key for a short-lived bearer key. */
export interface IssueTokenRoute extends RouteBase {
  action: 'issueToken';
  parse(request: PartnerRequest): { clientId: string; clientSecret: string } | null;
  /** Life of the token, in seconds. */
  lifetimeSeconds: number;
  render(token: { accessToken: string; expiresInSeconds: number }): PartnerResponse;
}

/** The ATS ends its customer's connection: the integration is disconnected and every key it was given is revoked. */
export interface DisconnectRoute extends RouteBase {
  action: 'disconnect';
  render(): PartnerResponse;
}

/** An answer that depends on nothing but the request (a field list, a handshake). */
export interface StaticRoute extends RouteBase {
  action: 'static';
  /** Answered without a key when true. */
  open: boolean;
  render(request: PartnerRequest): PartnerResponse;
}

export type PartnerRoute =
  | ListPackagesRoute
  | GetPackageRoute
  | PlaceOrderRoute
  | ReadStatusRoute
  | CancelOrderRoute
  | ReportErrorRoute
  | IssueTokenRoute
  | DisconnectRoute
  | StaticRoute;
export type PartnerAction = PartnerRoute['action'];

export interface OutboundRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  /** Exact bytes as text, or null for a body-less request. */
  body: string | null;
}

/** The beginning of what the ATS answered. */
export interface OutboundReply {
  status: number;
  /** At most 16 KiB. */
  body: string;
}

export type SignalVerdict = 'accepted' | 'retry' | 'final';

export interface ResultContext extends StatusView {
  callbackUrl: string | null;
  /** The key the ATS itself used last (see `ResultSignal.authorize`), or null when it is not used. */
  inboundKey: string | null;
  /** What the customer's connection holds, by the connector's own field names; empty without one. */
  credentials: Readonly<Record<string, string>>;
  /** When this change was made, milliseconds since 1970, strictly growing per assessment. */
  changedAtMs: number;
}

/** How the ATS learns of a result. */
export interface ResultSignal {
  /** Which changes are told: only results (and closes, where `reportClosed`), or every change of state. */
  on: 'result' | 'everyChange';
  /** Who we are to the ATS: the key it gave us as partner, or the customer's connection. */
  authorize: 'inboundKey' | 'credentials';
  /** Hosts this ATS may be called on for results; `*.example.com` covers subdomains. https only. */
  hosts: string[];
  /** The request to send. null: nothing to send (the order carried no address). */
  request(context: ResultContext): OutboundRequest | null;
  /** Where HTTP status alone is not the truth; by default 2xx is accepted and the delivery's own rules decide the rest. */
  judge?(reply: OutboundReply): SignalVerdict | null;
  /** How we know the result arrived: the ATS reads the status afterwards, or accepting the request is enough. */
  confirmedBy: 'statusRead' | 'reply';
}

export interface SecretSpec {
  /** Begins every key, so that a leaked one is recognised. */
  prefix: string;
  /** Random bytes behind it, base64url. */
  bytes: number;
}

export interface SetupContext {
  vendorName: string;
  originOrgName: string;
  baseUrl: string;
  /** Stays the same when the key is rotated; the client id where the ATS asks us for a token. */
  secretId: string;
  secretKey: string;
}

/** What a customer needs to switch the vendor on in this ATS. */
export interface SetupKit {
  /** Named addresses, as the API returns them. */
  urls: Record<string, string>;
  email: { to: string; subject: string; body: string };
  /** Whether the ATS can only reach a public https address (else a warning is given). */
  needsPublicHttps: boolean;
}

/** Everything about ordering assessments from this ATS. */
export interface AssessmentsPart {
  secret: SecretSpec;
  auth: InboundAuth;
  routes: PartnerRoute[];
  /** Puts a refusal into the ATS's dialect: status, shape, text. */
  renderFailure(failure: PartnerFailure): PartnerResponse;
  result: ResultSignal;
  setup(context: SetupContext): SetupKit;
}
