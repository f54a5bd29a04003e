export { Connections, type ConnectedBefore } from './connections.js';
export { ConnectionHooks, type ConnectedIntegration, type ConnectionListener } from './connection-hooks.js';
export { ForIntegration, IntegrationId, ResolveIntegration } from './integration-id.js';
export { CONNECTION_STATES, PERMISSION_STATES, type ConnectionState, type PermissionState } from './connection.js';
export { ConnectionStoreModule } from './connection-store.module.js';
export { ConnectionsModule, ConnectionWorkerModule } from './connections.module.js';
