import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '#libs/config';
import { Agent, request } from 'undici';
import type { Prepared, Reply } from '../kind.js';
import { anyConnector, publicConnector } from './connect.js';
import { errorCode } from './error-code.js';
import { retryAfterMs } from './retry-after.js';

const MOST_REPLY_BYTES = 16 * 1024;
const KEEP_ALIVE_MS = 30_000;
const CONNECTIONS_PER_ORIGIN = 32;

export type Outgoing = Extract<Prepared, { send: unknown }>['send'];

/** A reply and how long it took, in whole milliseconds. */
export interface Sent {
  reply: Reply;
  ms: number;
}

/** The one HTTP client of deliveries: kept-alive sockets, public addresses only, no redirects, bounded in every direction. */
@Injectable()
export class Sender implements OnApplicationShutdown {
  private readonly anywhere = agent(anyConnector());
  private readonly publicOnly: Agent;
  private readonly allowPrivate: boolean;

  constructor(@Inject(CONFIG) { allowPrivateTargets }: Config) {
    this.allowPrivate = allowPrivateTargets;
    this.publicOnly = allowPrivateTargets ? this.anywhere : agent(publicConnector());
  }

  /** Sends one request; `timeoutMs` is for all of it, from connecting to the last byte. Never throws. */
  async send(outgoing: Outgoing, timeoutMs: number): Promise<Sent> {
    const startedAt = performance.now();
    const reply = await this.exchange(outgoing, timeoutMs);
    return { reply, ms: Math.round(performance.now() - startedAt) };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.anywhere.destroy(), this.publicOnly.destroy()]);
  }

  private async exchange(outgoing: Outgoing, timeoutMs: number): Promise<Reply> {
    if (!this.maySend(outgoing)) return failed('unsafe_target');
    let status: number | null = null;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await request(outgoing.url, {
        method: outgoing.method,
        headers: outgoing.headers,
        body: outgoing.body,
        signal,
        dispatcher: outgoing.trusted ? this.anywhere : this.publicOnly,
      });
      const { statusCode, headers, body } = response;
      if (outgoing.sink) {
        // From here on a failure may be the sink's verdict on the reply, which the kind judges with the status.
        status = statusCode;
        // Ending a body that was not read to its end is an error to undici, and nobody else listens.
        body.on('error', () => {});
        try {
          await withinTime(outgoing.sink({ status: statusCode, headers: flatten(headers), body }), signal);
        } finally {
          body.destroy();
        }
        return { status, body: '', retryAfterMs: retryAfterMs(headers['retry-after']), error: null };
      }
      const text = await readStart(body);
      return { status: statusCode, body: text, retryAfterMs: retryAfterMs(headers['retry-after']), error: null };
    } catch (error) {
      return { ...failed(errorCode(error)), status };
    }
  }

  private maySend({ url, trusted }: Outgoing): boolean {
    return trusted || this.allowPrivate || url.startsWith('https://');
  }
}

function agent(connect: ReturnType<typeof anyConnector>): Agent {
  return new Agent({
    connect,
    connections: CONNECTIONS_PER_ORIGIN,
    keepAliveTimeout: KEEP_ALIVE_MS,
    pipelining: 1,
    maxHeaderSize: MOST_REPLY_BYTES,
    // The time limit of the whole request is the signal's; these two would only end it earlier.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

async function readStart(body: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop destroys the rest of the body, and its socket with it.
    if (size >= MOST_REPLY_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_REPLY_BYTES).toString('utf8');
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

function failed(error: string): Reply {
  return { status: null, body: '', retryAfterMs: null, error };
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
