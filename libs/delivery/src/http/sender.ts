import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable, type OnApplicationShutdown, Optional } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import type { Dispatcher, Pool } from 'undici';
import type { Prepared, Reply } from '../kind.js';
import { anyConnector, publicConnector } from './connect.js';
import { Lru } from '../lru.js';
import { errorCode } from './error-code.js';
import { Exchange, failed } from './exchange.js';
import { Names, systemNames } from './names.js';
import { Origins } from './origins.js';
import { retryAfterMs } from './retry-after.js';

const SCHEMES = new Set(['http:', 'https:']);

export type Outgoing = Extract<Prepared, { send: unknown }>['send'];

/** A reply and how long it took, in whole milliseconds. */
export interface Sent {
  reply: Reply;
  ms: number;
}

/** What of a URL a request needs. */
interface Target {
  origin: string;
  path: string;
  isHttps: boolean;
}

const MOST_TARGETS = 2_000;

/** The one HTTP client of deliveries: kept-alive sockets, public addresses only, no redirects, bounded in every direction. */
@Injectable()
export class Sender implements OnApplicationShutdown {
  private readonly anywhere: Origins;
  private readonly publicOnly: Origins;
  private readonly allowPrivate: boolean;
  private readonly targets = new Lru<Target | null>(MOST_TARGETS);
  private count = 0;

  constructor(@Inject(CONFIG) { allowPrivateTargets }: Config, @Optional() names: Names = systemNames) {
    this.allowPrivate = allowPrivateTargets;
    this.anywhere = new Origins(anyConnector(names));
    this.publicOnly = allowPrivateTargets ? this.anywhere : new Origins(publicConnector(names));
  }

  /** Requests that are under way at this moment. */
  get underWay(): number {
    return this.count;
  }

  /** Sends one request; `timeoutMs` is for all of it, from connecting to the last byte. Never throws. */
  async send(outgoing: Outgoing, timeoutMs: number): Promise<Sent> {
    const startedAt = performance.now();
    this.count++;
    const reply = await this.exchange(outgoing, timeoutMs);
    this.count--;
    return { reply, ms: Math.round(performance.now() - startedAt) };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.anywhere.destroy(), this.publicOnly.destroy()]);
  }

  private exchange(outgoing: Outgoing, timeoutMs: number): Promise<Reply> {
    const { trusted, sink, method, headers, body } = outgoing;
    const target = this.targetOf(outgoing.url);
    if (!target) return Promise.resolve(failed('invalid_request'));
    if (!this.maySend(target, trusted)) return Promise.resolve(failed('unsafe_target'));
    try {
      const pool = (trusted ? this.anywhere : this.publicOnly).of(target.origin);
      const request = { path: target.path, method, headers, body };
      if (sink) return streamed(pool, request, { sink, timeoutMs });
      const exchange = new Exchange(timeoutMs);
      pool.dispatch(request, exchange);
      return exchange.reply;
    } catch (error) {
      return Promise.resolve(failed(errorCode(error)));
    }
  }

  /** Taking a URL apart costs as much as signing for it, and endpoints keep theirs. */
  private targetOf(url: string): Target | null {
    let target = this.targets.get(url);
    if (target === undefined) this.targets.set(url, (target = parseTarget(url)));
    return target;
  }

  private maySend({ isHttps }: Target, trusted: boolean): boolean {
    return trusted || this.allowPrivate || isHttps;
  }
}

function parseTarget(text: string): Target | null {
  const url = URL.parse(text);
  if (!url || !SCHEMES.has(url.protocol) || url.hostname === '') return null;
  return { origin: url.origin, path: url.pathname + url.search, isHttps: url.protocol === 'https:' };
}

/** An exchange whose reply goes to a sink as it comes. */
async function streamed(
  pool: Pool,
  request: Dispatcher.RequestOptions,
  { sink, timeoutMs }: { sink: NonNullable<Outgoing['sink']>; timeoutMs: number },
): Promise<Reply> {
  const signal = AbortSignal.timeout(timeoutMs);
  let status: number | null = null;
  try {
    const { statusCode, headers, body } = await pool.request({ ...request, signal });
    // From here on a failure may be the sink's verdict on the reply, which the kind judges with the status.
    status = statusCode;
    // Ending a body that was not read to its end is an error to undici, and nobody else listens.
    body.on('error', () => {});
    try {
      await withinTime(sink({ status, headers: flatten(headers), body }), signal);
    } finally {
      body.destroy();
    }
    return { status, body: '', retryAfterMs: retryAfterMs(headers['retry-after']), error: null };
  } catch (error) {
    return { ...failed(errorCode(error)), status };
  }
}

/** What a sink writes to may hang as well, and the signal ends only what comes over the network from the target. */
async function withinTime(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const late = Promise.withResolvers<never>();
  const onLate = (): void => late.reject(signal.reason as Error);
  signal.addEventListener('abort', onLate);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    signal.removeEventListener('abort', onLate);
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
