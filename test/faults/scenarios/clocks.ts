import { type Scenario, seconds } from '../scenario.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Wall clocks that jump, with timers that go on as they do. */
export const CLOCKS: readonly Scenario[] = [
  {
    name: 'clock-forward',
    title: 'the clock of all machines jumps two days ahead and stays there',
    movesClock: true,
    hurt: async (world, random) => {
      await seconds(random, 3, 6);
      await world.fault('two days ahead', () => shiftAll(world.clock, 2 * DAY));
      await seconds(random, 8, 12);
    },
  },
  {
    name: 'clock-back',
    title: 'the clock of all machines jumps one hour back and stays there',
    movesClock: true,
    hurt: async (world, random) => {
      await seconds(random, 3, 6);
      // Some wait for their second attempt at that moment: what is due a second later must not be due an hour later.
      await world.subscriber.behave({ kind: 'error', share: 0.1 });
      await seconds(random, 1, 2);
      await world.fault('one hour back', () => shiftAll(world.clock, -HOUR));
      await world.subscriber.behave();
      await seconds(random, 8, 12);
    },
  },
  {
    name: 'clock-apart',
    title: 'the clock of the hub’s processes jumps two days ahead, then one hour back, while PostgreSQL’s goes on',
    movesClock: true,
    hurt: async (world, random) => {
      await seconds(random, 3, 6);
      await world.fault('hub two days ahead', () => world.clock?.shift('hub', 2 * DAY));
      await seconds(random, 6, 8);
      await world.fault('hub one hour back', () => world.clock?.shift('hub', -HOUR));
      await seconds(random, 6, 8);
      world.clock?.shift('hub', 0);
      await seconds(random, 3, 4);
    },
  },
];

function shiftAll(clock: { shift(keeper: 'postgres' | 'hub', seconds: number): void } | null, by: number): void {
  clock?.shift('postgres', by);
  clock?.shift('hub', by);
}
