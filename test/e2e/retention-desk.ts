import { jest } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { AtsCallbackKind, CallbackKindModule } from '#libs/assessments';
import { ConnectorsModule } from '#libs/connectors';
import { Retention } from '#libs/delivery';
import { EventLogModule, EventsService } from '#libs/events';
import { FileFetchKind, FileKindModule } from '#libs/files';
import { callbackEndpointId, fileEndpointId, newId, slotOf } from '#libs/model';
import { daysOf, eventIdAt, makeDays } from '../support/days.js';
import { ACCOUNT, type DeliveryDesk, openDesk } from './delivery-desk.js';

/** How many days are kept here. */
export const KEPT = 30;

export interface WaitingOptions {
  endpointId?: string;
  type?: string;
  subjectId?: string | null;
  payload?: string;
}

/** A hub that keeps events for 30 days, on which only tests run retention. Nothing waits, nothing is held, nothing is sent. */
export interface RetentionDesk {
  desk: DeliveryDesk;
  dispatcher: INestApplicationContext;
  retention: Retention;
  webhook: string;
  /** Nothing waits and nothing is held any more. */
  clear(): Promise<void>;
  /** The days there are, of events and of attempts. */
  days(): Promise<string[][]>;
  /** Calls the function the hub may call. */
  drop(table: string, day: string): Promise<string | undefined>;
  /** An event of that day, for an endpoint, with its work. Returns its id. */
  waiting(offset: number, options?: WaitingOptions): Promise<string>;
  /** As if every held day had been for a day by now. */
  dayLater(): Promise<void>;
  /** An integration with its two internal endpoints. Returns its id. */
  addIntegration(): Promise<string>;
}

export async function openRetentionDesk(): Promise<RetentionDesk> {
  const desk = await openDesk({
    env: { ATSUME_RETENTION_DAYS: String(KEPT) },
    imports: [ConnectorsModule, CallbackKindModule, FileKindModule, EventLogModule],
    kinds: [AtsCallbackKind, FileFetchKind],
  });
  const { database } = desk;
  await database.query(`INSERT INTO clocks (name, next_at) VALUES ('retention', now() + interval '1 hour')`);
  const dispatcher = await desk.startDispatcher();
  const webhook = (await desk.addEndpoint({ url: 'http://127.0.0.1:9' })).id;
  return {
    desk,
    dispatcher,
    retention: dispatcher.get(Retention, { strict: false }),
    webhook,
    clear: async () => {
      jest.restoreAllMocks();
      await database.query('DELETE FROM delivery_work');
      await database.query(`DELETE FROM clocks WHERE name LIKE 'hold-%'`);
      await database.query(`UPDATE endpoint_runs SET blocked_until = 'infinity'`);
    },
    days: async () => [await daysOf(database, 'events'), await daysOf(database, 'attempts')],
    drop: async (table, day) => {
      const statement = 'SELECT atsume_drop_partition($1, $2::date) AS verdict';
      return (await database.query<{ verdict: string }>(statement, [table, day]))[0]?.verdict;
    },
    waiting: async (offset, { endpointId = webhook, type = 'record.new', subjectId = null, payload = '{}' } = {}) => {
      await makeDays(database, offset, offset);
      const draft = { id: eventIdAt(offset), accountId: ACCOUNT, type, integrationId: null, subjectId, payload };
      await new EventsService().appendTo(database, draft, endpointId);
      return draft.id;
    },
    dayLater: async () => {
      await database.query(`UPDATE clocks SET next_at = now() - interval '1 second' WHERE name LIKE 'hold-%'`);
    },
    addIntegration: () => addIntegration(desk),
  };
}

async function addIntegration({ database }: DeliveryDesk): Promise<string> {
  const integrationId = newId('integration');
  await database.query(
    `INSERT INTO integrations (id, account_id, provider, origin_org_id, origin_org_name, status)
     VALUES ($1, $2, 'acme-ats', $1, 'Customer', 'ACTIVE')`,
    [integrationId, ACCOUNT],
  );
  const internal = [
    ['ATS_CALLBACK', callbackEndpointId(integrationId)],
    ['FILE_FETCH', fileEndpointId(integrationId)],
  ] as const;
  for (const [kind, id] of internal) {
    await database.query(
      `INSERT INTO webhook_endpoints (id, account_id, kind, integration_id, slot) VALUES ($1, $2, $3, $4, $5)`,
      [id, ACCOUNT, kind, integrationId, slotOf(id)],
    );
    await database.query(
      `INSERT INTO endpoint_runs (endpoint_id, account_id, slot, blocked_until) VALUES ($1, $2, $3, 'infinity')`,
      [id, ACCOUNT, slotOf(id)],
    );
  }
  return integrationId;
}
