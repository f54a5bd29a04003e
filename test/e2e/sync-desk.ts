import { randomBytes } from 'node:crypto';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AccountsService } from '#libs/accounts';
import { type Config, readConfig } from '#libs/config';
import type { Connector } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { configureHttp, createHttpAdapter } from '#libs/http';
import { Database } from '#libs/store';
import { FakeAts, fakeConnector } from '#libs/sync/testing';
import { LOGGER, type Logger, Metrics } from '#libs/telemetry';
import { ApiRootModule } from '../../apps/api/src/api-root.module.js';
import { DispatcherRootModule } from '../../apps/dispatcher/src/dispatcher-root.module.js';
import { createDatabaseUrl, dropDatabase } from '../support/database.js';
import { until } from '../support/until.js';

export interface SyncReply {
  id: string;
  mode: string;
  status: string;
  counts: Record<string, number>;
  resources: {
    resource: string;
    state: string;
    since: string | null;
    counts: Record<string, number>;
    error: string | null;
  }[];
  error: { code: string; detail: string } | null;
  consumedAt: string | null;
}

export interface SyncEvent {
  eventType: string;
  eventId: string;
  eventData: Record<string, Record<string, unknown>>;
  recordId: string | null;
  syncType: string;
  syncDataType: string;
  syncJobId: string;
  syncRunId: string;
}

export interface Call<T> {
  status: number;
  body: T;
}

/** A hub's api and as many dispatchers as a test starts, on one database, beside a fake ATS. */
export interface SyncDesk {
  ats: FakeAts;
  url: string;
  apiKey: string;
  accountId: string;
  database: Database;
  call<T = unknown>(method: string, path: string, body?: unknown, apiKey?: string): Promise<Call<T>>;
  startDispatcher(): Promise<NestFastifyApplication>;
  /** A connected integration; its first sync is asked for. */
  connect(): Promise<string>;
  /** Asks for a sync; its id. */
  sync(integrationId: string, body?: object): Promise<string>;
  run(integrationId: string, runId: string): Promise<SyncReply>;
  /** The runs of an integration, newest first. */
  runs(integrationId: string): Promise<SyncReply[]>;
  /** Waits until nothing is queued or running, and returns the newest run. */
  settled(integrationId: string): Promise<SyncReply>;
  /** The events an integration raised since the last time, in order. */
  newEvents(): Promise<SyncEvent[]>;
  /** As if the pauses and leases of all runs were over. */
  hurry(): Promise<void>;
  close(): Promise<void>;
}

export async function openSyncDesk(env: Record<string, string> = {}): Promise<SyncDesk> {
  const ats = new FakeAts();
  const connector = fakeConnector(await ats.start());
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
  const api = await appOf(ApiRootModule.forRoot(config), config, connector);
  await api.listen(0, '127.0.0.1');
  const url = (await api.getUrl()).replace('[::1]', '127.0.0.1');
  const { apiKey, accountId } = await api.get(AccountsService, { strict: false }).bootstrap(null);
  const database = api.get(Database);
  const dispatchers: NestFastifyApplication[] = [];
  let seenUntil = '';
  let customers = 0;
  const desk: SyncDesk = {
    ats,
    url,
    apiKey: apiKey!,
    accountId,
    database,
    call: (method, path, body, key = apiKey!) => call(url + path, method, { body, key }),
    startDispatcher: async () => {
      const dispatcher = await appOf(DispatcherRootModule.forRoot(config), config, connector);
      await dispatcher.init();
      dispatchers.push(dispatcher);
      return dispatcher;
    },
    connect: async () => {
      const wanted = { provider: 'fake-ats', originOrgId: `customer-${++customers}`, originOrgName: 'Globex' };
      const { id } = (await desk.call<{ id: string }>('POST', '/v1/integrations', wanted)).body;
      const reply = await desk.call('POST', `/v1/integrations/${id}/connect`, {
        method: 'key',
        credentials: { apiKey: 'secret' },
      });
      if (reply.status >= 300) throw new Error(JSON.stringify(reply));
      return id;
    },
    sync: async (id, body = {}) => {
      const reply = await desk.call<{ id: string }>('POST', `/v1/integrations/${id}/sync`, body);
      if (reply.status !== 202) throw new Error(JSON.stringify(reply));
      return reply.body.id;
    },
    run: async (id, runId) => (await desk.call<SyncReply>('GET', `/v1/integrations/${id}/syncs/${runId}`)).body,
    runs: async (id) => (await desk.call<{ data: SyncReply[] }>('GET', `/v1/integrations/${id}/syncs`)).body.data,
    settled: (id) =>
      until(
        async () => {
          const runs = await desk.runs(id);
          return runs.every(({ status }) => status !== 'QUEUED' && status !== 'RUNNING') ? runs[0] : null;
        },
        { what: 'the end of the syncs', withinMs: 20_000 },
      ),
    newEvents: async () => {
      const rows = await database.query<{ id: string; payload: Buffer }>(
        `SELECT id, payload FROM events WHERE account_id = $1 AND NOT internal AND id > $2 ORDER BY id`,
        [accountId, seenUntil],
      );
      seenUntil = rows.at(-1)?.id ?? seenUntil;
      return rows
        .map(({ payload }) => JSON.parse(payload.toString('utf8')) as SyncEvent)
        .filter(({ eventType }) => /^record|^sync|sync_failed$/.test(eventType));
    },
    hurry: async () => {
      await database.query(
        `UPDATE sync_runs SET due_at = now() - interval '1 second' WHERE status IN ('QUEUED', 'RUNNING')`,
      );
    },
    close: async () => {
      for (const dispatcher of dispatchers) await dispatcher.close();
      await api.close();
      await ats.stop();
      await dropDatabase(databaseUrl);
    },
  };
  return desk;
}

async function appOf(root: DynamicModule, config: Config, connector: Connector): Promise<NestFastifyApplication> {
  const testing = await Test.createTestingModule({ imports: [root] })
    .overrideProvider(ConnectorRegistry)
    .useValue(ConnectorRegistry.of(connector))
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createHttpAdapter(config), {
    bodyParser: false,
    logger: false,
  });
  await configureHttp(app.getHttpAdapter().getInstance(), app.get<Logger>(LOGGER), app.get(Metrics));
  return app;
}

async function call<T>(url: string, method: string, { body, key }: { body: unknown; key: string }): Promise<Call<T>> {
  const reply = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await reply.text();
  return { status: reply.status, body: (text === '' ? null : JSON.parse(text)) as T };
}
