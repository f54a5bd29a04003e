import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { AccountsModule, AccountsService } from '#libs/accounts';
import { readConfig } from '#libs/config';
import { DeliveryWorkerModule, QueueModule, Rings } from '#libs/delivery';
import { EventsModule, EventsService, renderEnvelope } from '#libs/events';
import { HttpModule } from '#libs/http';
import { newEventId, newId } from '#libs/model';
import { PlatformModule } from '#libs/platform';
import { Database } from '#libs/store';
import { WebhookKind, WebhookKindModule, WebhooksModule } from '#libs/webhooks';
import { createHttpApp } from '../../apps/api/src/app.js';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';

export interface HubReply<T> {
  status: number;
  body: T;
}

export interface RaisedEvent {
  type?: string;
  integrationId?: string;
  accountId?: string;
  eventData?: object;
  /** When it happened; now unless told. */
  at?: Date;
}

/** The webhook calls over HTTP and a dispatcher, in one process, with the queue in PostgreSQL. */
export interface WebhooksHub {
  database: Database;
  databaseUrl: string;
  accountId: string;
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    apiKey?: string,
  ): Promise<HubReply<T>>;
  /** The raw text of a reply. */
  text(path: string, apiKey: string): Promise<string>;
  anotherAccount(): Promise<{ id: string; apiKey: string }>;
  addIntegration(): Promise<string>;
  raise(options?: RaisedEvent): Promise<string>;
  close(): Promise<void>;
}

export async function openWebhooksHub(env: Record<string, string> = {}): Promise<WebhooksHub> {
  const databaseUrl = await createDatabaseUrl();
  const config = readConfig(
    {
      DATABASE_URL: databaseUrl,
      ATSUME_ENCRYPTION_KEY: `k1:${randomBytes(32).toString('base64')}`,
      ATSUME_LOG_LEVEL: 'silent',
      ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
      ...env,
    },
    false,
  );
  @Module({
    imports: [
      PlatformModule.forRoot(config, { name: 'test' }),
      QueueModule.forRoot(config),
      HttpModule,
      AccountsModule,
      EventsModule,
      WebhooksModule,
      DeliveryWorkerModule.register({ imports: [WebhookKindModule], kinds: [WebhookKind] }),
    ],
  })
  class Root {}
  const app = await createHttpApp(Root, config);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const { accountId, apiKey: firstKey } = await app.get(AccountsService, { strict: false }).bootstrap(null);
  const database = app.get(Database, { strict: false });
  const send = (path: string, init: RequestInit, apiKey = firstKey) =>
    fetch(url + path, { ...init, headers: { ...init.headers, authorization: `Bearer ${apiKey}` } });
  return {
    database,
    databaseUrl,
    accountId,
    call: async <T>(method: string, path: string, body?: unknown, apiKey?: string) => {
      const json =
        body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const reply = await send(path, { method, ...json }, apiKey);
      const text = await reply.text();
      return { status: reply.status, body: (text === '' ? null : JSON.parse(text)) as T };
    },
    text: async (path, apiKey) => (await send(path, {}, apiKey)).text(),
    anotherAccount: () => app.get(AccountsService, { strict: false }).create('Another'),
    addIntegration: () => addIntegration(database, accountId),
    raise: async ({ type = 'record.new', integrationId = null, eventData = {}, ...given } = {}) => {
      const id = given.at ? eventIdAt(given.at) : newEventId();
      const payload = renderEnvelope({ eventId: id, eventType: type, eventData, recordId: null, syncDataType: 'test' });
      const draft = { id, accountId: given.accountId ?? accountId, type, integrationId, subjectId: null, payload };
      app.get(Rings, { strict: false }).ring(await app.get(EventsService, { strict: false }).append(database, [draft]));
      return id;
    },
    close: async () => {
      await app.close();
      await dropDatabase(databaseUrl);
    },
  };
}

function eventIdAt(at: Date): string {
  return `evt-${String(at.getTime()).padStart(13, '0')}${newEventId().slice(-12)}`;
}

async function addIntegration(database: Database, accountId: string): Promise<string> {
  const id = newId('integration');
  await database.query(
    `INSERT INTO integrations (id, account_id, provider, origin_org_id, origin_org_name, status)
     VALUES ($1, $2, 'acme-ats', $1, 'Customer', 'ACTIVE')`,
    [id, accountId],
  );
  return id;
}
