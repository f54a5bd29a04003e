import { describe, expect, it } from '@jest/globals';
import type { Reply } from '../kind.js';
import { Breaker } from '../pace/breaker.js';
import { Pacing } from './pacing.js';
import type { Held } from './turn-store.js';

const HELD: Held = {
  endpoint: {
    id: 'whf_a',
    accountId: 'acc_a',
    kind: 'FILE_FETCH',
    integrationId: null,
    url: null,
    signature: 'standard',
    headersEnc: null,
    headersKeyId: null,
    timeoutMs: 15_000,
    updatedAt: new Date(0),
  },
  epoch: '1',
  unfinishedEpochs: 1,
  isEnabled: true,
  maxInflight: 8,
  maxPerSecond: null,
  policy: { delaysSeconds: [5], maxAgeSeconds: 86_400 },
  breaker: 'CLOSED',
  breakerOpens: 0,
  fails: 0,
  window: 2,
  rateUsedUntil: null,
  nowMs: 0,
};

const busyFor = (retryAfterMs: number): Reply => ({ status: 503, body: '', retryAfterMs, error: null });

describe('pacing', () => {
  it('leaves an endpoint alone for as long as it asks', () => {
    const pacing = new Pacing(HELD, new Breaker());

    pacing.failed(busyFor(60_000), true);

    expect(pacing.end().pauseMs).toBe(60_000);
  });

  it('goes on when it was one address of many that asks', () => {
    const pacing = new Pacing(HELD, new Breaker());

    pacing.failed(busyFor(60_000), false);

    expect(pacing.isPaused).toBe(false);
  });
});
