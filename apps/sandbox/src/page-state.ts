import type { SandboxDeskView } from '#libs/connector-kit';

/** Everything the page shows. */
export interface PageState {
  /** Goes up with every change; named in the next question, it is answered when there is something new. */
  version: number;
  /** What keeps the sandbox from working, in one sentence. */
  problem: string | null;
  standIns: { slug: string; name: string; company: string }[];
  desk: SandboxDeskView | null;
  hub: HubState;
  vendor: VendorState;
}

export interface HubState {
  /** How the stand-in is connected to the hub. */
  connection: HubConnection | null;
  /** The assessment the page has selected. */
  assessment: HubAssessment | null;
  deliveries: HubDelivery[];
  problem: string | null;
}

export interface HubAssessment {
  id: string;
  status: string;
  writeback: { state: string; attempts: number; lastError: string | null };
  timeline: { at: string; type: string; data: Record<string, unknown> }[];
}

export interface HubConnection {
  state: string;
  stateReason: string | null;
  method: string | null;
  organisation: { id: string; name: string | null } | null;
}

export interface HubDelivery {
  id: string;
  eventId: string;
  status: string;
  lastAttempt: { at: string; statusCode: number | null; durationMs: number; error: string | null } | null;
}

export interface VendorState {
  /** Whether the demo vendor answers orders by itself. */
  automatic: boolean;
  /** Newest first. */
  orders: VendorOrder[];
  /** Newest first. */
  events: ReceivedEvent[];
}

/** An order as the demo vendor keeps it. */
export interface VendorOrder {
  assessmentId: string;
  candidate: string;
  test: string;
  receivedAt: string;
  state: 'RECEIVED' | 'STARTED' | 'COMPLETED';
  /** Whether it is answered without anybody's doing. */
  automatic: boolean;
  /** Why the last report to the hub came to nothing. */
  problem: string | null;
}

/** A webhook request as it came in. */
export interface ReceivedEvent {
  id: string;
  receivedAt: string;
  /** Whether the signature was the hub's. */
  verified: boolean;
  /** How often it came; the same event may come more than once. */
  copies: number;
  type: string;
  recordId: string | null;
  body: unknown;
}

/** What a person at the page reports in the vendor's name. */
export interface ReportByHand {
  score: number;
  outcome: 'PASS' | 'FAIL' | 'NEEDS_REVIEW';
  summary: string;
}
