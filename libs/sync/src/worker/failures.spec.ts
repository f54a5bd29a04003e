import { describe, expect, it } from '@jest/globals';
import { HubError } from '#libs/errors';
import { describeFailure, kindOf, pauseAfter } from './failures.js';
import { EndlessListError } from './pages.js';

describe('what fails in a sync', () => {
  it.each([
    ['provider_forbidden', 'forbidden'],
    ['provider_rejected', 'resource'],
    ['provider_cursor_expired', 'restart'],
    ['needs_relink', 'run'],
    ['integration_not_connected', 'run'],
    ['provider_rate_limited', 'later'],
    ['provider_unavailable', 'later'],
  ] as const)('%s concerns: %s', (code, kind) => {
    expect(kindOf(new HubError(code), 0)).toBe(kind);
  });

  it('holds up the other lists only for some tries', () => {
    expect(kindOf(new HubError('provider_unavailable'), 3)).toBe('resource');
    expect(kindOf(new Error('the database is away'), 3)).toBe('later');
    expect(kindOf(new EndlessListError('round and round'), 0)).toBe('resource');
  });

  it('is told without what an unexpected error says, which may quote a person', () => {
    expect(describeFailure(new Error('duplicate key (email)=(jane@example.com)')).detail).not.toContain('jane');
    expect(
      describeFailure(new HubError('provider_rejected', { errors: [{ path: '', message: 'no such filter' }] })),
    ).toEqual({
      code: 'provider_rejected',
      detail: expect.stringContaining('no such filter'),
    });
  });

  it('waits longer each time, as long as the ATS wants, and not for ever', () => {
    const error = new HubError('provider_rate_limited', { retryAfterSeconds: 90 });

    expect([0, 1, 2].map((tries) => pauseAfter(tries, new Error('x')))).toEqual([10_000, 30_000, 60_000]);
    expect(pauseAfter(0, error)).toBe(90_000);
    expect(pauseAfter(6, error)).toBeNull();
  });
});
