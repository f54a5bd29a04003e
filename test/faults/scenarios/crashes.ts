import { type Scenario, seconds } from '../scenario.ts';

/** With two dispatchers the work of a dead one has to go on within this. */
const HAND_OVER_MS = 15_000;

/** `kill -9` of the hub's own processes. */
export const CRASHES: readonly Scenario[] = [
  {
    name: 'api-kill',
    title: 'api killed five times, started again at once',
    hurt: async (world, random) => {
      for (let round = 0; round < 5; round++) {
        await seconds(random, 1, 4);
        await world.fault('kill -9 of the api', () => world.api.kill9());
        await world.api.start();
      }
      await seconds(random, 1, 2);
    },
  },
  {
    name: 'dispatcher-kill',
    title: 'dispatcher killed three times, started again at once',
    hurt: async (world, random) => {
      for (let round = 0; round < 3; round++) {
        await seconds(random, 5, 10);
        await world.fault('kill -9 of the dispatcher', () => world.dispatcher.kill9());
        await world.dispatcher.start();
      }
      await seconds(random, 1, 2);
    },
  },
  {
    name: 'both-kill',
    title: 'api and dispatcher killed together three times, started again at once',
    hurt: async (world, random) => {
      for (let round = 0; round < 3; round++) {
        await seconds(random, 5, 10);
        await world.fault('kill -9 of both', () => Promise.all(world.processes.map((hub) => hub.kill9())));
        await Promise.all(world.processes.map((hub) => hub.start()));
      }
      await seconds(random, 1, 2);
    },
  },
  {
    name: 'two-dispatchers',
    title: 'one of two dispatchers killed, then the other; the rest hands over within 15 s',
    accounts: 8,
    dispatchers: 2,
    limits: { recoveryMs: HAND_OVER_MS },
    hurt: async (world, random) => {
      for (const dispatcher of world.dispatchers) {
        await seconds(random, 2, 5);
        await world.fault(`kill -9 of ${dispatcher.name}`, () => dispatcher.kill9());
        // Long enough that whatever waited for the dead one shows.
        await seconds(random, 8, 10);
        await dispatcher.start();
        world.say(`${dispatcher.name} is back`);
      }
      await seconds(random, 1, 2);
    },
  },
];
