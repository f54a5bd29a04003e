import { type EventEnvelope, eventTime } from '#libs/model';

/** What differs from one event to the next; the rest of the envelope follows from it. */
export interface EnvelopeInput {
  /** From `newEventId`; its time is the envelope's time. */
  eventId: string;
  eventType: string;
  eventData: object;
  recordId: string | null;
  /** `ats_assessments`, `webhook_endpoints` … */
  syncDataType: string;
  /** The sync an event comes of; without one it happened just now. */
  sync?: Pick<EventEnvelope, 'syncType' | 'syncJobId' | 'syncRunId'>;
}

/**
 * The exact bytes (UTF-8) of an event: what is stored, signed and sent, made once. The order of the fields is part of
 * the contract.
 */
export function renderEnvelope(input: EnvelopeInput): string {
  const triggeredAt = eventTime(input.eventId)?.getTime();
  if (triggeredAt === undefined) throw new Error(`'${input.eventId}' is no event id`);
  const envelope: EventEnvelope = {
    eventType: input.eventType,
    eventData: input.eventData as Record<string, unknown>,
    eventId: input.eventId,
    recordId: input.recordId,
    syncType: input.sync?.syncType ?? 'real_time',
    syncDataType: input.syncDataType,
    syncJobId: input.sync?.syncJobId ?? 'real_time',
    syncRunId: input.sync?.syncRunId ?? `real_time_${triggeredAt}`,
    triggeredAt,
  };
  return JSON.stringify(envelope);
}
