import { Module } from '@nestjs/common';
import { ConnectorRegistry } from './connector-registry.js';

/** Provides the {@link ConnectorRegistry}. */
@Module({
  providers: [{ provide: ConnectorRegistry, useFactory: () => ConnectorRegistry.load() }],
  exports: [ConnectorRegistry],
})
export class ConnectorsModule {}
