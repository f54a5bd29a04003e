import type { HubProcess } from '../hub-process.ts';
import { type Scenario, seconds } from '../scenario.ts';
import type { World } from '../world.ts';

/** What the hub promises, and a little for a busy machine. */
const STOPS_WITHIN_MS = 22_000;

/** SIGTERM, as at every deployment: nothing may be lost, and of deliveries nothing may come twice. */
export const STOPS: readonly Scenario[] = [
  {
    name: 'dispatcher-stop',
    title: 'SIGTERM of the dispatcher five times, with replies that take up to 4 s',
    limits: { duplicates: 0 },
    hurt: async (world, random) => {
      await world.subscriber.behave({ kind: 'slow', share: 0.01, ms: 4_000 });
      for (let round = 0; round < 5; round++) {
        await seconds(random, 2, 5);
        await stop(world, world.dispatcher);
      }
      await world.subscriber.behave();
    },
  },
  {
    name: 'two-dispatchers-stop',
    title: 'SIGTERM of one of two dispatchers in turn, six times',
    accounts: 8,
    dispatchers: 2,
    limits: { duplicates: 0 },
    hurt: async (world, random) => {
      for (let round = 0; round < 3; round++) {
        for (const dispatcher of world.dispatchers) {
          await seconds(random, 1, 3);
          await stop(world, dispatcher);
        }
      }
    },
  },
  {
    name: 'api-stop',
    title: 'SIGTERM of the api five times',
    limits: { duplicates: 0 },
    hurt: async (world, random) => {
      for (let round = 0; round < 5; round++) {
        await seconds(random, 1, 4);
        await stop(world, world.api);
      }
    },
  },
];

async function stop(world: World, hub: HubProcess): Promise<void> {
  await world.fault(`SIGTERM of ${hub.name}`, async () => {
    const { code, ms } = await hub.stop();
    world.say(`${hub.name} ended with ${code} after ${Math.round(ms)} ms`);
    if (code !== 0) world.problems.push(`${hub.name} ended with ${code} after SIGTERM`);
    if (ms > STOPS_WITHIN_MS) world.problems.push(`${hub.name} took ${Math.round(ms)} ms to stop`);
  });
  await hub.start();
}
