import { Injectable } from '@nestjs/common';
import { Rings } from '#libs/delivery';
import { HubError } from '#libs/errors';
import { EventLogRepository } from '#libs/events';
import { type Page, deliveryId, eventTime, parseDeliveryId } from '#libs/model';
import { Database, decodeCursor, encodeCursor } from '#libs/store';
import type { AttemptDto, DeliveryDetailDto, DeliveryDto, ListDeliveriesDto } from './deliveries.dto.js';
import { type AttemptRow, DeliveriesRepository, type DeliveryKey, type DeliveryRow } from './deliveries.repository.js';
import { EndpointsRepository } from './endpoints.repository.js';

/** What became of events at endpoints, and sending them again. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveriesRepository,
    private readonly endpoints: EndpointsRepository,
    private readonly events: EventLogRepository,
    private readonly rings: Rings,
  ) {}

  async list(accountId: string, query: ListDeliveriesDto): Promise<Page<DeliveryDto>> {
    const { limit, endpointId = null, eventId = null, status = null } = query;
    const after = positionOf(query.cursor);
    const filter = { limit: limit + 1, endpointId, eventId, status };
    const { rows, end } = await this.deliveries.findPage(this.database, accountId, after, filter);
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : end;
    return { data: page.map(toDto), nextCursor: last ? encodeCursor(last.event_id, last.endpoint_id) : null };
  }

  async get(accountId: string, id: string): Promise<DeliveryDetailDto> {
    const key = keyOf(id);
    // An attempt written between the two reads would be in the log and not in the status.
    return this.database.snapshot(async (tx) => {
      const row = await this.deliveries.find(tx, accountId, key);
      if (!row) throw new HubError('not_found');
      const attempts = await this.deliveries.findAttempts(tx, accountId, key);
      return { ...toDto(row), attemptLog: attempts.map(toAttemptDto) };
    });
  }

  /** Sends a delivery again now, whatever became of it. */
  async retry(accountId: string, id: string): Promise<{ id: string }> {
    const key = keyOf(id);
    if (!(await this.deliveries.find(this.database, accountId, key))) throw new HubError('not_found');
    return this.sendNow(accountId, key);
  }

  /** Sends an event to an endpoint, whether it was meant for it or not. */
  replay(accountId: string, eventId: string, endpointId: string): Promise<{ id: string }> {
    return this.sendNow(accountId, { event_id: eventId, endpoint_id: endpointId });
  }

  private async sendNow(accountId: string, key: DeliveryKey): Promise<{ id: string }> {
    await this.database.transaction(async (tx) => {
      if (!(await this.events.exists(tx, accountId, key.event_id))) {
        throw new HubError('not_found', { detail: 'There is no such event, or it is no longer kept.' });
      }
      const endpoint = await this.endpoints.find(tx, accountId, key.endpoint_id);
      if (!endpoint) throw new HubError('not_found', { detail: 'There is no such endpoint.' });
      if (endpoint.status !== 'ENABLED') throw new HubError('conflict', { detail: 'The endpoint is disabled.' });
      await this.deliveries.makeDue(tx, accountId, key);
    });
    this.rings.ring([key.endpoint_id]);
    return { id: deliveryId(key.event_id, key.endpoint_id) };
  }
}

function keyOf(id: string): DeliveryKey {
  const pair = parseDeliveryId(id);
  if (!pair) throw new HubError('not_found');
  return { event_id: pair.eventId, endpoint_id: pair.endpointId };
}

function positionOf(cursor: string | undefined): DeliveryKey | null {
  const position = decodeCursor(cursor, 2);
  if (!position) return null;
  const [event_id = '', endpoint_id = ''] = position;
  if (!eventTime(event_id)) {
    throw new HubError('bad_cursor', { errors: [{ path: 'cursor', message: 'is not a cursor this hub gave out' }] });
  }
  return { event_id, endpoint_id };
}

function toDto(row: DeliveryRow): DeliveryDto {
  return {
    id: deliveryId(row.event_id, row.endpoint_id),
    endpointId: row.endpoint_id,
    eventId: row.event_id,
    eventType: row.event_type,
    status: row.status,
    attempts: row.attempts,
    nextAttemptAt: row.next_at?.toISOString() ?? null,
    lastAttempt: row.last_at
      ? {
          at: row.last_at.toISOString(),
          statusCode: row.last_status,
          durationMs: row.last_ms ?? 0,
          error: row.last_error,
        }
      : null,
    createdAt: row.event_at.toISOString(),
  };
}

function toAttemptDto(row: AttemptRow): AttemptDto {
  return {
    number: row.n,
    at: row.at.toISOString(),
    outcome: row.outcome,
    statusCode: row.status,
    durationMs: row.ms,
    error: row.error,
    nextAttemptAt: row.next_at?.toISOString() ?? null,
    replyExcerpt: row.excerpt,
  };
}
