export { PlatformModule, type PlatformOptions } from './platform.module.js';
export { prepareDatabase } from './prepare-database.js';
export { requireServerConfig, type ServerConfig } from './server-config.js';
export { listenOn, runProcess, startFailure, stopOnSignal } from './process.js';
export { HealthModule } from './health.module.js';
export { createProcessApp } from './http-app.js';
