import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type RecordOf, type Row } from '#libs/store';
import type { DueWork, EndpointKind, SendingEndpoint } from '../kind.js';
import { policyOf, type RetryPolicy } from '../retry-policy.js';
import { Batcher } from './batcher.js';
import { END, ENDS, MOST_ROWS, READ, READINGS, RENEW, TAKE } from './turn-statements.js';

/** An endpoint that this process holds until another fence is taken. */
export interface Held {
  endpoint: SendingEndpoint;
  epoch: string;
  /** Turns in a row that nobody ended, this one included: 1 when all is well. */
  unfinishedEpochs: number;
  isEnabled: boolean;
  maxInflight: number;
  maxPerSecond: number | null;
  policy: RetryPolicy;
  breaker: 'CLOSED' | 'OPEN';
  breakerOpens: number;
  fails: number;
  window: number;
  /** See `Rate`. */
  rateUsedUntil: number | null;
  /** The database's clock when it was taken, epoch milliseconds. */
  nowMs: number;
}

/** A due row; `payload` is null when its event is gone. */
export interface DueRow {
  work: Omit<DueWork, 'payload' | 'eventType'> & { eventType: string | null; payload: Buffer | null };
  /** due_at as PostgreSQL wrote it: the row's key. */
  dueRaw: string;
  /** Since its first attempt; 0 before it. */
  ageMs: number;
  /** Since it was due, when it was read. */
  waitedMs: number;
  /** On the clock of `performance.now`. */
  readAt: number;
}

/** What was read; `isAll` says that nothing else is due right now. */
export interface DueRows {
  rows: DueRow[];
  isAll: boolean;
  /** The endpoint is not what it was when it was taken; nothing was read. */
  isChanged: boolean;
}

/** An endpoint that was taken, and what was due of it at that moment if that was read along. */
export interface Taken {
  held: Held;
  due: DueRows | null;
}

/** What a turn leaves behind for the next one. */
export interface TurnEnd {
  endpoint: SendingEndpoint;
  epoch: string;
  window: number;
  rateUsedUntil: number | null;
  breaker: 'CLOSED' | 'OPEN';
  breakerOpens: number;
  fails: number;
  /** Whether the failures counted began in this turn. */
  isNewFailing: boolean;
  /** How long the endpoint is to be left alone; null not at all. */
  pauseMs: number | null;
}

interface ReadRequest {
  endpointId: string;
  most: number;
  updatedAt: Date;
  /** Ids of rows that are known already. */
  except: readonly string[];
  after: RowKey;
}

/** Where a row stands among those of its endpoint. */
interface RowKey {
  dueRaw: string;
  workId: string;
}

/** What a reading leaves out. */
export interface ReadOptions {
  /** Ids of rows that are known already. */
  except?: Iterable<string>;
  /** The row to read on after. */
  after?: DueRow | null;
}

const FROM_THE_START: RowKey = { dueRaw: '-infinity', workId: '00000000-0000-0000-0000-000000000000' };

/** The fence, the reading and the end of turns, each batched over the turns of this process. */
@Injectable()
export class TurnStore {
  /** This process, as the fence knows it. */
  readonly owner = randomUUID();
  private readonly takes = new Batcher((ids: string[]) => this.takeAll(ids), { gatherMs: 2, most: 64 });
  private readonly reads = new Batcher((all: ReadRequest[]) => this.readAll(all), { gatherMs: 2, most: 64 });
  private readonly ends = new Batcher((all: TurnEnd[]) => this.endAll(all), { gatherMs: 4, most: 200 });

  constructor(private readonly database: Database) {}

  /** Takes the endpoint; null when it does not exist or is told to wait. */
  take(endpointId: string): Promise<Taken | null> {
    return this.takes.add(endpointId);
  }

  /** At most `most` due rows of an endpoint, oldest first; fewer when they are large. */
  read(held: Held, most: number, { except = [], after = null }: ReadOptions = {}): Promise<DueRows> {
    return this.reads.add({
      endpointId: held.endpoint.id,
      most,
      updatedAt: held.endpoint.updatedAt,
      except: [...except],
      after: after ? { dueRaw: after.dueRaw, workId: after.work.workId } : FROM_THE_START,
    });
  }

  /**
   * Keeps others from taking endpoints whose turns go on; to be called more often than a lease lasts. Resolves, in the same
   * order, to when each endpoint was last changed, or null when it is no longer held.
   */
  async renew(held: readonly Held[]): Promise<(Date | null)[]> {
    const values = [this.owner, held.map(({ endpoint }) => endpoint.id), held.map(({ epoch }) => epoch)];
    const rows = await this.database.query<{ endpoint_id: string; updated_at: Date }>(RENEW, values);
    const changes = new Map(rows.map(({ endpoint_id, updated_at }) => [endpoint_id, updated_at]));
    return held.map(({ endpoint }) => changes.get(endpoint.id) ?? null);
  }

  /** Ends a turn cleanly; does nothing when somebody else has taken the endpoint. */
  end(end: TurnEnd): Promise<void> {
    return this.ends.add(end);
  }

  async drain(): Promise<void> {
    await this.ends.drain();
  }

  private async takeAll(endpointIds: string[]): Promise<(Taken | null)[]> {
    const rows = await this.database.query(TAKE, [endpointIds, this.owner]);
    // A row is an endpoint or a delivery.
    const endpoints = rows.flatMap(({ taken }) => (taken === null ? [] : [taken as Row]));
    const due = Map.groupBy(rows, (row) => row.endpoint_id as string | null);
    const byId = new Map(
      endpoints.map((row) => {
        const id = row.taken_id as string;
        return [id, { held: toHeld(row), due: row.was_read ? toDueRows(due.get(id), MOST_ROWS) : null }];
      }),
    );
    return endpointIds.map((id) => byId.get(id) ?? null);
  }

  private async readAll(requests: ReadRequest[]): Promise<DueRows[]> {
    const readings = requests.map(({ endpointId: id, most, updatedAt, after }) => ({
      ...{ id, most },
      updated_at: updatedAt,
      after_due: after.dueRaw,
      after_id: after.workId,
    }));
    const known = requests.flatMap(({ except }) => except);
    const rows = await this.database.query(READ, [...READINGS.values(readings), known]);
    const byEndpoint = Map.groupBy(rows, (row) => (row.changed_id ?? row.endpoint_id) as string);
    return requests.map(({ endpointId, most }) => toDueRows(byEndpoint.get(endpointId), most));
  }

  private async endAll(ends: TurnEnd[]): Promise<void[]> {
    await this.database.query(END, [this.owner, ...ENDS.values(ends.map(toEndRow))]);
    return ends.map(() => undefined);
  }
}

/** As the statements take it. */
export function toEndRow(end: TurnEnd): RecordOf<typeof ENDS> {
  return {
    endpoint_id: end.endpoint.id,
    epoch: end.epoch,
    updated_at: end.endpoint.updatedAt,
    in_window: end.window,
    rate_tokens: end.rateUsedUntil,
    breaker: end.breaker,
    breaker_opens: end.breakerOpens,
    fails: end.fails,
    is_new_failing: end.isNewFailing,
    pause_ms: end.pauseMs,
  };
}

/** Of a bytea in JSON, which is hexadecimal after `\x`. */
function bytesOf(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text.slice(2), 'hex');
}

/** Out of JSON. */
function toHeld(row: Row): Held {
  return {
    endpoint: {
      id: row.taken_id as string,
      accountId: row.owner_id as string,
      kind: row.kind as EndpointKind,
      integrationId: row.of_integration_id as string | null,
      url: row.url as string | null,
      signature: row.signature as string,
      headersEnc: bytesOf(row.headers_enc as string | null),
      headersKeyId: row.headers_key_id as string | null,
      timeoutMs: row.timeout_ms as number,
      updatedAt: new Date(row.updated_at as string),
    },
    epoch: row.epoch as string,
    unfinishedEpochs: row.unfinished_epochs as number,
    isEnabled: row.status === 'ENABLED' && row.deleted_at === null,
    maxInflight: row.max_inflight as number,
    maxPerSecond: row.max_per_second as number | null,
    policy: policyOf(row.retry_policy),
    breaker: row.breaker as Held['breaker'],
    breakerOpens: row.breaker_opens as number,
    fails: row.fails as number,
    window: row.in_window as number,
    rateUsedUntil: row.rate_tokens as number | null,
    nowMs: row.now_ms as number,
  };
}

function toDueRows(found: Row[] = [], most: number): DueRows {
  if (typeof found[0]?.changed_id === 'string') return { rows: [], isAll: false, isChanged: true };
  const total = (found[0]?.found as number | undefined) ?? 0;
  return { rows: found.map(toDueRow), isAll: total < most && found.length === total, isChanged: false };
}

function toDueRow(row: Row): DueRow {
  return {
    work: {
      workId: row.id as string,
      endpointId: row.endpoint_id as string,
      accountId: row.account_id as string,
      eventId: row.event_id as string,
      eventType: row.type as string | null,
      integrationId: row.integration_id as string | null,
      subjectId: row.subject_id as string | null,
      attempt: row.attempt as number,
      traceParent: row.trace_parent as string | null,
      payload: row.payload === null ? null : Buffer.from(row.payload as string),
    },
    dueRaw: row.due_raw as string,
    ageMs: (row.age_ms as number | null) ?? 0,
    waitedMs: row.waited_ms as number,
    readAt: performance.now(),
  };
}
