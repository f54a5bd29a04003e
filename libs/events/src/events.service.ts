import { Injectable } from '@nestjs/common';
import type { Queryable } from '#libs/store';
import { eventTime, newEventId } from '#libs/model';
import { activeTraceParent } from '#libs/telemetry';
import { matchingEndpointsSql } from './matching-endpoints.js';

/** An event about to be stored. Its id comes from `newEventId` and its payload from `renderEnvelope`, which contains it. */
export interface EventDraft {
  id: string;
  accountId: string;
  type: string;
  integrationId: string | null;
  subjectId: string | null;
  payload: string;
}

/** An event nobody subscribes to and no log lists: it carries an instruction to one internal endpoint. */
export interface InternalEventDraft {
  accountId: string;
  type: string;
  integrationId: string | null;
  subjectId: string | null;
  endpointId: string;
  payload: string;
}

const APPEND = {
  name: 'events_append',
  text: `
    WITH d AS (
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[])
        AS d (id, account_id, type, integration_id, subject_id, payload, created_at)
    ), m AS (
      SELECT d.id AS event_id, d.account_id, d.created_at, w.id AS endpoint_id
      FROM d JOIN webhook_endpoints w
        ON ${matchingEndpointsSql({ account: 'd.account_id', type: 'd.type', integration: 'd.integration_id' })}
    ), e AS (
      INSERT INTO events (id, account_id, type, integration_id, subject_id, payload, created_at, trace_parent)
      SELECT id, account_id, type, integration_id, subject_id, payload, created_at, $8::text FROM d
    ), k AS (
      INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at)
      SELECT m.endpoint_id, m.account_id, m.event_id, m.created_at FROM m
    )
    SELECT DISTINCT endpoint_id FROM m`,
};

const APPEND_TO_ONE = {
  name: 'events_append_to_one',
  text: `
    WITH e AS (
      INSERT INTO events (id, account_id, type, internal, integration_id, subject_id, payload, created_at, trace_parent)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $10)
    )
    INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at) VALUES ($9, $2, $1, $8)`,
};

const APPEND_TO_EACH = {
  name: 'events_append_to_each',
  text: `
    WITH d AS MATERIALIZED (
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::timestamptz[], $8::text[])
        AS d (id, account_id, type, integration_id, subject_id, payload, created_at, endpoint_id)
    ), e AS (
      INSERT INTO events (id, account_id, type, internal, integration_id, subject_id, payload, created_at, trace_parent)
      SELECT id, account_id, type, true, integration_id, subject_id, payload, created_at, $9::text FROM d
    )
    INSERT INTO delivery_work (endpoint_id, account_id, event_id, event_at)
    SELECT endpoint_id, account_id, id, created_at FROM d`,
};

/**
 * Stores events together with the work of delivering them. Whoever appends rings the endpoints after the commit. An event
 * that a traced request raises continues that request's trace, through the database and whatever process delivers it.
 */
@Injectable()
export class EventsService {
  /**
   * Stores events and a delivery for each endpoint that subscribes to them, in one statement.
   * Returns the ids of those endpoints, to be rung once the transaction is committed.
   */
  async append(tx: Queryable, drafts: readonly EventDraft[]): Promise<string[]> {
    const rows = await tx.query<{ endpoint_id: string }>(APPEND, [
      drafts.map(({ id }) => id),
      drafts.map(({ accountId }) => accountId),
      drafts.map(({ type }) => type),
      drafts.map(({ integrationId }) => integrationId),
      drafts.map(({ subjectId }) => subjectId),
      drafts.map(({ payload }) => Buffer.from(payload)),
      drafts.map(({ id }) => eventTime(id)),
      activeTraceParent(),
    ]);
    return rows.map(({ endpoint_id }) => endpoint_id);
  }

  /** Stores an event with a delivery to one endpoint, whatever that subscribes to. Ring it after the commit. */
  async appendTo(tx: Queryable, draft: EventDraft, endpointId: string): Promise<void> {
    await this.insertForOne(tx, { ...draft, endpointId }, false);
  }

  /** Stores an instruction for an internal endpoint, due at once. Returns its event id; ring `endpointId` after the commit. */
  async appendInternal(tx: Queryable, draft: InternalEventDraft): Promise<string> {
    const id = newEventId();
    await this.insertForOne(tx, { ...draft, id }, true);
    return id;
  }

  /** As {@link appendInternal}, for many at once. */
  async appendInternalAll(tx: Queryable, drafts: readonly InternalEventDraft[]): Promise<void> {
    const ids = drafts.map(() => newEventId());
    await tx.query(APPEND_TO_EACH, [
      ids,
      drafts.map(({ accountId }) => accountId),
      drafts.map(({ type }) => type),
      drafts.map(({ integrationId }) => integrationId),
      drafts.map(({ subjectId }) => subjectId),
      drafts.map(({ payload }) => Buffer.from(payload)),
      ids.map((id) => eventTime(id)),
      drafts.map(({ endpointId }) => endpointId),
      activeTraceParent(),
    ]);
  }

  private async insertForOne(
    tx: Queryable,
    draft: InternalEventDraft & { id: string },
    internal: boolean,
  ): Promise<void> {
    const { id, accountId, type, integrationId, subjectId, payload, endpointId } = draft;
    await tx.query(APPEND_TO_ONE, [
      id,
      accountId,
      type,
      internal,
      integrationId,
      subjectId,
      Buffer.from(payload),
      eventTime(id),
      endpointId,
      activeTraceParent(),
    ]);
  }
}
