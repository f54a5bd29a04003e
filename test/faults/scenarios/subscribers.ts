import { setTimeout as pause } from 'node:timers/promises';
import { type Scenario, seconds } from '../scenario.ts';
import type { Behaviour } from '../subscriber.ts';

const SPAN_MS = 6_000;

const KINDS: readonly { kind: Behaviour['kind']; share: number; title: string }[] = [
  { kind: 'hang', share: 0.02, title: 'takes requests and never replies' },
  { kind: 'reset', share: 0.3, title: 'resets the connection' },
  { kind: 'half', share: 0.3, title: 'sends half a reply and closes, or nothing more' },
  { kind: 'endless', share: 0.3, title: 'sends a reply without end, fast or drop by drop' },
  { kind: 'garbage', share: 0.3, title: 'answers with what is not HTTP' },
  { kind: 'error', share: 0.3, title: 'answers 500' },
];

/** A subscriber that misbehaves for a share of the requests during three spans of time, the last time for all of them. */
export const SUBSCRIBERS: readonly Scenario[] = KINDS.map(({ kind, share, title }) => ({
  name: `subscriber-${kind}`,
  title: `subscriber ${title}: ${share * 100} % of the requests for 6 s, twice, then all for 3 s`,
  hurt: async (world, random) => {
    for (let round = 0; round < 2; round++) {
      await seconds(random, 1, 3);
      await world.fault(`${kind} begins`, () => world.subscriber.behave({ kind, share }));
      await pause(SPAN_MS);
      await world.subscriber.behave();
    }
    await seconds(random, 1, 3);
    // The breakers open; what waits is tried again by itself half a minute later.
    await world.fault(`${kind} of everything`, () => world.subscriber.behave({ kind, share: 1 }));
    await pause(SPAN_MS / 2);
    await world.subscriber.behave();
  },
}));
