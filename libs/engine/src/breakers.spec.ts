import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Metrics } from '#libs/telemetry';
import { anAccess } from '../testing/index.js';
import { Breakers } from './breakers.js';
import { below } from './http/target.js';

const access = anAccess('https://api.acme-ats.example');
const rooms = below(access, 'rooms/7');
const REFUSED = expect.objectContaining({ code: 'provider_unavailable' }) as unknown as Error;

describe('a breaker', () => {
  let breakers: Breakers;
  let metrics: Metrics;
  const fail = (times: number) => {
    for (let n = 0; n < times; n++) breakers.note(access, rooms, false);
  };
  const admit = (one = access, url = rooms) => breakers.admit(one, url, 'background');

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    metrics = new Metrics();
    breakers = new Breakers(metrics);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('opens after five failures in a row, and any answer begins the count anew', () => {
    fail(4);
    breakers.note(access, rooms, true);
    fail(4);
    expect(() => admit()).not.toThrow();

    fail(1);

    expect(() => admit()).toThrow(REFUSED);
  });

  it('keeps only its own family, integration and host', async () => {
    fail(5);

    expect(() => admit(access, below(access, 'rooms?page=9'))).toThrow(REFUSED);
    expect(() => admit(access, below(access, 'rooms-of-others/7'))).not.toThrow();
    expect(() => admit({ ...access, integrationId: 'int_two' })).not.toThrow();
    expect(() => admit(access, new URL('https://auth.acme-ats.example/v3/rooms/7'))).not.toThrow();
    expect(await metrics.render()).toContain('atsume_upstream_breakers_open{provider="acme-ats"} 1');
  });

  it('never stands in the way of a caller who waits', () => {
    fail(5);

    expect(() => breakers.admit(access, rooms, 'interactive')).not.toThrow();
  });

  it('lets one probe through after its rest, and closes when that is answered', async () => {
    fail(5);
    jest.advanceTimersByTime(10_001);

    expect(() => admit()).not.toThrow();
    expect(() => admit()).toThrow(REFUSED);
    breakers.note(access, rooms, true);

    expect(() => admit()).not.toThrow();
    expect(await metrics.render()).toContain('atsume_upstream_breakers_open{provider="acme-ats"} 0');
  });

  it('rests twice as long when the probe fails, too, and never longer than five minutes', () => {
    fail(5);
    const rests = Array.from({ length: 8 }, () => {
      let seconds = 0;
      for (; ; seconds++) {
        try {
          admit();
          break;
        } catch {
          jest.advanceTimersByTime(1_000);
        }
      }
      fail(1);
      return seconds;
    });

    expect(rests).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('lets the next one probe when a probe never came back', () => {
    fail(5);
    jest.advanceTimersByTime(10_001);
    admit();
    jest.advanceTimersByTime(60_001);

    expect(() => admit()).not.toThrow();
  });
});
