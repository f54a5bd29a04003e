import { describe, expect, it } from '@jest/globals';
import { freePort } from '../../../../test/support/ports.js';
import { startRedis } from '../../../../test/support/redis.js';
import { describeWithRedis } from '../../../../test/support/requirements.js';
import { checkQueue } from './check-queue.js';

describe('looking for the queue at the start', () => {
  it('has nothing to look for without Redis', async () => {
    await expect(checkQueue({ redisUrl: null })).resolves.toBeUndefined();
  });

  it('names the setting when nobody answers', async () => {
    const redisUrl = `redis://127.0.0.1:${await freePort()}`;

    await expect(checkQueue({ redisUrl })).rejects.toThrow(/^REDIS_URL: cannot be reached \(.*ECONNREFUSED/);
  });
});

describeWithRedis('looking for Redis at the start', () => {
  it('finds it', async () => {
    const redis = await startRedis();

    await expect(checkQueue({ redisUrl: redis.url })).resolves.toBeUndefined();
    await redis.kill();
  });

  it('says which version it has to be when it lacks what the queue needs', async () => {
    const old = await startRedis(undefined, ['--rename-command', 'ZMPOP', '']);

    await expect(checkQueue({ redisUrl: old.url })).rejects.toThrow('REDIS_URL: must be of Redis 7 or later');
    await old.kill();
  });
});
