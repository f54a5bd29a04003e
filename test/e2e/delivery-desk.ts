import { randomBytes } from 'node:crypto';
import type { INestApplicationContext, ModuleMetadata, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type Config, readConfig } from '#libs/config';
import { type DeliveryKind, DeliveryWorkerModule, QueueModule, Rings } from '#libs/delivery';
import { EventsModule, EventsService, renderEnvelope } from '#libs/events';
import { newEventId, newId, slotOf } from '#libs/model';
import { PlatformModule } from '#libs/platform';
import { Cipher, Database, type Queryable } from '#libs/store';
import { WebhookKind, WebhookKindModule } from '#libs/webhooks';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';
import { until } from '../support/until.js';

export const ACCOUNT = newId('account');

export interface DeskOptions {
  redisUrl?: string | undefined;
  env?: Record<string, string>;
  imports?: NonNullable<ModuleMetadata['imports']>;
  kinds?: Type<DeliveryKind>[];
}

export interface TestEndpoint {
  url: string;
  signature?: string;
  strictNulls?: boolean;
  maxPerSecond?: number;
  timeoutMs?: number;
  eventTypes?: string[];
  retryPolicy?: { delaysSeconds: number[]; maxAgeSeconds: number };
}

export interface RaiseOptions {
  ring?: boolean;
  type?: string;
  eventData?: Record<string, unknown>;
  /** Characters of filling in the payload. */
  size?: number;
  /** Runs in the same transaction, before the commit. */
  within?: (tx: Queryable, eventId: string) => Promise<unknown>;
}

/** The delivery machinery on a database of its own: dispatchers to start and stop, endpoints and events to make. */
export interface DeliveryDesk {
  databaseUrl: string;
  database: Database;
  /** The publisher's side, which stays up. */
  publisher: INestApplicationContext;
  startDispatcher(): Promise<INestApplicationContext>;
  addEndpoint(endpoint: TestEndpoint): Promise<{ id: string; secret: string }>;
  /** Commits an event for whoever subscribes, and rings unless told otherwise. Returns its id. */
  raise(options?: RaiseOptions): Promise<string>;
  endpoint(id: string): Promise<Record<string, unknown>>;
  /** Disables all endpoints and drops all work, so that tests do not meet. */
  clear(): Promise<void>;
  /** Waits until the sweep has looked at every shard twice: what is due and not told to wait has gone out. */
  sweepTwice(): Promise<void>;
  attempts(eventId: string): Promise<{ outcome: string; status: number | null; error: string | null; n: number }[]>;
  waiting(): Promise<number>;
  close(): Promise<void>;
}

export async function openDesk({ redisUrl, env, imports = [], kinds = [] }: DeskOptions = {}): Promise<DeliveryDesk> {
  const databaseUrl = await createDatabaseUrl();
  const config = readConfig(
    {
      DATABASE_URL: databaseUrl,
      ATSUME_ENCRYPTION_KEY: `k1:${randomBytes(32).toString('base64')}`,
      ATSUME_LOG_LEVEL: 'silent',
      ATSUME_ALLOW_PRIVATE_TARGETS: 'true',
      ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
      ...env,
    },
    false,
  );
  const worker = DeliveryWorkerModule.register({
    imports: [WebhookKindModule, ...imports],
    kinds: [WebhookKind, ...kinds],
  });
  const publisher = await contextOf(config, [EventsModule]);
  const dispatchers: INestApplicationContext[] = [];
  const database = publisher.get(Database);
  await database.query(`INSERT INTO accounts (id, name, partner_token) VALUES ($1, 'Test', 'token')`, [ACCOUNT]);
  return {
    databaseUrl,
    database,
    publisher,
    startDispatcher: async () => {
      const dispatcher = await contextOf(config, [worker]);
      dispatchers.push(dispatcher);
      return dispatcher;
    },
    addEndpoint: (endpoint) => insertEndpoint(database, publisher.get(Cipher), endpoint),
    raise: (options) => raise(publisher, options),
    attempts: (eventId) =>
      database.query('SELECT outcome, status, error, n FROM attempts WHERE event_id = $1 ORDER BY at', [eventId]),
    endpoint: async (id) =>
      (
        await database.query(
          'SELECT * FROM webhook_endpoints e JOIN endpoint_runs r ON r.endpoint_id = e.id WHERE e.id = $1',
          [id],
        )
      )[0] ?? {},
    clear: async () => {
      await database.query(`UPDATE webhook_endpoints SET status = 'DISABLED'`);
      await database.query('DELETE FROM delivery_work');
    },
    sweepTwice: () => sweepTwice(database),
    waiting: async () => (await database.query('SELECT FROM delivery_work')).length,
    close: async () => {
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.close()));
      await publisher.close();
      await dropDatabase(databaseUrl);
    },
  };
}

async function contextOf(config: Config, imports: NonNullable<ModuleMetadata['imports']>) {
  @Module({ imports: [PlatformModule.forRoot(config, { name: 'test' }), QueueModule.forRoot(config), ...imports] })
  class Root {}
  const context = await NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
  await context.init();
  return context;
}

async function insertEndpoint(database: Database, cipher: Cipher, endpoint: TestEndpoint) {
  const id = newId('endpoint');
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const sealed = cipher.seal(secret);
  await database.query(
    `INSERT INTO webhook_endpoints (id, account_id, kind, url, signature, strict_nulls, max_per_second, timeout_ms,
       retry_policy, slot, event_types) VALUES ($1, $2, 'WEBHOOK', $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      id,
      ACCOUNT,
      endpoint.url,
      endpoint.signature ?? 'standard',
      endpoint.strictNulls ?? false,
      endpoint.maxPerSecond ?? null,
      endpoint.timeoutMs ?? 15_000,
      endpoint.retryPolicy ?? null,
      slotOf(id),
      endpoint.eventTypes ?? null,
    ],
  );
  await database.query('INSERT INTO endpoint_runs (endpoint_id, account_id, slot) VALUES ($1, $2, $3)', [
    id,
    ACCOUNT,
    slotOf(id),
  ]);
  await database.query(
    'INSERT INTO endpoint_secrets (endpoint_id, version, account_id, secret_enc, key_id) VALUES ($1, 1, $2, $3, $4)',
    [id, ACCOUNT, sealed.data, sealed.keyId],
  );
  return { id, secret };
}

async function raise(
  publisher: INestApplicationContext,
  { ring = true, type = 'record.new', eventData = {}, size = 0, within }: RaiseOptions = {},
): Promise<string> {
  const id = newEventId();
  const payload = renderEnvelope({
    eventId: id,
    eventType: type,
    eventData: { ...eventData, filling: 'x'.repeat(size) },
    recordId: null,
    syncDataType: 'test',
  });
  const draft = { id, accountId: ACCOUNT, type, integrationId: null, subjectId: null, payload };
  const database = publisher.get(Database);
  const endpointIds = await database.transaction(async (tx) => {
    const found = await publisher.get(EventsService).append(tx, [draft]);
    await within?.(tx, id);
    return found;
  });
  if (ring) publisher.get(Rings).ring(endpointIds);
  return id;
}

async function sweepTwice(database: Database): Promise<void> {
  const rounds = new Map<string, Set<number>>();
  await until(
    async () => {
      const rows = await database.query<{ name: string; next_at: Date }>(
        `SELECT * FROM clocks WHERE name LIKE 'sweep-%'`,
      );
      for (const { name, next_at } of rows) rounds.set(name, (rounds.get(name) ?? new Set()).add(next_at.getTime()));
      return [...rounds.values()].every(({ size }) => size > 2);
    },
    { what: 'two sweeps' },
  );
}
