import type { AttemptInFlight, DeliveryTelemetry } from '../delivery-telemetry.js';
import type { Outgoing, Sender } from '../http/sender.js';
import type { DeliveryKind, Outcome, Reply, Settled } from '../kind.js';
import { nextDelayMs } from '../retry-policy.js';
import type { AttemptOutcome, Finish } from './finisher.js';
import { CAREFUL_FROM, LEAST_WAIT_MS, type Pacing } from './pacing.js';
import type { DueRow, Held } from './turn-store.js';

/** After this many unended turns, three of them with a single row in hand, that row is the one that kills processes. */
const PARK_FROM = CAREFUL_FROM + 3;
const WAIT_WITHOUT_WISH_MS = 5_000;

export interface AttemptParts {
  sender: Sender;
  kind: DeliveryKind;
  pacing: Pacing;
  telemetry: DeliveryTelemetry;
}

/** How an attempt came to its end; without a flight nothing was sent. */
interface Conclusion {
  reply: Reply;
  ms: number;
  flight?: AttemptInFlight | undefined;
  as?: AttemptOutcome;
}

/** Makes the attempts of one turn: has the kind make each request, sends it, and says what is to become of the row. */
export class Attempts {
  constructor(
    private readonly held: Held,
    private readonly parts: AttemptParts,
  ) {}

  /** Sends a row, or finds that it is not to be sent. Never rejects. */
  make(row: DueRow): Promise<Finish> {
    const { work } = row;
    if (work.payload === null || work.eventType === null) {
      return Promise.resolve(this.conclude(row, 'final', { reply: noReply('event_gone'), ms: 0, as: 'EXPIRED' }));
    }
    if (this.held.unfinishedEpochs >= PARK_FROM) {
      return Promise.resolve(this.conclude(row, 'retry', { reply: noReply('dispatcher_died'), ms: 0 }));
    }
    return this.send(row, { ...work, payload: work.payload, eventType: work.eventType });
  }

  private async send(row: DueRow, work: Settled['work']): Promise<Finish> {
    const { kind, pacing, sender, telemetry } = this.parts;
    let flight: AttemptInFlight | undefined;
    try {
      const prepared = await kind.prepare(work, this.held.endpoint);
      if ('refuse' in prepared) {
        return this.conclude(row, 'final', { reply: noReply(prepared.refuse.error), ms: 0 });
      }
      pacing.starting();
      flight = telemetry.attemptStarted(kind.kind, work, { waitMs: row.waitedMs + performance.now() - row.readAt });
      const request = flight.headers === null ? prepared.send : withHeaders(prepared.send, flight.headers);
      const { reply, ms } = await sender.send(request, this.held.endpoint.timeoutMs);
      const outcome = kind.judge(reply);
      if (outcome === 'done') pacing.delivered();
      else pacing.failed(reply, kind.feedsBreaker(reply));
      return this.conclude(row, outcome, { reply, ms, flight });
    } catch (error) {
      telemetry.kindFailed(kind.kind, error);
      return this.conclude(row, 'retry', { reply: noReply('not_prepared'), ms: 0, flight });
    }
  }

  private conclude(row: DueRow, outcome: Outcome, end: Conclusion): Finish {
    const { reply, ms, flight } = end;
    const attempts = row.work.attempt + (outcome === 'wait' ? 0 : 1);
    const delayMs = this.delayOf(row, outcome, { attempts, reply });
    const said = end.as ?? attemptOutcome(outcome, delayMs);
    const work = { ...row.work, payload: row.work.payload ?? Buffer.alloc(0), eventType: row.work.eventType ?? '' };
    if (flight) flight.end(said, reply, ms);
    else this.parts.telemetry.attemptUnsent(this.parts.kind.kind, said);
    return {
      kind: this.parts.kind,
      epoch: this.held.epoch,
      dueRaw: row.dueRaw,
      outcome: said,
      ms,
      delayMs,
      settled: { work, reply, outcome, isLast: delayMs === null, attempts },
    };
  }

  private delayOf(row: DueRow, outcome: Outcome, after: { attempts: number; reply: Reply }): number | null {
    const { policy } = this.held;
    const { attempts, reply } = after;
    if (outcome === 'wait') {
      return row.ageMs > policy.maxAgeSeconds * 1_000
        ? null
        : Math.max(reply.retryAfterMs ?? WAIT_WITHOUT_WISH_MS, LEAST_WAIT_MS);
    }
    if (outcome !== 'retry') return null;
    const delayMs = nextDelayMs(policy, { attempts, ageMs: row.ageMs });
    return delayMs === null ? null : Math.max(delayMs, reply.retryAfterMs ?? 0);
  }
}

function withHeaders(request: Outgoing, headers: Readonly<Record<string, string>>): Outgoing {
  return { ...request, headers: { ...request.headers, ...headers } };
}

function attemptOutcome(outcome: Outcome, delayMs: number | null): AttemptOutcome {
  if (outcome === 'done') return 'DELIVERED';
  if (delayMs === null) return 'FAILED';
  return outcome === 'wait' ? 'WAITING' : 'RETRYING';
}

function noReply(error: string): Reply {
  return { status: null, body: '', retryAfterMs: null, error };
}
