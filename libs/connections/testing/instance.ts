import { Global, Module, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { ConfigModule, readConfig } from '#libs/config';
import type { Connector } from '#libs/connector-kit';
import { ConnectorRegistry } from '#libs/connectors';
import { Rings } from '#libs/delivery';
import { StoreModule } from '#libs/store';
import { TelemetryModule, createLogger } from '#libs/telemetry';
import { ConnectionStoreModule } from '../src/connection-store.module.js';

export interface InstanceOptions {
  databaseUrl: string;
  keys: { id: string; key: Buffer }[];
  connector: Connector;
  /** What is to be another than in real life. */
  overrides?: [Type, unknown][];
}

/** One process's worth of connections, without HTTP; several on one database are as several processes. */
export async function openInstance({
  databaseUrl,
  keys,
  connector,
  overrides = [],
}: InstanceOptions): Promise<TestingModule> {
  const storeOptions = { url: databaseUrl, poolSize: 10, applicationName: 'test', onError: () => {} };
  const builder = Test.createTestingModule({
    imports: [
      ConfigModule.forRoot(readConfig({ ATSUME_ALLOW_PRIVATE_TARGETS: 'true' }, false)),
      StoreModule.forRoot(storeOptions, keys),
      TelemetryModule.forLogger(createLogger({ name: 'test', level: 'silent' })),
      NoRings,
      ConnectionStoreModule,
    ],
  })
    .overrideProvider(ConnectorRegistry)
    .useValue(ConnectorRegistry.of(connector));
  for (const [type, value] of overrides) builder.overrideProvider(type).useValue(value);
  const module = await builder.compile();
  return module.init();
}

@Global()
@Module({ providers: [{ provide: Rings, useValue: { ring: () => {} } }], exports: [Rings] })
class NoRings {}
