import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Cipher } from './cipher.js';
import { type Connected, connectDatabase, type DatabaseOptions } from './connect.js';
import { Database } from './database.js';

const CONNECTED = Symbol('CONNECTED');

/** Provides {@link Database} and {@link Cipher} to every module of the process. The schema must be there already. */
@Module({})
export class StoreModule implements OnApplicationShutdown {
  constructor(@Inject(CONNECTED) private readonly connected: Connected) {}

  static forRoot(options: DatabaseOptions, keys: readonly { id: string; key: Buffer }[]): DynamicModule {
    return {
      module: StoreModule,
      global: true,
      providers: [
        { provide: CONNECTED, useFactory: () => connectDatabase(options) },
        { provide: Database, useFactory: ({ database }: Connected) => database, inject: [CONNECTED] },
        { provide: Cipher, useFactory: () => new Cipher(keys) },
      ],
      exports: [Database, Cipher],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connected.close();
  }
}
