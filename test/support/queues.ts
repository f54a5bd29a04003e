import { afterAll, beforeAll, describe } from '@jest/globals';
import { startRedis, type TestRedis } from './redis.js';
import { describeWithRedis } from './requirements.js';

export interface QueueUnderTest {
  /** For `startHub`; undefined is the queue inside PostgreSQL. */
  redisUrl(): string | undefined;
}

/** Runs the same tests on both queues. */
export function eachQueue(name: string, tests: (queue: QueueUnderTest) => void): void {
  describe(`${name}, with the queue in PostgreSQL`, () => tests({ redisUrl: () => undefined }));
  describeWithRedis(`${name}, with the queue in Redis`, () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.kill());
    tests({ redisUrl: () => redis.url });
  });
}
