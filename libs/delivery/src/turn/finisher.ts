import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Database, type Queryable } from '#libs/store';
import { LOGGER, type Logger } from '#libs/telemetry';
import { DeliveryTelemetry } from '../delivery-telemetry.js';
import type { DeliveryKind, Settled } from '../kind.js';
import { withPartitions } from '../partitions.js';
import { Rings } from '../queue/rings.js';
import { Batcher } from './batcher.js';
import { DISABLE, FINISH, FINISHES, FINISHING_ENDS } from './turn-statements.js';
import { type TurnEnd, TurnStore, toEndRow } from './turn-store.js';

/** Nobody else can take the endpoints while PostgreSQL is away, so patience costs nothing but memory. */
const KEEP_TRYING_MS = 60_000;
const RETRY_PAUSE_MS = 200;
const SETTLE_FAILED_DELAY_MS = 60_000;
/** Then the row is given up rather than sent once a minute for ever. */
const MOST_UNSETTLED_ATTEMPTS = 20;

/** How a row leaves the turn. WAITING is a pause the receiver asked for, which uses up no attempt. */
export type AttemptOutcome = 'DELIVERED' | 'RETRYING' | 'WAITING' | 'FAILED' | 'EXPIRED';

/** A row that is over for this turn. */
export interface Finish {
  kind: DeliveryKind;
  epoch: string;
  dueRaw: string;
  outcome: AttemptOutcome;
  ms: number;
  /** Null when the row is gone for good. */
  delayMs: number | null;
  settled: Settled;
  /** The end of its turn, if that is over with it and has nothing else left to write down. */
  end?: TurnEnd | undefined;
}

const EXCERPT_CHARS = 1_024;

/**
 * Writes attempts back: delete, reschedule and record in one statement for many rows, and what the kinds keep in the
 * same transaction. Each finish resolves to whether the row was still ours.
 */
@Injectable()
export class Finisher {
  private readonly batches = new Batcher((all: Finish[]) => this.persist(all), { gatherMs: 12, most: 200 });

  constructor(
    private readonly database: Database,
    private readonly turns: TurnStore,
    private readonly rings: Rings,
    private readonly telemetry: DeliveryTelemetry,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  private hasGivenUp = false;
  /** True while the database takes nothing. */
  isStuck = false;

  finish(finish: Finish): Promise<boolean> {
    return this.batches.add(finish);
  }

  /** For a turn that may send nothing more before something is written down. */
  hurry(): void {
    this.batches.hurry();
  }

  /** What cannot be written from now on is left to whoever sends it again. */
  giveUp(): void {
    this.hasGivenUp = true;
  }

  async drain(): Promise<void> {
    await this.batches.drain();
  }

  /** PostgreSQL may be gone for a moment; what cannot be written after a minute is sent again by the next turn. */
  private async persist(finishes: Finish[]): Promise<boolean[]> {
    const deadline = performance.now() + KEEP_TRYING_MS;
    for (;;) {
      try {
        const ours = await this.telemetry.finishing(finishes.length, () =>
          withPartitions(this.database, () => this.write(finishes)),
        );
        this.isStuck = false;
        return ours;
      } catch (error) {
        if (error instanceof SettleError || isRefused(error)) return this.isolate(finishes, error);
        this.isStuck = true;
        if (this.hasGivenUp || performance.now() > deadline) throw error;
        this.log.warn({ err: error, rows: finishes.length }, 'attempts could not be written; trying again');
        await pause(RETRY_PAUSE_MS);
      }
    }
  }

  private async write(finishes: Finish[]): Promise<boolean[]> {
    const disabling = finishes.filter(({ settled }) => settled.outcome === 'disable');
    const needsMore = disabling.length > 0 || finishes.some(wantsSettling);
    if (!needsMore) return this.finishRows(this.database, finishes);
    const toRing: string[] = [];
    const ours = await this.database.transaction(async (tx) => {
      const kept = await this.finishRows(tx, finishes);
      const mine = finishes.filter((_, at) => kept[at]);
      await disableEndpoints(tx, mine);
      toRing.push(...(await settleAll(tx, mine)));
      return kept;
    });
    this.rings.ring(toRing);
    return ours;
  }

  private async finishRows(tx: Queryable, finishes: Finish[]): Promise<boolean[]> {
    const said = finishes.map(({ epoch, dueRaw, outcome, ms, delayMs, settled }) => ({
      endpoint_id: settled.work.endpointId,
      epoch,
      due_raw: dueRaw,
      id: settled.work.workId,
      outcome,
      is_attempt: outcome !== 'WAITING',
      status: settled.reply.status,
      ms,
      error: settled.reply.error,
      excerpt: excerptOf(settled.reply.body),
      delay_ms: delayMs,
    }));
    const ends = finishes.flatMap(({ end }) => (end ? [toEndRow(end)] : []));
    const values = [this.turns.owner, ...FINISHES.values(said), ...FINISHING_ENDS.values(ends)];
    const rows = await tx.query<{ id: string }>(FINISH, values);
    const lost = new Set(rows.map(({ id }) => id));
    return finishes.map(({ settled }) => !lost.has(settled.work.workId));
  }

  /** One of them cannot be written as it is: the others are written without it, and it is tried again later. */
  private async isolate(finishes: Finish[], error: unknown): Promise<boolean[]> {
    const half = Math.floor(finishes.length / 2);
    if (half > 0)
      return (
        await Promise.all([finishes.slice(0, half), finishes.slice(half)].map((part) => this.persist(part)))
      ).flat();
    const [only] = finishes;
    if (only === undefined) return [];
    const cause = error instanceof SettleError ? error.cause : error;
    this.log.error({ err: cause, kind: only.kind.kind }, 'an attempt could not be settled');
    return this.finishRows(this.database, [unsettled(only)]);
  }
}

class SettleError extends Error {}

/** PostgreSQL says no to what a statement carries, and would again: a data exception, or a broken constraint. */
function isRefused(error: unknown): boolean {
  return /^2[23]/.test((error as { code?: string }).code ?? '');
}

const IN_FAILED_TRANSACTION = '25P02';

async function isAnswering(tx: Queryable): Promise<boolean> {
  return tx.query('SELECT 1').then(
    () => true,
    (error: { code?: string }) => error.code === IN_FAILED_TRANSACTION,
  );
}

/** An event that is gone took with it what a kind could go by. */
function wantsSettling({ kind, outcome, settled }: Finish): boolean {
  return kind.settle !== undefined && outcome !== 'EXPIRED' && (kind.needsSettling?.(settled) ?? true);
}

async function settleAll(tx: Queryable, finishes: Finish[]): Promise<string[]> {
  const toRing: string[] = [];
  for (const [kind, group] of Map.groupBy(finishes.filter(wantsSettling), (finish) => finish.kind)) {
    try {
      const settled = group.map((finish) => finish.settled);
      toRing.push(...((await kind.settle?.(tx, settled)) ?? []));
    } catch (cause) {
      // Fails in its own way when it is the connection that is gone: then the kind has done nothing wrong.
      if (!(await isAnswering(tx))) throw cause;
      throw new SettleError('a kind could not settle its attempts', { cause });
    }
  }
  return toRing;
}

/** Only the attempt that really disables an endpoint stays a `disable`; others that came to the same end are `final`. */
async function disableEndpoints(tx: Queryable, finishes: Finish[]): Promise<void> {
  const disabling = finishes.filter(({ settled }) => settled.outcome === 'disable');
  if (disabling.length === 0) return;
  const endpointIds = [...new Set(disabling.map(({ settled }) => settled.work.endpointId))];
  const reason = disabling[0]?.settled.reply.status === 410 ? 'gone' : 'failing';
  const rows = await tx.query<{ id: string }>(DISABLE, [endpointIds, reason]);
  const open = new Set(rows.map(({ id }) => id));
  for (const { settled } of disabling) {
    if (!open.delete(settled.work.endpointId)) settled.outcome = 'final';
  }
}

function unsettled(finish: Finish): Finish {
  const { settled } = finish;
  const reply = { ...settled.reply, body: '', error: 'settle_failed' };
  const isLast = settled.attempts >= MOST_UNSETTLED_ATTEMPTS;
  return {
    ...finish,
    outcome: isLast ? 'FAILED' : 'RETRYING',
    delayMs: isLast ? null : SETTLE_FAILED_DELAY_MS,
    settled: { ...settled, reply, outcome: isLast ? 'final' : 'retry', isLast },
  };
}

/** PostgreSQL's text takes no NUL. */
function excerptOf(body: string): string | null {
  const text = body.slice(0, EXCERPT_CHARS).replaceAll('\0', '').toWellFormed();
  return text === '' ? null : text;
}
