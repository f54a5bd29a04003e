import type { IncomingHttpHeaders } from 'node:http';
import { errorCode } from '#libs/delivery';
import type { Dispatcher } from 'undici';

/** What came back over the wire; `error` says in one word why nothing whole did, and then there is nothing else. */
export type Wire =
  { error: null; status: number; headers: Record<string, string | undefined>; body: Buffer } | { error: string };

export interface ExchangeLimits {
  /** For all of it, from connecting to the last byte. */
  timeoutMs: number;
  mostBytes: number;
  signal?: AbortSignal;
}

class OverError extends Error {
  override readonly name = 'OverError';
}

/** One request and its whole reply, bounded in time and size; ends with the signal. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Never rejects. */
  readonly done: Promise<Wire>;
  private readonly tell: (wire: Wire) => void;
  private readonly timer: NodeJS.Timeout;
  private readonly chunks: Buffer[] = [];
  private readonly onAbort = (): void => this.cut('aborted');
  private size = 0;
  private status = 0;
  private headers: Record<string, string | undefined> = {};
  private controller: Dispatcher.DispatchController | null = null;
  private isOver = false;

  constructor(private readonly limits: ExchangeLimits) {
    const { promise, resolve } = Promise.withResolvers<Wire>();
    this.done = promise;
    this.tell = resolve;
    this.timer = setTimeout(() => this.cut('timeout'), limits.timeoutMs);
    limits.signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isOver) controller.abort(new OverError());
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = flatten(headers);
    if (Number(headers['content-length'] ?? 0) > this.limits.mostBytes) this.cut('reply_too_large');
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size > this.limits.mostBytes) this.cut('reply_too_large');
  }

  onResponseEnd(): void {
    const [only] = this.chunks;
    const body = this.chunks.length === 1 ? only! : Buffer.concat(this.chunks, this.size);
    this.end({ error: null, status: this.status, headers: this.headers, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.end({ error: errorCode(error) });
  }

  private cut(error: string): void {
    this.end({ error });
    this.controller?.abort(new OverError());
  }

  private end(wire: Wire): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.limits.signal?.removeEventListener('abort', this.onAbort);
    this.tell(wire);
    this.chunks.length = 0;
  }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  const flat: Record<string, string | undefined> = {};
  for (const name in headers) {
    const value = headers[name];
    flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
