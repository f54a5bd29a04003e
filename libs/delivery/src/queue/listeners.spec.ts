import { describe, expect, it } from '@jest/globals';
import { newId } from '#libs/model';
import { Listeners } from './listeners.js';

const ENDPOINTS = Array.from({ length: 500 }, () => newId('endpoint'));

describe('listeners', () => {
  it('one alone minds every endpoint', () => {
    const listeners = new Listeners('a');
    listeners.here('a', 0);

    expect(ENDPOINTS.every((endpointId) => listeners.isMine(endpointId, 60_000))).toBe(true);
  });

  it.each([2, 3, 5])('%i that know each other mind each endpoint once, and about as many each', (count) => {
    const names = Array.from({ length: count }, (_, n) => `listener-${n}`);
    const all = names.map((name) => new Listeners(name));
    for (const one of all) for (const name of names.toReversed()) one.here(name, 0);

    const minds = ENDPOINTS.map((endpointId) => all.map((one) => one.isMine(endpointId, 1_000)));

    expect(minds.every((one) => one.filter(Boolean).length === 1)).toBe(true);
    const shares = all.map((_, at) => minds.filter((one) => one[at]).length);
    expect(Math.min(...shares)).toBeGreaterThan(ENDPOINTS.length / count / 3);
  });

  it('mind the share of one that said it goes', () => {
    const listeners = new Listeners('a');
    listeners.here('b', 0);
    expect(ENDPOINTS.every((endpointId) => listeners.isMine(endpointId, 1_000))).toBe(false);

    listeners.gone('b');

    expect(ENDPOINTS.every((endpointId) => listeners.isMine(endpointId, 1_000))).toBe(true);
  });

  it('mind the share of one that has been silent for four seconds, until it is back', () => {
    const listeners = new Listeners('a');
    listeners.here('b', 0);
    expect(ENDPOINTS.every((endpointId) => listeners.isMine(endpointId, 3_000))).toBe(false);
    expect(ENDPOINTS.every((endpointId) => listeners.isMine(endpointId, 4_000))).toBe(true);

    listeners.here('b', 5_000);

    expect(ENDPOINTS.every((endpointId) => listeners.isMine(endpointId, 5_000))).toBe(false);
  });

  it('a listener never takes itself for gone', () => {
    const listeners = new Listeners('a');
    listeners.here('a', 0);
    listeners.gone('a');

    expect(listeners.isMine('whe_1', 60_000)).toBe(true);
  });
});
