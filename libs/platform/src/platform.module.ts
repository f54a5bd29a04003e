import { type DynamicModule, Module } from '@nestjs/common';
import { type Config, ConfigModule } from '#libs/config';
import { StoreModule } from '#libs/store';
import { type Logger, type LoggerOptions, TelemetryModule, createLogger } from '#libs/telemetry';
import { type ServerConfig, requireServerConfig } from './server-config.js';

export interface PlatformOptions {
  /** The process, as logs and `pg_stat_activity` name it. */
  name: string;
  /** Connections to PostgreSQL this process may hold. */
  poolSize?: number;
  /** Where log lines go; standard output by default. */
  logStream?: LoggerOptions['stream'];
}

const POOL_SIZE = 20;

/**
 * What every process stands on: config, store and telemetry, each global. Imported once, by the root module of a process;
 * the database must be migrated already (see `prepareDatabase`).
 */
@Module({})
export class PlatformModule {
  static forRoot(config: Config, options: PlatformOptions): DynamicModule {
    const server = requireServerConfig(config);
    const logger = createLogger({ name: options.name, level: config.logLevel, stream: options.logStream });
    return {
      module: PlatformModule,
      imports: [
        ConfigModule.forRoot(server),
        TelemetryModule.forLogger(logger, tracingOptions(server, options)),
        StoreModule.forRoot(databaseOptions(server, options, logger), server.encryptionKeys),
      ],
    };
  }
}

function tracingOptions({ tracing }: ServerConfig, { name }: PlatformOptions) {
  return tracing && { ...tracing, serviceName: tracing.serviceName ?? `atsume-${name}` };
}

function databaseOptions(config: ServerConfig, options: PlatformOptions, logger: Logger) {
  return {
    url: config.databaseUrl,
    poolSize: options.poolSize ?? POOL_SIZE,
    applicationName: `atsume-${options.name}`,
    onError: (err: Error) => logger.warn({ err }, 'an idle database connection broke'),
  };
}
