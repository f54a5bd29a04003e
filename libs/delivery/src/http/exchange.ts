import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Reply } from '../kind.js';
import { errorCode } from './error-code.js';
import { retryAfterMs } from './retry-after.js';

const MOST_REPLY_BYTES = 16 * 1024;

/** Ends an exchange from our side; who waits for it has been told already. */
class OverError extends Error {
  override readonly name = 'OverError';
}

/**
 * One request and the start of its reply, with one time limit for all of it.
 *
 * It hears undici's events itself: `request` with an `AbortSignal` and a stream to read costs twice the CPU per delivery.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** The reply, or why there is none. Never rejects. */
  readonly reply: Promise<Reply>;
  private readonly tell: (reply: Reply) => void;
  private readonly timer: NodeJS.Timeout;
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private status = 0;
  private retryAfter: IncomingHttpHeaders['retry-after'];
  private controller: Dispatcher.DispatchController | null = null;
  private isOver = false;

  constructor(timeoutMs: number) {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.reply = promise;
    this.tell = resolve;
    this.timer = setTimeout(() => this.cut(failed('timeout')), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // It waited for a socket until its time was up; not a byte of it has been sent.
    if (this.isOver) controller.abort(new OverError());
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.retryAfter = headers['retry-after'];
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size > MOST_REPLY_BYTES) this.cut(this.complete());
  }

  onResponseEnd(): void {
    this.end(this.complete());
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.end(failed(errorCode(error)));
  }

  /** Ends it here and closes the socket, which still has something to say. */
  private cut(reply: Reply): void {
    this.end(reply);
    this.controller?.abort(new OverError());
  }

  private end(reply: Reply): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.tell(reply);
  }

  private complete(): Reply {
    const [only = Buffer.alloc(0)] = this.chunks;
    const start = this.chunks.length > 1 ? Buffer.concat(this.chunks) : only;
    const body = start.toString('utf8', 0, MOST_REPLY_BYTES);
    return { status: this.status, body, retryAfterMs: retryAfterMs(this.retryAfter), error: null };
  }
}

export function failed(error: string): Reply {
  return { status: null, body: '', retryAfterMs: null, error };
}
