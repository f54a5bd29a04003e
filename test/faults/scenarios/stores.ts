import { setTimeout as pause } from 'node:timers/promises';
import { type Scenario, seconds } from '../scenario.ts';
import type { Redis } from '../redis.ts';
import type { World } from '../world.ts';

const OUTAGE_MS = 10_000;

/** PostgreSQL, which holds the truth, and Redis, which holds nothing worth keeping. */
export const STORES: readonly Scenario[] = [
  {
    name: 'postgres-kill',
    title: 'PostgreSQL killed three times, back after 10 s',
    hurt: async (world, random) => {
      for (let round = 0; round < 3; round++) {
        await seconds(random, 4, 10);
        await world.fault('kill -9 of PostgreSQL', () => world.postgres.kill9());
        await pause(OUTAGE_MS);
        await world.postgres.start();
        world.say('PostgreSQL is back');
      }
      await seconds(random, 3, 5);
    },
  },
  {
    name: 'postgres-stop',
    title: 'PostgreSQL stopped immediately three times, back after 1–4 s',
    hurt: async (world, random) => {
      for (let round = 0; round < 3; round++) {
        await seconds(random, 2, 6);
        await world.fault('immediate stop of PostgreSQL', () => world.postgres.stopImmediately());
        await seconds(random, 1, 4);
        await world.postgres.start();
        world.say('PostgreSQL is back');
      }
      await seconds(random, 2, 4);
    },
  },
  {
    name: 'redis-kill',
    title: 'Redis killed twice, back empty after 2–6 s',
    backends: ['redis'],
    hurt: async (world, random) => {
      for (let round = 0; round < 2; round++) {
        await seconds(random, 2, 5);
        await world.fault('kill -9 of Redis', () => redisOf(world).kill9());
        await seconds(random, 2, 6);
        await redisOf(world).start();
        world.say('Redis is back, and empty');
      }
      await seconds(random, 2, 4);
    },
  },
  {
    name: 'redis-flush',
    title: 'FLUSHALL on Redis six times',
    backends: ['redis'],
    hurt: async (world, random) => {
      for (let round = 0; round < 6; round++) {
        await seconds(random, 0.5, 3);
        await world.fault('FLUSHALL', () => redisOf(world).command('FLUSHALL'));
      }
      await seconds(random, 1, 2);
    },
  },
  {
    name: 'redis-full',
    title: 'Redis refuses writes for 10 s (maxmemory)',
    backends: ['redis'],
    hurt: async (world, random) => {
      await seconds(random, 2, 5);
      await world.fault('maxmemory 1', () => redisOf(world).command('CONFIG', 'SET', 'maxmemory', '1'));
      await pause(OUTAGE_MS);
      await redisOf(world).command('CONFIG', 'SET', 'maxmemory', '0');
      world.say('Redis takes writes again');
      await seconds(random, 2, 4);
    },
  },
  {
    name: 'redis-freeze',
    title: 'Redis frozen for 10 s (SIGSTOP), then paused for 5 s (CLIENT PAUSE)',
    backends: ['redis'],
    hurt: async (world, random) => {
      await seconds(random, 2, 5);
      await world.fault('SIGSTOP of Redis', () => redisOf(world).freeze());
      await pause(OUTAGE_MS);
      redisOf(world).thaw();
      world.say('Redis goes on');
      await seconds(random, 2, 5);
      await world.fault('CLIENT PAUSE', () => redisOf(world).command('CLIENT', 'PAUSE', '5000', 'ALL'));
      await pause(5_000);
      await seconds(random, 2, 4);
    },
  },
];

function redisOf({ redis }: World): Redis {
  if (!redis) throw new Error('this world has no Redis');
  return redis;
}
