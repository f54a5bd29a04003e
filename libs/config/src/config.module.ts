import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from './config.js';

/** Inject with `@Inject(CONFIG) config: Config`. */
export const CONFIG = Symbol('CONFIG');

/** Hands the one typed object to every module of the process. */
@Module({})
export class ConfigModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
