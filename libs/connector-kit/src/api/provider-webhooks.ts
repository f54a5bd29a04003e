import type { ModelName } from '#libs/model';
import type { ApiReply, ApiRequest } from './api-http.js';
import type { Listing } from './resources.js';

/** A webhook of the ATS as it came in. Header names are lower case. */
export interface IncomingWebhook {
  headers: Readonly<Record<string, string | undefined>>;
  /** The exact bytes. */
  rawBody: Uint8Array;
}

/**
 * What a webhook says about the ATS's records. `read`: they may have changed and are read again, so that repeated events and
 * events out of order end in the same state. `gone`: they were deleted. `merged`: they live on under another id.
 */
export type WebhookHint =
  | { do: 'read'; model: ModelName; remoteIds: string[] }
  /** The records of `model` that belong to these ones. */
  | { do: 'readOf'; model: ModelName; parent: ModelName; remoteIds: string[] }
  | { do: 'gone'; model: ModelName; remoteIds: string[] }
  | { do: 'merged'; model: ModelName; remoteId: string; into: string };

export interface ParsedWebhook {
  /** The ATS's name of what happened. */
  action: string;
  hints: WebhookHint[];
}

/** One kind of event a customer can switch on. */
export interface WebhookEventKind {
  action: string;
  /** As the ATS's own screen names it ("When"). */
  when: string;
}

/** What a customer types in where webhooks are made by hand. */
export interface ManualWebhook {
  name: string;
  when: string;
  url: string;
  secret: string;
  /** Further lines of the form in its order. */
  fields: { label: string; value: string }[];
}

/** One that stands in the ATS. */
export interface SubscribedWebhook {
  remoteId: string;
  action: string;
  url: string;
  isActive: boolean;
}

export interface WebhooksPart {
  events: readonly WebhookEventKind[];
  /** Length of the secret the hub makes, in characters. */
  secretCharacters: number;
  /** In constant time, on the raw bytes; false for a wrong, missing or stale signature. `nowMs` is the hub's clock. */
  verify(webhook: IncomingWebhook, secret: string, nowMs: number): boolean;
  /** What makes two deliveries the same event, or null to go by the bytes alone. */
  deliveryId(webhook: IncomingWebhook): string | null;
  /** Reads a verified body; null for one that says nothing (a ping). @throws Error for what cannot be read. */
  parse(body: unknown): ParsedWebhook | null;
  /** What is to be done by hand, in order. */
  manual(context: { url: string; secret: string; errorEmail: string | null; vendorName: string }): {
    where: string;
    webhooks: ManualWebhook[];
    steps: string[];
  };
  /** Present where they can be made through the API. */
  subscribing?: {
    permission: string;
    /** All that stand there, read page by page; null for a row that is none. */
    list: Pick<Listing, 'path' | 'query' | 'pages'> & { read(row: unknown): SubscribedWebhook | null };
    create(webhook: {
      action: string;
      name: string;
      url: string;
      secret: string;
      errorEmail: string | null;
    }): ApiRequest;
    created(reply: ApiReply): SubscribedWebhook | null;
    remove(remoteId: string): ApiRequest;
  };
}
