/** A request to a stand-in ATS, below `/sandbox/<slug>/`. Header names are lower case. */
export interface SandboxRequest {
  method: string;
  /** Path below the stand-in's root, without a leading slash. */
  path: string;
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string | undefined>>;
  headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON, or the fields of a form; undefined without a body. */
  body: unknown;
  /** What is wrong with a body that is there and cannot be read. */
  unreadable?: string;
}

export interface SandboxResponse {
  status: number;
  /** Bytes, text and a ReadableStream go out as they are and need a `contentType`; anything else is sent as JSON. Absent: no body. */
  body?: unknown;
  contentType?: string;
  headers?: Readonly<Record<string, string>>;
  /** The connection is cut in place of an answer. */
  isCut?: boolean;
}

export interface SandboxRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the stand-in's root, without a leading slash; `:name` binds one segment, `*` at the end the rest. */
  path: string;
  handle(request: SandboxRequest, context: SandboxContext): Promise<SandboxResponse>;
}

/** What a stand-in works with; it has no clock, no database and no HTTP client of its own. */
export interface SandboxContext {
  store: SandboxStore;
  hub: SandboxHub;
  settings: SandboxSettings;
  /** RFC 3339, UTC, milliseconds. */
  now(): string;
  /**
   * Runs `task` once the present answer is on its way, or `afterMs` later, as an ATS does what it need not do while its
   * caller waits. Forgotten when the process ends.
   */
  later(task: () => Promise<void>, afterMs?: number): void;
  /** Ends after that time; with 0 once others had their turn. */
  pause(ms: number): Promise<void>;
  /** What this process keeps under a name, made when it is first asked for; gone when the process ends. */
  memory<T>(name: string, make: () => T): T;
}

/** What the operator has set for all stand-ins. */
export interface SandboxSettings {
  /** How many candidates the company has. */
  candidates: number;
  /** Requests per window of the ATS's own length; null is no limit. */
  rateLimit: number | null;
}

/** Where a stand-in keeps its data; documents survive a restart. */
export interface SandboxStore {
  get<T>(collection: string, id: string): Promise<T | null>;
  /** All of a collection, in the order of their ids. */
  list<T>(collection: string): Promise<T[]>;
  put(collection: string, id: string, document: unknown): Promise<void>;
  /** False, and nothing written, when the id is taken: of several at the same instant one wins. */
  insert(collection: string, id: string, document: unknown): Promise<boolean>;
}

/** The answer to a call of the hub; `failure` says in a few words why there was none. */
export type SandboxReply = { status: number; body: string; failure: null } | { status: 0; body: ''; failure: string };

/** The hub as the stand-in ATS was told of it: where to call and with which key. */
export interface SandboxHub {
  /** Below it lie the partner routes of the connector. */
  baseUrl: string;
  secretKey: string;
  /** The stand-in's own address, as the hub sees it: `…/sandbox/<slug>`. */
  selfUrl: string;
  /** Under which people and other machines know the hub. */
  publicUrl: string;
  /** A real HTTP call to the hub. Never throws. */
  call(request: { method: string; url: string; headers: Record<string, string>; body?: string }): Promise<SandboxReply>;
}

/** How one ordered test looks to the recruiter. */
export interface SandboxOrder {
  /** The ATS's own id of it. */
  id: string;
  /** The hub's id, once it answered with one. */
  assessmentId: string | null;
  testName: string;
  state: 'SENDING' | 'FAILED' | 'PENDING' | 'FINISHED';
  /** The state in the words of this ATS. */
  label: string;
  sentAt: string;
  result: { score: number | null; profileUrl: string | null; details: { label: string; value: string }[] } | null;
  /** What the recruiter has to know besides, e.g. why there is no result. */
  notice: string | null;
}

/** Something a recruiter can do with a candidate now. */
export interface SandboxAction {
  id: string;
  /** On the button. */
  label: string;
  /** What is asked for first; null when pressing the button is all. */
  input: SandboxActionInput | null;
}

export interface SandboxActionInput {
  label: string;
  kind: 'choice' | 'text' | 'email';
  options: { value: string; label: string }[];
  /** What stands there at first. */
  value: string;
}

/** A candidate on the recruiter's page, with the latest test sent. */
export interface SandboxCandidate {
  id: string;
  name: string;
  email: string;
  /** The job applied for. */
  job: string;
  /** Where the application stands; null where the stand-in has no pipeline. */
  pipeline: { stages: string[]; current: string | null; status: string; actions: SandboxAction[] } | null;
  order: SandboxOrder | null;
}

/** A fault that can be had on demand. */
export interface SandboxFault {
  id: string;
  label: string;
  /** How many requests will still meet it. */
  left: number;
}

/** What the hub is told when it is to connect to the stand-in as it would to the ATS. */
export interface SandboxAccess {
  /** The client registered for a vendor's OAuth, and the connect method of the connector it is for. */
  oauth: { method: string; clientId: string; clientSecret: string };
  /** What a customer would paste, for another of its methods. */
  credentials: { method: string; values: Readonly<Record<string, string>> };
}

/** One webhook that stands in the ATS, with its latest delivery. */
export interface SandboxWebhook {
  id: string;
  name: string;
  event: string;
  url: string;
  isActive: boolean;
  lastDelivery: string | null;
}

/** An answer of the hub that this ATS did not accept. */
export interface SandboxComplaint {
  at: string;
  /** The partner call, in the ATS's words. */
  call: string;
  errors: string[];
  /** Whether the hub took note of it. */
  reported: boolean;
}

export interface SandboxDeskView {
  candidates: SandboxCandidate[];
  stage: { name: string; tests: { id: string; name: string }[]; chosenTestId: string | null; notice: string | null };
  /** Newest first. */
  complaints: SandboxComplaint[];
  /** What can be done without choosing a candidate. */
  actions: SandboxAction[];
  faults: SandboxFault[];
  webhooks: SandboxWebhook[];
}

/** A webhook as a customer types it into the ATS's screen. */
export interface SandboxWebhookForm {
  name: string;
  /** The ATS's own word for what it is about. */
  action: string;
  url: string;
  secret: string;
}

/**
 * What a recruiter does in the ATS. Every stand-in has the same desk, so that one page serves all of them.
 * An action that cannot be done answers with a sentence for the recruiter, else with null.
 */
export interface SandboxDesk {
  /** Reads the store only: asked again and again by the open page. */
  view(context: SandboxContext): Promise<SandboxDeskView>;
  /** The recruiter opens the stage: the ATS asks the hub which tests there are. */
  openStage(context: SandboxContext): Promise<string | null>;
  chooseTest(context: SandboxContext, testId: string): Promise<string | null>;
  sendTest(context: SandboxContext, candidateId: string): Promise<string | null>;
  /** The ATS asks the hub how the candidate's test stands without having been told to. */
  checkStatus(context: SandboxContext, candidateId: string): Promise<string | null>;
  /** Does an action that `view` offered, for this candidate or for none; `value` is what was asked for. */
  act?(
    context: SandboxContext,
    act: { candidateId: string | null; action: string; value: string },
  ): Promise<string | null>;
  /** Lets the next `count` requests meet a fault. */
  setFault?(context: SandboxContext, fault: { id: string; count: number }): Promise<string | null>;
  /** Types in webhooks by hand, leaving out those that stand there and those of nothing this stand-in plays. */
  addWebhooks?(context: SandboxContext, forms: readonly SandboxWebhookForm[]): Promise<string | null>;
}

/** A connector's stand-in: the default export of `connectors/<slug>/sandbox/index.ts`. */
export interface SandboxPart {
  slug: string;
  /** As people write it. */
  name: string;
  /** The customer whose ATS this is. */
  company: { originOrgId: string; originOrgName: string };
  /** What the hub calls on the ATS. */
  routes: SandboxRoute[];
  desk: SandboxDesk;
  /** Fills an empty store with a believable company. Called at every start: it leaves alone what is there. */
  seed(store: SandboxStore): Promise<void>;
  /** Present where the hub can connect to the stand-in's API. */
  access?(context: SandboxContext): Promise<SandboxAccess>;
  /** Takes up, once the hub listens, what a former run of the process left undone. */
  resume?(context: SandboxContext): Promise<void>;
}
