import { Injectable } from '@nestjs/common';
import type { NextPage, Query } from '#libs/connector-kit';
import { type Access, Engine } from '#libs/engine';
import { type RecordChange, RecordStore } from '#libs/records';
import type { Queryable } from '#libs/store';
import type { Lease } from './lease.js';
import { MissingRecords } from './missing-records.js';
import type { ListPage } from './pages.js';
import { type Done, PageSaver, scopeOf, type Step } from './page-saver.js';
import { RunStore } from './run-store.js';
import { SeenIds } from './seen-ids.js';

/**
 * `lost_notes`: what was seen is not all noted any more, the list has to be read again. `nameless_rows`: some row could not
 * be told which record it is. `suspicious`: so many are missing that the list is rather wrong than they are gone.
 */
export type Verdict = 'done' | 'lost_notes' | 'nameless_rows' | 'suspicious';

/** A mirror larger than this does not lose more than that share of its records in one night. */
const SMALL_MIRROR = 20;
const MOST_MISSING = 0.5;
const STEP = 200;

/** Finds what an ATS no longer has, when a list was read to its end and in order. */
@Injectable()
export class Comparison {
  constructor(
    private readonly seen: SeenIds,
    private readonly missing: MissingRecords,
    private readonly engine: Engine,
    private readonly store: RecordStore,
    private readonly saver: PageSaver,
    private readonly runs: RunStore,
  ) {}

  /** Where single records can be read by their ids they are asked for first, so that a list with a gap deletes nobody. */
  async removeMissing({ access, lease }: { access: Access; lease: Lease }, step: Step): Promise<Verdict> {
    const { run, resource, progress } = step;
    if (progress.hasNameless) return 'nameless_rows';
    if ((await this.seen.count(run.id, progress.key)) < progress.noted) return 'lost_notes';
    const { there, missing } = await this.missing.count(run, resource, progress);
    if (missing === 0) return 'done';
    const isSuspicious = there > SMALL_MIRROR && missing > there * MOST_MISSING;
    if (isSuspicious && !run.acceptsDeletions) return 'suspicious';
    const limit = Math.min(resource.list.byIds?.most ?? STEP, STEP);
    for (let after = ''; ;) {
      lease.assertHeld();
      const remoteIds = await this.missing.find(run, resource, progress, { after, limit });
      if (remoteIds.length === 0) return 'done';
      await this.settle(access, step, remoteIds);
      after = remoteIds.at(-1)!;
    }
  }

  private async settle(access: Access, step: Step, remoteIds: readonly string[]): Promise<void> {
    const readAt = await this.runs.now();
    const rows = await this.readByIds(access, step, remoteIds);
    await this.saver.commit(step, async (tx) => {
      if (rows === null) return deleted(await this.remove(tx, step, remoteIds));
      const saved = await this.saver.saveRows(tx, { ...step, readAt }, rows);
      const unread = saved.unreadable.map(({ remoteId }) => remoteId);
      const there = new Set<string | null>([...saved.remoteIds, ...unread]);
      // A row without a name may be any of them.
      const gone = there.has(null) ? [] : remoteIds.filter((remoteId) => !there.has(remoteId));
      const removed = gone.length === 0 ? [] : await this.remove(tx, step, gone);
      return deleted(removed, saved.changes);
    });
  }

  /** Null where this ATS cannot be asked for them. */
  private async readByIds(access: Access, { resource, lease }: Step, remoteIds: readonly string[]) {
    const { byIds } = resource.list;
    if (!byIds) return null;
    const options = { signal: lease.signal, priority: 'background' } as const;
    const rows: unknown[] = [];
    let query: Query | undefined = byIds.query(remoteIds);
    let at: NextPage | null = null;
    do {
      const page: ListPage = await this.engine.readPage(access, resource.list, at, query, options);
      rows.push(...page.rows);
      at = page.next;
      query = undefined;
    } while (at !== null);
    return rows;
  }

  private remove(tx: Queryable, { run, resource }: Step, remoteIds: readonly string[]): Promise<RecordChange[]> {
    return resource.kind === 'records'
      ? this.store.remove(tx, scopeOf(run), resource.model, remoteIds)
      : this.store.removeParts(tx, scopeOf(run), resource, remoteIds);
  }
}

function deleted(removed: RecordChange[], others: RecordChange[] = []): Done {
  const count = (kind: RecordChange['kind']) => changes.filter((change) => change.kind === kind).length;
  const changes = [...others, ...removed];
  return { changes, counts: { new: count('new'), modified: count('modified'), deleted: count('deleted') } };
}
