import { randomBytes } from 'node:crypto';
import { Global, Module, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AccountsModule, AccountsService } from '#libs/accounts';
import { ConfigModule, readConfig } from '#libs/config';
import type { Connector } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { Rings } from '#libs/delivery';
import { HttpModule, configureHttp, createHttpAdapter } from '#libs/http';
import { type Database, StoreModule } from '#libs/store';
import { Metrics, TelemetryModule, createLogger } from '#libs/telemetry';
import { createTestDatabase } from './database.js';

export interface Reply<T> {
  status: number;
  body: T;
  headers: Headers;
}

export interface CallOptions {
  /** `null` for none; the first account's unless told. */
  apiKey?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Some features behind real HTTP on a database of their own, with the endpoints that were rung noted down. */
export interface FeatureApp {
  url: string;
  database: Database;
  /** The first account's key, with every scope. */
  apiKey: string;
  accountId: string;
  rung: string[];
  get<T>(type: Type<T>): T;
  call<T = unknown>(method: string, path: string, options?: CallOptions): Promise<Reply<T>>;
  /** Another account; its key. */
  anotherAccount(name?: string): Promise<{ id: string; apiKey: string }>;
  close(): Promise<void>;
}

export async function startFeatures(
  modules: Type[],
  connectors: Connector[] = [],
  env: Record<string, string> = {},
  { standalone = false } = {},
): Promise<FeatureApp> {
  const test = await createTestDatabase();
  const rung: string[] = [];
  const log = createLogger({ name: 'test', level: 'silent' });
  const config = readConfig(env, standalone);
  const storeOptions = { url: test.url, poolSize: 10, applicationName: 'test', onError: () => {} };
  const keys = [{ id: 'k1', key: randomBytes(32) }];
  const testing = await Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(config),
      StoreModule.forRoot(storeOptions, keys),
      TelemetryModule.forLogger(log),
      HttpModule,
      ringsInto(rung),
      AccountsModule,
      ...modules,
    ],
  })
    .overrideProvider(ConnectorRegistry)
    .useValue(ConnectorRegistry.of(...connectors))
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(createHttpAdapter({ trustProxy: false }), {
    bodyParser: false,
    logger: false,
  });
  await configureHttp(app.getHttpAdapter().getInstance(), log, app.get(Metrics));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const { accountId, apiKey } = await app.get(AccountsService).bootstrap(null);
  return {
    url,
    database: test.database,
    apiKey: apiKey!,
    accountId,
    rung,
    get: (type) => app.get(type, { strict: false }),
    call: (method, path, options) => call(url + path, method, { apiKey, ...options }),
    anotherAccount: (name = 'Another') => app.get(AccountsService).create(name),
    close: async () => {
      await app.close();
      await test.drop();
    },
  };
}

function ringsInto(rung: string[]): Type {
  @Global()
  @Module({
    providers: [{ provide: Rings, useValue: { ring: (ids: readonly string[]) => rung.push(...ids) } }],
    exports: [Rings],
  })
  class NotedRings {}
  return NotedRings;
}

async function call<T>(url: string, method: string, { apiKey, body, headers }: CallOptions): Promise<Reply<T>> {
  const reply = await fetch(url, {
    method,
    headers: {
      ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await reply.text();
  return { status: reply.status, body: (text === '' ? null : JSON.parse(text)) as T, headers: reply.headers };
}
