import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Metrics, createLogger } from '#libs/telemetry';
import { until } from '../../../../test/support/until.js';
import type { Bell } from './bell.js';
import { Rings } from './rings.js';

/** What reached the queue, and when. */
interface Rung {
  endpointId: string;
  at: number;
}

function ringing() {
  const rung: Rung[] = [];
  const messages: string[][] = [];
  const state = { isAway: false };
  const bell: Pick<Bell, 'ring'> = {
    ring: async (endpointIds) => {
      if (state.isAway) throw new Error('away');
      messages.push([...endpointIds]);
      for (const endpointId of endpointIds) rung.push({ endpointId, at: performance.now() });
    },
  };
  const metrics = new Metrics();
  const rings = new Rings(bell as Bell, createLogger({ name: 'test', level: 'silent' }), metrics);
  return { rings, rung, messages, state, metrics };
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
    while (lastAt - startedAt < 100) {
      lastAt = performance.now();
      rings.ring(['whe_a']);
      await pause(1);
    }
    await until(() => (rung.at(-1)?.at ?? 0) >= lastAt, { what: 'the ring for what came last' });

    expect(rung.length).toBeGreaterThan(2);
    // The first and the last come on top.
    expect(rung.length).toBeLessThanOrEqual((rung.at(-1)!.at - startedAt) / 10 + 2);
  });

  it('of one endpoint do not hold up those of another', async () => {
    const { rings, rung } = ringing();

    rings.ring(['whe_a']);
    rings.ring(['whe_a', 'whe_b']);
    await until(() => rung.length === 3, { what: 'all rings' });

    expect(rung.map(({ endpointId }) => endpointId)).toEqual(['whe_a', 'whe_b', 'whe_a']);
  });

  it('of many endpoints share messages', async () => {
    const { rings, rung, messages } = ringing();
    const endpointIds = Array.from({ length: 100 }, (_, n) => `whe_${n}`);

    for (const endpointId of endpointIds) rings.ring([endpointId]);
    await until(() => rung.length === 100, { what: 'all rings' });

    expect(rung.map(({ endpointId }) => endpointId).toSorted()).toEqual(endpointIds.toSorted());
    expect(messages[0]).toEqual(['whe_0']);
    expect(messages.length).toBeLessThan(20);
  });

  it('that the queue does not take are counted, and the next ones go out', async () => {
    const { rings, rung, state, metrics } = ringing();
    state.isAway = true;
    rings.ring(['whe_first', 'whe_second']);
    await until(async () => /rings_lost_total 2\b/.test(await metrics.render()), { what: 'the lost rings' });

    state.isAway = false;
    rings.ring(['whe_third']);
    await until(() => rung.length === 1, { what: 'the next ring' });

    expect(rung[0]?.endpointId).toBe('whe_third');
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
