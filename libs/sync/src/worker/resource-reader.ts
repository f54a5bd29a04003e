import { Injectable } from '@nestjs/common';
import type { NextPage, Resource } from '#libs/connector-kit';
import { type Access, Engine } from '#libs/engine';
import type { ResourceProgress, RunRow } from '../run.js';
import { Comparison } from './comparison.js';
import type { Lease } from './lease.js';
import { countsOf, PageSaver, type ReadRows, type Step } from './page-saver.js';
import { type ListPage, readAhead } from './pages.js';
import { isCompared } from './plan.js';
import { RunStore } from './run-store.js';
import { SeenIds } from './seen-ids.js';
import { SyncStates } from './sync-states.js';

/** What a worker has in hand: a run, the way to its ATS, and the right to write. */
export interface RunInHand {
  run: RunRow;
  access: Access;
  lease: Lease;
}

interface FetchedPage extends ListPage {
  readAt: Date;
  read: ReadRows;
}

/** Reads one resource of a run to its end, from wherever it stands. */
@Injectable()
export class ResourceReader {
  constructor(
    private readonly engine: Engine,
    private readonly saver: PageSaver,
    private readonly seen: SeenIds,
    private readonly comparison: Comparison,
    private readonly states: SyncStates,
    private readonly runs: RunStore,
  ) {}

  /** @throws LeaseLostError, StoppedError, and what the ATS or the database answers; then it can be called again. */
  async read(inHand: RunInHand, resource: Resource, progress: ResourceProgress): Promise<void> {
    if (progress.state === 'WAITING') await this.begin(inHand, resource, progress);
    if (progress.state === 'READING') await this.readPages(inHand, resource, progress);
    if (progress.state === 'COMPARING') await this.compare(inHand, resource, progress);
  }

  /** Forgets the place in the list, so that {@link read} begins with its first page. */
  async restart(inHand: RunInHand, resource: Resource, progress: ResourceProgress): Promise<void> {
    await this.seen.forget(inHand.run.id, progress.key);
    await this.saver.commit(await this.stepOf(inHand, resource, progress), () =>
      Promise.resolve({
        changes: [],
        // What was changed on the first way is done; seen again it is unchanged.
        counts: { seen: -progress.counts.seen, unchanged: -progress.counts.unchanged },
        progress: { state: 'WAITING', restarts: progress.restarts + 1, noted: 0, hasNameless: false },
        cursor: null,
      }),
    );
  }

  /** Leaves a resource unread in this run; what was read of it before stays. */
  async giveUp(
    inHand: RunInHand,
    resource: Resource,
    { progress, state, error }: { progress: ResourceProgress; state: 'NOT_PERMITTED' | 'FAILED'; error: string | null },
  ): Promise<void> {
    await this.saver.commit(await this.stepOf(inHand, resource, progress), () =>
      Promise.resolve({ changes: [], counts: {}, progress: { state, error }, cursor: null }),
    );
    await this.seen.forget(inHand.run.id, progress.key);
  }

  private async begin(inHand: RunInHand, resource: Resource, progress: ResourceProgress): Promise<void> {
    const step = await this.stepOf(inHand, resource, progress);
    const startedAt = progress.startedAt ?? step.readAt.toISOString();
    await this.saver.commit(step, () =>
      Promise.resolve({ changes: [], counts: {}, progress: { state: 'READING', startedAt }, cursor: null }),
    );
  }

  private async readPages(inHand: RunInHand, resource: Resource, progress: ResourceProgress): Promise<void> {
    const abort = new AbortController();
    const signal = AbortSignal.any([inHand.lease.signal, abort.signal]);
    const at = inHand.run.current === progress.key ? (inHand.run.cursor as NextPage | null) : null;
    try {
      for await (const page of readAhead((next) => this.fetch(inHand, { resource, progress, at: next, signal }), at)) {
        inHand.lease.assertHeld();
        await this.savePage(inHand, resource, progress, page as FetchedPage);
      }
    } finally {
      // The page that is read ahead is of no use to anybody now.
      abort.abort();
    }
  }

  private async fetch(
    { access, lease }: RunInHand,
    {
      resource,
      progress,
      at,
      signal,
    }: {
      resource: Resource;
      progress: ResourceProgress;
      at: NextPage | null;
      signal: AbortSignal;
    },
  ): Promise<FetchedPage> {
    const readAt = await this.runs.now();
    const query = at === null && progress.since !== null ? resource.list.since?.(progress.since) : undefined;
    try {
      const page = await this.engine.readPage(access, resource.list, at, query, { signal, priority: 'background' });
      const rows = endsOf(page.rows);
      return { next: page.next, readAt, read: await this.saver.read(resource, page.rows), rows };
    } catch (error) {
      lease.assertHeld();
      throw error;
    }
  }

  private async savePage(
    { run, lease }: RunInHand,
    resource: Resource,
    progress: ResourceProgress,
    { rows, next, readAt, read }: FetchedPage,
  ): Promise<void> {
    const step: Step = { run, lease, resource, progress, readAt };
    const comparing = isCompared(progress);
    await this.saver.commit(step, async (tx) => {
      const saved = await this.saver.saveRows(tx, step, read);
      const unread = saved.unreadable.map(({ remoteId }) => remoteId);
      const named = [...saved.remoteIds, ...unread.filter((remoteId) => remoteId !== null)];
      const noted = comparing ? await this.seen.note(tx, run.id, progress.key, named) : 0;
      const state = next === null ? (comparing ? 'COMPARING' : 'DONE') : 'READING';
      const after: Partial<ResourceProgress> = {
        state,
        noted: progress.noted + noted,
        hasNameless: progress.hasNameless || unread.includes(null),
      };
      return {
        changes: saved.changes,
        counts: countsOf(saved, rows.length),
        progress: after,
        cursor: next,
        ...(state === 'DONE' ? { also: (inTx) => this.states.complete(inTx, run, progress) } : {}),
      };
    });
  }

  private async compare(inHand: RunInHand, resource: Resource, progress: ResourceProgress): Promise<void> {
    const step = await this.stepOf(inHand, resource, progress);
    const verdict = await this.comparison.removeMissing(inHand, step);
    if (verdict === 'lost_notes') {
      await this.restart(inHand, resource, progress);
      return this.read(inHand, resource, progress);
    }
    await this.saver.commit(step, () =>
      Promise.resolve({
        changes: [],
        counts: {},
        progress: { state: verdict === 'suspicious' ? 'FAILED' : 'DONE', error: verdict === 'done' ? null : verdict },
        also: (tx) => this.states.complete(tx, inHand.run, progress),
      }),
    );
    await this.seen.forget(inHand.run.id, progress.key);
  }

  private async stepOf({ run, lease }: RunInHand, resource: Resource, progress: ResourceProgress): Promise<Step> {
    return { run, lease, resource, progress, readAt: await this.runs.now() };
  }
}

/** As many rows, but only the first and the last of them: once made out, the others are only in the way of the next page's. */
function endsOf(rows: readonly unknown[]): unknown[] {
  const ends = new Array<unknown>(rows.length);
  if (rows.length > 0) ends[0] = rows[0];
  if (rows.length > 1) ends[rows.length - 1] = rows.at(-1);
  return ends;
}
