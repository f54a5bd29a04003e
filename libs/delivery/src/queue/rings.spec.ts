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
  data: { e: string[] };
}

function ringing() {
  const rung: Rung[] = [];
  const tokens: string[][] = [];
  const waiting = { count: 0 };
  const queue = {
    on: () => {},
    getWaitingCount: async () => waiting.count,
    add: async (_name: string, { e }: Added['data']) => {
      tokens.push(e);
      for (const endpointId of e) rung.push({ endpointId, at: performance.now() });
    },
  };
  const log = createLogger({ name: 'test', level: 'silent' });
  const rings = new Rings([queue as unknown as TokenQueue], new Shards(['one'], 4, 16), log, new Metrics());
  return { rings, rung, tokens, waiting };
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

  it('of many endpoints share tokens', async () => {
    const { rings, rung, tokens } = ringing();
    const endpointIds = Array.from({ length: 100 }, (_, n) => `whe_${n}`);

    for (const endpointId of endpointIds) rings.ring([endpointId]);
    await until(() => rung.length === 100, { what: 'all rings' });

    expect(rung.map(({ endpointId }) => endpointId).toSorted()).toEqual(endpointIds.toSorted());
    expect(tokens[0]).toEqual(['whe_0']);
    expect(tokens.length).toBeLessThan(20);
  });

  it('are kept from a queue that nobody empties, and are back when somebody does', async () => {
    const { rings, rung, waiting } = ringing();
    waiting.count = 1_000_000;
    rings.ring(['whe_first']);
    await until(() => rung.length === 1, { what: 'the ring before anybody looked' });
    rings.ring(['whe_second']);

    waiting.count = 0;
    await until(() => {
      rings.ring(['whe_third']);
      return rung.some(({ endpointId }) => endpointId === 'whe_third');
    });

    expect(rung.map(({ endpointId }) => endpointId)).not.toContain('whe_second');
  });

  it('that this process sees to itself never reach the queue', async () => {
    const { rings, rung } = ringing();
    const heard: string[] = [];
    rings.hearHere((endpointId) => endpointId === 'whe_here' && heard.push(endpointId) > 0);

    rings.ring(['whe_here', 'whe_there']);
    await until(() => rung.length === 1, { what: 'the other ring' });

    expect([heard, rung.map(({ endpointId }) => endpointId)]).toEqual([['whe_here'], ['whe_there']]);
  });
});
