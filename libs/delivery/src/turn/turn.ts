import type { DeliveryKind, Outcome, Reply, Settled } from '../kind.js';
import { nextDelayMs } from '../retry-policy.js';
import type { Sender } from '../http/sender.js';
import type { AttemptOutcome, Finish, Finisher } from './finisher.js';
import { CAREFUL_FROM, LEAST_WAIT_MS, type Pacing } from './pacing.js';
import type { DueRow, DueRows, Held, TurnStore } from './turn-store.js';

const MOST_ROWS = 64;
const BUDGET_MS = 250;
/** After this many unended turns, three of them with a single row in hand, that row is the one that kills processes. */
const PARK_FROM = CAREFUL_FROM + 3;
const WAIT_WITHOUT_WISH_MS = 5_000;

export interface TurnParts {
  store: TurnStore;
  finisher: Finisher;
  sender: Sender;
  kind: DeliveryKind;
  pacing: Pacing;
  /** Told of every attempt, for the metrics. */
  onAttempt: (outcome: AttemptOutcome, ms: number) => void;
  /** Told of what a kind threw. */
  onPrepareError: (error: unknown) => void;
  /** True once the process is to stop. */
  isStopping: () => boolean;
}

/** One endpoint, served for a quarter of a second: read, send, finish, until nothing is due. */
export class Turn {
  private readonly startedAt = performance.now();
  private readonly underWay = new Set<Promise<void>>();
  private isLost = false;
  private leftBehind = false;

  constructor(
    private readonly held: Held,
    private readonly parts: TurnParts,
  ) {}

  /** Resolves to whether there is more to do right away. */
  async run(): Promise<boolean> {
    const { store, pacing } = this.parts;
    let more = true;
    while (more && this.mayStart()) {
      const most = pacing.rowLimit(MOST_ROWS);
      if (most === 0) pacing.pauseForRate();
      else more = await this.serve(await store.read(this.held, most));
      if (pacing.isCareful) break;
    }
    if (!this.isLost) await store.end(pacing.end());
    return (more || this.leftBehind) && !this.isLost && !pacing.isPaused;
  }

  /** Sends what was read. Resolves to whether there may be more than that. */
  private async serve({ rows, isAll }: DueRows): Promise<boolean> {
    const finishing: Promise<void>[] = [];
    for (const row of rows) {
      while (this.underWay.size >= this.parts.pacing.inflightLimit) await Promise.race(this.underWay);
      if (!this.mayStart()) {
        this.leftBehind = true;
        break;
      }
      const sending = this.attempt(row)
        .then((finish) => void finishing.push(this.finish(finish)))
        .finally(() => this.underWay.delete(sending));
      this.underWay.add(sending);
    }
    await Promise.all(this.underWay);
    await Promise.all(finishing);
    return !isAll;
  }

  private mayStart(): boolean {
    const { pacing, isStopping } = this.parts;
    return !this.isLost && !pacing.isPaused && !isStopping() && performance.now() - this.startedAt < BUDGET_MS;
  }

  private async attempt(row: DueRow): Promise<Finish> {
    const { work } = row;
    if (work.payload === null || work.eventType === null) {
      return this.conclude(row, 'final', { reply: noReply('event_gone'), ms: 0, as: 'EXPIRED' });
    }
    if (this.held.unfinishedEpochs >= PARK_FROM) {
      return this.conclude(row, 'retry', { reply: noReply('dispatcher_died'), ms: 0 });
    }
    return this.send(row, { ...work, payload: work.payload, eventType: work.eventType });
  }

  private async send(row: DueRow, work: Settled['work']): Promise<Finish> {
    const { kind, pacing, sender, onPrepareError } = this.parts;
    try {
      const prepared = await kind.prepare(work, this.held.endpoint);
      if ('refuse' in prepared) {
        return this.conclude(row, 'final', { reply: noReply(prepared.refuse.error), ms: 0 });
      }
      pacing.starting();
      const { reply, ms } = await sender.send(prepared.send, this.held.endpoint.timeoutMs);
      const outcome = kind.judge(reply);
      if (outcome === 'done') pacing.delivered();
      else pacing.failed(reply, kind.feedsBreaker(reply));
      return this.conclude(row, outcome, { reply, ms });
    } catch (error) {
      onPrepareError(error);
      return this.conclude(row, 'retry', { reply: noReply('not_prepared'), ms: 0 });
    }
  }

  private conclude(row: DueRow, outcome: Outcome, end: { reply: Reply; ms: number; as?: AttemptOutcome }): Finish {
    const { reply, ms } = end;
    const attempts = row.work.attempt + (outcome === 'wait' ? 0 : 1);
    const delayMs = this.delayOf(row, outcome, { attempts, reply });
    const said = end.as ?? attemptOutcome(outcome, delayMs);
    const work = { ...row.work, payload: row.work.payload ?? Buffer.alloc(0), eventType: row.work.eventType ?? '' };
    this.parts.onAttempt(said, ms);
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

  private async finish(finish: Finish): Promise<void> {
    try {
      if (!(await this.parts.finisher.finish(finish))) this.isLost = true;
    } catch {
      // The finisher has said why and given up; the row is still there and is sent again.
      this.isLost = true;
    }
  }
}

function attemptOutcome(outcome: Outcome, delayMs: number | null): AttemptOutcome {
  if (outcome === 'done') return 'DELIVERED';
  if (delayMs === null) return 'FAILED';
  return outcome === 'wait' ? 'WAITING' : 'RETRYING';
}

function noReply(error: string): Reply {
  return { status: null, body: '', retryAfterMs: null, error };
}
