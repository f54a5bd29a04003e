import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, now } from './answer.ts';
import { listenAs } from './listen.ts';

/**
 * A subscriber: bare `node:http`, keep-alive, 200 at once, nothing parsed. Under `/slow/<ms>` it accepts and answers that
 * much later.
 */
let count = 0;
let firstAt = 0;
let lastAt = 0;
/** By endpoint's path and event, when they are to be told apart. */
let seen: Set<string> | null = null;
/** Event ids and times, when they are wanted. */
let arrivals: { ids: string[]; at: number[] } | null = null;

function receive(request: IncomingMessage, response: ServerResponse): void {
  const at = now();
  if (count === 0) firstAt = at;
  lastAt = at;
  count += 1;
  if (seen !== null || arrivals !== null) note(request, at);
  request.resume();
  if (request.url?.startsWith('/slow/')) setTimeout(() => response.end(), Number(request.url.split('/')[2]));
  else response.end();
}

function note(request: IncomingMessage, at: number): void {
  const id = request.headers['webhook-id'] as string;
  seen?.add(`${request.headers.host} ${request.url} ${id}`);
  arrivals?.ids.push(id);
  arrivals?.at.push(at);
}

answer({
  listen: (origins: number) => listenAs(origins, receive),
  reset: (keep: { seen?: boolean; arrivals?: boolean }) => {
    count = 0;
    seen = keep.seen ? new Set() : null;
    arrivals = keep.arrivals ? { ids: [], at: [] } : null;
  },
  count: () => ({ count, firstAt, lastAt, different: seen?.size ?? count }),
  arrivals: () => arrivals,
  /** How many of these have not arrived yet. */
  missing: (ids: string[]) => {
    const here = new Set(arrivals?.ids);
    return ids.filter((id) => !here.has(id)).length;
  },
});
