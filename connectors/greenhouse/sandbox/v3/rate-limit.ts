import type { SandboxContext } from '#libs/connector-kit';
import { tuningOf } from '../tuning.js';
import { Refusal } from './refusal.js';

/** One fixed window of a client: it does not slide. */
interface Window {
  number: number;
  used: number;
}

export interface Permit {
  /** On every answer, errors too. */
  headers: Record<string, string>;
  /** Set when the limit is reached. */
  refusal: Refusal | null;
}

interface Limit {
  name: string;
  requests: number | null;
  windowSeconds: number;
}

/** What it says without a limit: nobody asks so often, and who hears nothing would keep to what Greenhouse usually takes. */
const BOUNDLESS = 1_000_000;

/** Counts a request of this client. */
export function takePermit(context: SandboxContext, client: string, windowSeconds = 30): Permit {
  const requests = tuningOf(context).rateLimit ?? BOUNDLESS;
  return take(context, { name: `api ${client}`, requests, windowSeconds });
}

const TOKEN_REQUESTS = 60;

/** The token endpoint has a window of its own. */
export function takeTokenPermit(context: SandboxContext, client: string): Permit {
  const requests = tuningOf(context).rateLimit === null ? null : TOKEN_REQUESTS;
  return take(context, { name: `token ${client}`, requests, windowSeconds: 60 });
}

function take(context: SandboxContext, { name, requests, windowSeconds }: Limit): Permit {
  if (requests === null) return { headers: {}, refusal: null };
  const seconds = Date.parse(context.now()) / 1000;
  const number = Math.floor(seconds / windowSeconds);
  const window = context.memory<Window>(`window ${name}`, () => ({ number, used: 0 }));
  if (window.number !== number) Object.assign(window, { number, used: 0 });
  window.used += 1;
  const resetsAt = (number + 1) * windowSeconds;
  const headers = {
    'x-ratelimit-limit': String(requests),
    'x-ratelimit-remaining': String(Math.max(0, requests - window.used)),
    'x-ratelimit-reset': String(resetsAt),
  };
  if (window.used <= requests) return { headers, refusal: null };
  return { headers, refusal: tooMany(Math.max(1, Math.ceil(resetsAt - seconds))) };
}

export function tooMany(retryAfterSeconds: number): Refusal {
  return new Refusal(429, { message: 'Too Many Requests' }, { 'retry-after': String(retryAfterSeconds) });
}
