import { describe, expect, it } from '@jest/globals';
import { Metrics, createLogger } from '#libs/telemetry';
import { until } from '../../../../test/support/until.js';
import type { TokenQueue } from './backend.js';
import { Rings } from './rings.js';
import { Shards } from './shards.js';

/** What reached the queue, and when. */
interface Rung {
  endpointId: string;
  at: number;
}

interface Added {
  data: { e: string };
}

function ringing() {
  const rung: Rung[] = [];
  const note = (endpointId: string) => void rung.push({ endpointId, at: performance.now() });
  const queue = {
    on: () => {},
    add: async (_name: string, { e }: Added['data']) => note(e),
    addBulk: async (jobs: Added[]) => jobs.forEach(({ data }) => note(data.e)),
  };
  const log = createLogger({ name: 'test', level: 'silent' });
  const rings = new Rings([queue as unknown as TokenQueue], new Shards(['one']), log, new Metrics());
  return { rings, rung };
}

describe('rings', () => {
  it('of a quiet endpoint go out before anything else happens', () => {
    const { rings, rung } = ringing();

    rings.ring(['whe_a', 'whe_b']);

    expect(rung.map(({ endpointId }) => endpointId)).toEqual(['whe_a', 'whe_b']);
  });

  it('of a busy one become one each ten milliseconds, and the last is never lost', async () => {
    const { rings, rung } = ringing();
    const startedAt = performance.now();
    let lastAt = startedAt;

    await until(
      () => {
        for (let n = 0; n < 20; n++) rings.ring(['whe_a']);
        lastAt = performance.now();
        return lastAt - startedAt > 60;
      },
      { what: 'the end of the rush' },
    );
    await until(() => (rung.at(-1)?.at ?? 0) >= lastAt, { what: 'the ring for what came last' });

    const gaps = rung.slice(1).map(({ at }, n) => at - (rung[n]?.at ?? 0));
    expect(gaps.length).toBeGreaterThan(1);
    expect(Math.min(...gaps)).toBeGreaterThan(9);
  });

  it('of one endpoint do not hold up those of another', async () => {
    const { rings, rung } = ringing();

    rings.ring(['whe_a']);
    rings.ring(['whe_a', 'whe_b']);
    await until(() => rung.length === 3, { what: 'all rings' });

    expect(rung.map(({ endpointId }) => endpointId)).toEqual(['whe_a', 'whe_b', 'whe_a']);
  });
});
