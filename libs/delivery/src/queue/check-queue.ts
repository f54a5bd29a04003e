import { ConfigError, type Config } from '#libs/config';
import { Redis } from 'ioredis';

/**
 * Tries the queue's server once, before anything is built on it.
 * @throws ConfigError naming REDIS_URL when Redis does not answer within five seconds.
 */
export async function checkQueue({ redisUrl }: Pick<Config, 'redisUrl'>): Promise<void> {
  if (redisUrl === null) return;
  const redis = new Redis(redisUrl, {
    lazyConnect: true,
    connectTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let lastError: Error | undefined;
  redis.on('error', (error: Error) => (lastError = error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    const { message } = lastError ?? (error as Error);
    throw new ConfigError('REDIS_URL', `cannot be reached (${message || 'no answer'})`);
  } finally {
    redis.disconnect();
  }
}
