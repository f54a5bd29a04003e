import type { FakeAts } from './index.js';
import { sendJson } from './index.js';

/** What an ATS's limiter saw, by window. */
export interface Window {
  taken: number;
  refused: number;
}

/** A limit as ATSs keep it: fixed windows, told of in headers, 429 with Retry-After beyond it. */
export interface Limiter {
  windows: Window[];
  answer: FakeAts['answer'];
}

export interface LimiterOptions {
  limit: number;
  windowMs: number;
  /** How exactly it tells the time; most ATSs tell seconds. */
  grainMs: number;
  /** Windows begin with the first request after the last one, rather than by the clock. */
  isLazy?: boolean;
}

/** A limiter that has seen nothing yet. */
export function aLimiter({ limit, windowMs, grainMs, isLazy = false }: LimiterOptions): Limiter {
  const windows = new Map<number, Window>();
  let lazyStart = 0;
  const limiter: Limiter = {
    get windows() {
      return [...windows.values()];
    },
    answer: (_, response) => {
      const now = Date.now();
      if (now >= lazyStart + windowMs) lazyStart = now;
      const start = isLazy ? lazyStart : now - (now % windowMs);
      const window = windows.get(start) ?? { taken: 0, refused: 0 };
      windows.set(start, window);
      const isTaken = window.taken < limit;
      if (isTaken) window.taken += 1;
      else window.refused += 1;
      const endsAt = start + windowMs;
      const headers: Record<string, string> = {
        date: new Date(Math.floor(now / grainMs) * grainMs).toISOString(),
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(limit - window.taken),
        'x-ratelimit-reset': String((Math.ceil(endsAt / grainMs) * grainMs) / 1_000),
      };
      if (!isTaken) headers['retry-after'] = String(Math.max(1, Math.ceil((endsAt - now) / 1_000)));
      sendJson(response, isTaken ? 200 : 429, {}, headers);
    },
  };
  return limiter;
}
