export { ConnectorRegistry } from './connector-registry.js';
export { ConnectorsModule } from './connectors.module.js';
