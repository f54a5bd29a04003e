import { type Config, ConfigError, type KeyRing } from '#libs/config';

/** A config that can serve: it knows its database and its keys. */
export type ServerConfig = Config & { databaseUrl: string; encryptionKeys: KeyRing };

/**
 * Checks what only the one-process start may leave out, because it makes them itself.
 * @throws ConfigError naming the missing variable.
 */
export function requireServerConfig(config: Config): ServerConfig {
  const { databaseUrl, encryptionKeys } = config;
  if (databaseUrl === null) {
    throw new ConfigError(
      'DATABASE_URL',
      'is required (npm start brings a PostgreSQL of its own, this process does not)',
    );
  }
  if (encryptionKeys === null) {
    throw new ConfigError('ATSUME_ENCRYPTION_KEY', 'is required with DATABASE_URL: id:base64 with 32 random bytes');
  }
  return { ...config, databaseUrl, encryptionKeys };
}
