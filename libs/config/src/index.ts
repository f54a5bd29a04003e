export { readConfig, readKeyRing, ConfigError, type Config, type KeyRing, type TracingConfig } from './config.js';
export { CONFIG, ConfigModule } from './config.module.js';
export { isSandboxUrl, ownOrigin } from './own-address.js';
