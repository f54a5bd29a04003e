import type { Queryable } from '#libs/store';

/** What is sent over the delivery machinery; each kind brings its own request, its own rules and its own bookkeeping. */
export type EndpointKind = 'WEBHOOK' | 'ATS_CALLBACK' | 'FILE_FETCH';

/** One row that is due, with the bytes of its event. */
export interface DueWork {
  workId: string;
  endpointId: string;
  accountId: string;
  eventId: string;
  eventType: string;
  integrationId: string | null;
  /** The record the event is about. */
  subjectId: string | null;
  /** Attempts finished before this one. */
  attempt: number;
  /** W3C `traceparent` of what raised the event. */
  traceParent: string | null;
  /** The event's exact bytes, as they were made when it was raised. */
  payload: Buffer;
}

/** The endpoint as the sender needs it: the row of `webhook_endpoints`. */
export interface SendingEndpoint {
  id: string;
  accountId: string;
  kind: EndpointKind;
  integrationId: string | null;
  url: string | null;
  signature: string;
  headersEnc: Buffer | null;
  headersKeyId: string | null;
  timeoutMs: number;
  /** Changes with everything a client can change about it; what is cached per endpoint is keyed by it. */
  updatedAt: Date;
}

/** A request ready to be sent, or a refusal that is final (`FAILED`) without an attempt on the wire. */
export type Prepared =
  | {
      send: {
        method: string;
        url: string;
        headers: Record<string, string>;
        body: Buffer | null;
        /** https only and public addresses only, unless this says the target was allowed by other means (the hub's own sandbox). */
        trusted: boolean;
        /**
         * Where the reply's body is streamed to; without it at most 16 KiB are read and the rest dropped. An error it
         * throws becomes the reply's `error` (the error's `code` where it has one, else `failed`), beside the status.
         */
        sink?: (reply: {
          status: number;
          headers: Record<string, string>;
          body: AsyncIterable<Buffer>;
        }) => Promise<void>;
      };
    }
  | { refuse: { error: string } };

/** What came back, or why nothing did (`status` null, `error` a short code like `timeout`, `ECONNREFUSED`, `unsafe_target`). */
export interface Reply {
  status: number | null;
  /** At most 16 KiB. */
  body: string;
  retryAfterMs: number | null;
  error: string | null;
}

/**
 * done: delivered. retry: by the schedule. wait: again after `retryAfterMs`, without using up an attempt.
 * final: FAILED, no retry. disable: FAILED and the endpoint disabled.
 */
export type Outcome = 'done' | 'retry' | 'wait' | 'final' | 'disable';

/** An attempt that is over, as handed to {@link DeliveryKind.settle}. */
export interface Settled {
  work: DueWork;
  reply: Reply;
  outcome: Outcome;
  /** True when the row is gone for good: delivered, failed or expired. */
  isLast: boolean;
  /** Attempts finished, this one included. */
  attempts: number;
}

/** One kind of thing the hub sends. Implementations live in the feature that owns the kind; the dispatcher only knows this. */
export interface DeliveryKind {
  readonly kind: EndpointKind;
  /** Builds the request at sending time: signs, authorizes. May read the database. */
  prepare(work: DueWork, endpoint: SendingEndpoint): Promise<Prepared>;
  /** The rules of the kind: what a reply means. Pure. */
  judge(reply: Reply): Outcome;
  /** Whether this reply counts against the endpoint's breaker. Pure. */
  feedsBreaker(reply: Reply): boolean;
  /**
   * Bookkeeping in the very transaction that deletes or reschedules the rows. May return ids of endpoints to ring once
   * it is committed. When it throws, the rows are tried again later, without it.
   */
  settle?(tx: Queryable, settled: Settled[]): Promise<readonly string[] | void>;
  /** Which attempts {@link settle} is to see; without this, all. What none asks for costs no transaction. Pure. */
  needsSettling?(settled: Settled): boolean;
}

/** The injection token under which the dispatcher collects every {@link DeliveryKind}: an array. */
export const DELIVERY_KINDS = Symbol('DELIVERY_KINDS');
