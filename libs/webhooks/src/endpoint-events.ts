import { type EventDraft, renderEnvelope } from '#libs/events';
import { newEventId } from '#libs/model';
import type { Queryable } from '#libs/store';

const DATA_TYPE = 'webhook_endpoints';

/** The event that an endpoint was disabled by the hub; null when it is gone meanwhile. */
export async function endpointDisabledEvent(
  tx: Queryable,
  accountId: string,
  endpointId: string,
): Promise<EventDraft | null> {
  const [row] = await tx.query<{ url: string; disabled_reason: string; updated_at: Date }>(
    'SELECT url, disabled_reason, updated_at FROM webhook_endpoints WHERE account_id = $1 AND id = $2',
    [accountId, endpointId],
  );
  if (!row) return null;
  const endpoint = {
    id: endpointId,
    url: row.url,
    disabledReason: row.disabled_reason,
    disabledAt: row.updated_at.toISOString(),
  };
  return endpointEvent(accountId, endpointId, { type: 'endpoint.disabled', data: { endpoint } });
}

/** What the hub does when it disables an endpoint by itself, as traces tell of it. */
export function disabling(endpointId: string, traceParent: string | null) {
  return { name: 'disable endpoint', traceParent, attributes: { 'atsume.endpoint_id': endpointId } };
}

/** The event that a `ping` sends, to try an endpoint out. */
export function pingEvent(accountId: string, endpointId: string): EventDraft {
  return endpointEvent(accountId, endpointId, { type: 'ping', data: { endpoint: { id: endpointId } } });
}

function endpointEvent(
  accountId: string,
  endpointId: string,
  { type, data }: { type: string; data: Record<string, unknown> },
): EventDraft {
  const id = newEventId();
  const payload = renderEnvelope({
    eventId: id,
    eventType: type,
    eventData: data,
    recordId: endpointId,
    syncDataType: DATA_TYPE,
  });
  return { id, accountId, type, integrationId: null, subjectId: endpointId, payload };
}
