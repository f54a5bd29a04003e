import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { retryAfterMs } from '#libs/delivery';
import type { Access, SendOptions } from './access.js';
import { Breakers } from './breakers.js';
import { Budgets, type Patience } from './budget/budgets.js';
import { CallJournal } from './call-journal.js';
import { noAnswer, toError, type UpstreamFailure } from './failures.js';
import type { Wire } from './http/exchange.js';
import { Upstream } from './http/upstream.js';

const INTERACTIVE_PATIENCE_MS = 5_000;
const MOST_RETRIES = 3;
const FIRST_PAUSE_MS = 250;
/** Where a 429 does not say how long. */
const UNSAID_PAUSE_MS = 1_000;

/** A whole answer. */
export type Answer = Extract<Wire, { error: null }>;

/** One thing to ask of an ATS, ready to be sent. */
export interface Call {
  access: Access;
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Buffer | string | null;
  /** Whether it may be sent again after it may have been executed. */
  isRepeatable: boolean;
  timeoutMs: number;
  mostBytes: number;
  /** What is wrong with an answer; null for one to give back. */
  judge(answer: Answer, retryAfterMs: number | null): UpstreamFailure | null;
  /** Gives the last answer back although it is a failure: for whoever wants it as it is. */
  takesAny?: boolean;
}

/** What is known of a call between its attempts. */
interface Progress {
  patience: Patience;
  requestId: string | null;
  sent: number;
  /** How often it failed in a way that may pass. */
  failures: number;
  hasRenewed: boolean;
}

/** Sends a call until it is answered, as often as that is safe and anybody waits for it. */
@Injectable()
export class Caller {
  constructor(
    private readonly upstream: Upstream,
    private readonly budgets: Budgets,
    private readonly breakers: Breakers,
    private readonly journal: CallJournal,
  ) {}

  /** @throws HubError provider_…; what `access` throws; what ends the signal. */
  async call(call: Call, { signal, priority = 'background', requestId }: SendOptions = {}): Promise<Answer> {
    const deadline = priority === 'interactive' ? performance.now() + INTERACTIVE_PATIENCE_MS : Infinity;
    const patience = { priority, deadline, ...(signal && { signal }) };
    const progress: Progress = { patience, requestId: requestId ?? null, sent: 0, failures: 0, hasRenewed: false };
    for (;;) {
      const { answer, failure } = await this.attempt(call, progress);
      if (failure === null) return answer!;
      signal?.throwIfAborted();
      if (await this.mayRepeat(call, failure, progress)) continue;
      if (call.takesAny && answer) return answer;
      throw toError(failure);
    }
  }

  private async attempt(
    call: Call,
    progress: Progress,
  ): Promise<{ answer: Answer | null; failure: UpstreamFailure | null }> {
    const { access, url } = call;
    this.breakers.admit(access, url, progress.patience.priority);
    await this.budgets.take(access, progress.patience);
    const authorization = await this.authorize(call, progress);
    const startedAt = performance.now();
    const at = new Date();
    const span = this.journal.begin(call, progress.sent);
    const wire = await this.send(call, authorization, progress);
    const ms = performance.now() - startedAt;
    const answer = wire.error === null ? wire : null;
    if (answer) this.budgets.learn(access, answer.headers);
    const failure = answer
      ? call.judge(
          answer,
          retryAfterMs(answer.headers['retry-after'], Date.parse(answer.headers.date ?? '') || undefined),
        )
      : noAnswer(wire.error!);
    // Our own giving up says nothing of the ATS.
    if (wire.error !== 'aborted') this.breakers.note(access, url, failure?.kind !== 'unavailable');
    const { sent: retries, requestId } = progress;
    this.journal.record(call, { at, ms, status: answer?.status ?? null, failure, retries, requestId, span });
    progress.sent += 1;
    return { answer, failure };
  }

  private async authorize({ access }: Call, { patience }: Progress): Promise<Record<string, string>> {
    try {
      return await access.authorize();
    } catch (error) {
      this.budgets.giveBack(access, patience.priority);
      throw error;
    }
  }

  private send(call: Call, authorization: Record<string, string>, { patience }: Progress): Promise<Wire> {
    const { method, url, body, timeoutMs, mostBytes } = call;
    const headers = { ...call.headers, ...lowerCased(authorization) };
    const { signal } = patience;
    return this.upstream.exchange({ method, url, headers, body }, { timeoutMs, mostBytes, ...(signal && { signal }) });
  }

  /** Waits as long as it takes until the call may be sent again; false when it may not be. */
  private async mayRepeat(call: Call, failure: UpstreamFailure, progress: Progress): Promise<boolean> {
    switch (failure.kind) {
      case 'unauthorized':
        if (progress.hasRenewed) {
          await call.access.refusedAnew();
          return false;
        }
        progress.hasRenewed = true;
        return call.access.renew();
      case 'rate_limited': {
        // It was not executed, whatever its method. The wait is the budget's, for everybody.
        const ms = failure.retryAfterMs ?? UNSAID_PAUSE_MS;
        this.budgets.block(call.access, ms);
        return performance.now() + ms <= progress.patience.deadline;
      }
      case 'unavailable':
        return call.isRepeatable && !(call.takesAny && failure.status !== null) && this.pauseBefore(failure, progress);
      default:
        return false;
    }
  }

  private async pauseBefore(failure: UpstreamFailure, progress: Progress): Promise<boolean> {
    const { patience, failures } = progress;
    if (failures === MOST_RETRIES) return false;
    progress.failures += 1;
    const backoff = FIRST_PAUSE_MS * 4 ** failures;
    const ms = Math.max(failure.retryAfterMs ?? 0, backoff * (0.5 + Math.random()));
    if (performance.now() + ms > patience.deadline) return false;
    await pause(ms, null, { ...(patience.signal && { signal: patience.signal }) }).catch(() => {
      patience.signal?.throwIfAborted();
    });
    return true;
  }
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
