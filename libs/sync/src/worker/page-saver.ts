import { Injectable } from '@nestjs/common';
import type { Resource } from '#libs/connector-kit';
import { Rings, withPartitions } from '#libs/delivery';
import { type RecordChange, RecordEvents, type RecordScope, RecordStore, type SavedPage } from '#libs/records';
import { Database, type Queryable } from '#libs/store';
import type { Counts, ResourceProgress, RunRow } from '../run.js';
import { SyncTelemetry } from '../sync-telemetry.js';
import type { Lease } from './lease.js';
import { RunStore } from './run-store.js';

/** Deadlock and serialization failure: the same again goes well. */
const PASSING: ReadonlySet<string> = new Set(['40P01', '40001']);
const TRIES = 4;

/** Rows of a page as {@link PageSaver.read} made them out. */
export type ReadRows = Awaited<ReturnType<RecordStore['read']>>;

/** One step of a run: what `work` does to the mirror, and what is known of the resource after it. */
export interface Step {
  run: RunRow;
  lease: Lease;
  resource: Resource;
  progress: ResourceProgress;
  /** When the rows were asked for, by the database's clock. */
  readAt: Date;
}

export interface Done {
  changes: RecordChange[];
  counts: Partial<Counts>;
  /** Changes of the progress besides its counts, and of the place in the run. */
  progress?: Partial<ResourceProgress>;
  cursor?: unknown;
  /** Whatever else belongs into the same transaction. */
  also?: (tx: Queryable) => Promise<void>;
}

/**
 * Saves step by step: records, their events and how far the run is are one transaction. So a crash loses nothing and
 * repeats nothing but reading, whatever moment it chooses.
 */
@Injectable()
export class PageSaver {
  constructor(
    private readonly database: Database,
    private readonly store: RecordStore,
    private readonly events: RecordEvents,
    private readonly runs: RunStore,
    private readonly rings: Rings,
    private readonly telemetry: SyncTelemetry,
  ) {}

  /** Makes out what rows say, while the database is busy with those before them. Empties `rows`. */
  read(resource: Resource, rows: unknown[]): Promise<ReadRows> {
    return this.store.read(resource, rows);
  }

  /** Saves the rows of one page, as what the resource's rows are. */
  saveRows(tx: Queryable, { run, resource, readAt }: Step, rows: readonly unknown[] | ReadRows): Promise<SavedPage> {
    const scope = { ...scopeOf(run), readAt };
    return resource.kind === 'records'
      ? this.store.save(tx, scope, resource, rows)
      : this.store.saveParts(tx, scope, resource, rows);
  }

  /** Runs one step; the progress and the place in the run are changed once it is committed. @throws LeaseLostError. */
  async commit(step: Step, work: (tx: Queryable) => Promise<Done>): Promise<void> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.commitOnce(step, work);
      } catch (error) {
        const { code } = error as { code?: string };
        if (tried >= TRIES || !PASSING.has(code ?? '')) throw error;
      }
    }
  }

  private async commitOnce(step: Step, work: (tx: Queryable) => Promise<Done>): Promise<void> {
    const { run, lease, progress } = step;
    const { endpointIds, counts, after } = await withPartitions(this.database, () =>
      this.database.transaction(async (tx) => {
        await this.runs.hold(tx, lease);
        const done = await work(tx);
        const from = new Date();
        const ringing = await this.tell(tx, step, done.changes);
        const next = progressAfter(progress, done);
        const resources = run.resources.map((other) => (other.key === next.key ? next : other));
        const place = { resources, current: next.key, cursor: 'cursor' in done ? done.cursor : run.cursor };
        const events = done.changes.length === 0 ? null : { count: done.changes.length, from, to: new Date() };
        await done.also?.(tx);
        await this.runs.advance(tx, lease, place, events);
        return { endpointIds: ringing, counts: done.counts, after: { ...place, progress: next } };
      }),
    );
    Object.assign(progress, after.progress);
    run.current = after.current;
    run.cursor = after.cursor;
    run.tries = 0;
    this.rings.ring(endpointIds);
    this.telemetry.rowsSaved(counts);
  }

  private tell(tx: Queryable, { run, progress }: Step, changes: RecordChange[]): Promise<string[]> {
    const syncType = progress.isFirst ? 'initial_sync' : 'delta_sync';
    return this.events.append(tx, scopeOf(run), changes, { syncType, syncJobId: run.jobId, syncRunId: run.id });
  }
}

/** Counts of a page by what became of its rows. */
export function countsOf({ changes, unchanged, unreadable }: SavedPage, rows: number): Partial<Counts> {
  const count = (kind: RecordChange['kind']) => changes.filter((change) => change.kind === kind).length;
  return {
    seen: rows,
    new: count('new'),
    modified: count('modified'),
    deleted: count('deleted'),
    unchanged,
    unreadable: unreadable.length,
  };
}

export function scopeOf({ accountId, integrationId }: RunRow): RecordScope {
  return { accountId, integrationId };
}

function progressAfter(progress: ResourceProgress, done: Done): ResourceProgress {
  const counts = { ...progress.counts };
  for (const [name, count] of Object.entries(done.counts)) counts[name as keyof Counts] += count ?? 0;
  return { ...progress, ...done.progress, counts };
}
