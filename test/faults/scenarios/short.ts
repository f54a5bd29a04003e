import type { Scenario } from '../scenario.ts';
import { seconds } from '../scenario.ts';

/** One run with a bit of everything, for every change. */
export const SHORT: Scenario = {
  name: 'short',
  title: 'dispatcher and api killed, PostgreSQL killed and Redis flushed, a subscriber that resets connections',
  accounts: 2,
  // Of few orders, those in flight when something is killed are a larger share.
  limits: { duplicates: 0.05 },
  hurt: async (world, random) => {
    await seconds(random, 1, 3);
    await world.fault('kill -9 of the dispatcher', () => world.dispatcher.kill9());
    await world.dispatcher.start();
    await world.fault('resets begin', () => world.subscriber.behave({ kind: 'reset', share: 0.2 }));
    await seconds(random, 1, 2);
    await world.subscriber.behave();
    if (world.redis) await world.fault('FLUSHALL', () => world.redis?.command('FLUSHALL'));
    await seconds(random, 1, 2);
    await world.fault('kill -9 of the api', () => world.api.kill9());
    await world.api.start();
    await seconds(random, 1, 2);
    await world.fault('kill -9 of PostgreSQL', () => world.postgres.kill9());
    await seconds(random, 1, 2);
    await world.postgres.start();
    await seconds(random, 1, 2);
  },
};
