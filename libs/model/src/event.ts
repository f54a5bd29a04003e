export const EVENT_TYPES = [
  'record.new',
  'record.modified',
  'record.deleted',
  'endpoint.disabled',
  'integration.connected',
  'integration.disconnected',
  'integration.needs_relink',
  'integration.setup_requested',
  'integration.sync_failed',
  'sync.events.processed',
  'sync.events.allConsumed',
  'ping',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/**
 * The Knit envelope. Field order is part of the contract: it is the byte order on the wire.
 * `triggeredAt` is epoch milliseconds.
 */
export interface EventEnvelope {
  eventType: string;
  eventData: Record<string, unknown>;
  eventId: string;
  recordId: string | null;
  syncType: string;
  syncDataType: string;
  syncJobId: string;
  syncRunId: string;
  triggeredAt: number;
}
