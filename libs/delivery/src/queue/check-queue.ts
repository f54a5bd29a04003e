import { ConfigError, type Config } from '#libs/config';
import { Redis } from 'ioredis';

const OLD = 'must be of Redis 7 or later (this one has no ZMPOP)';

/**
 * Tries the queue's server once, before anything is built on it.
 * @throws ConfigError naming REDIS_URL when Redis does not answer within five seconds, or is older than 7.
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
    await redis.zmpop(1, 'atsume:none', 'MIN');
  } catch (error) {
    const { message } = lastError ?? (error as Error);
    const isOld = message.startsWith('ERR unknown command');
    throw new ConfigError('REDIS_URL', isOld ? OLD : `cannot be reached (${message || 'no answer'})`);
  } finally {
    // Of a closed socket the client would wait for the end for two seconds.
    if (redis.status !== 'end') redis.disconnect();
  }
}
