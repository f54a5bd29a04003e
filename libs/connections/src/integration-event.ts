import { type EventDraft, renderEnvelope } from '#libs/events';
import type { IntegrationRow } from '#libs/integrations';
import { type EventType, newEventId } from '#libs/model';

export type IntegrationEventType = Extract<EventType, `integration.${string}`>;

/** An event about an integration's connection. `about` adds to its data; never a secret. */
export function integrationEvent(
  type: IntegrationEventType,
  integration: IntegrationRow,
  connection: { method: string; region: string; version: string } | null,
  about: Record<string, unknown> = {},
): EventDraft {
  const { id: integrationId, accountId, provider, originOrgId, originOrgName, status, statusReason } = integration;
  const id = newEventId();
  const payload = renderEnvelope({
    eventId: id,
    eventType: type,
    eventData: {
      integration: { id: integrationId, provider, originOrgId, originOrgName, status, statusReason },
      connection,
      ...about,
    },
    recordId: integrationId,
    syncDataType: 'integrations',
  });
  return { id, accountId, type, integrationId, subjectId: integrationId, payload };
}
