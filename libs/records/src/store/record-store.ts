import { setImmediate as othersTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PartResource, RecordResource } from '#libs/connector-kit';
import { type ModelName, recordId } from '#libs/model';
import type { Queryable } from '#libs/store';
import { MappedChanges } from '../mappings/mapped-changes.js';
import { MappedFields } from '../mappings/mapped-fields.js';
import { AliasesRepository } from './aliases.repository.js';
import { withContentText } from './content-text.js';
import { dependantsOf, findDependants } from './dependants.js';
import { fieldChanges } from './field-changes.js';
import { foldParts, ownUnder } from './fold-parts.js';
import { PartStore } from './part-store.js';
import { type ReadableRow, type ReadRows, readRows, readRowsByAndBy } from './readable-rows.js';
import type { FieldChanges, RecordChange, RecordScope, SavedPage } from './record-change.js';
import { type FoundRecord, RecordsRepository, type WrittenRecord, columnsOf, timeOf } from './records.repository.js';
import { UnreadableRepository } from './unreadable.repository.js';

type Fields = Record<string, unknown>;

const WRITTEN_AT_ONCE = 128;

/** What a row makes of a record: what to write, and the change if there is one that counts. */
interface Decision {
  write: WrittenRecord;
  /** Whether nothing is there to be overwritten. */
  isFirst: boolean;
  change: RecordChange | null;
}

/**
 * The mirror of the ATSs' records, as its writers see it. Every method works within the caller's transaction and keeps other
 * writers to the same model of the same integration waiting until that ends: so a transaction saves one page, and one
 * that has to touch several models takes them in the order of `MODEL_NAMES`.
 */
@Injectable()
export class RecordStore {
  constructor(
    private readonly records: RecordsRepository,
    private readonly parts: PartStore,
    private readonly unreadable: UnreadableRepository,
    private readonly aliases: AliasesRepository,
    private readonly mappedFields: MappedFields,
    private readonly mappedChanges: MappedChanges,
  ) {}

  /**
   * Reads rows before they are saved, while the database is at work for others; `save` and `saveParts` take what comes out of
   * it. Empties `rows`.
   */
  read(resource: RecordResource | PartResource, rows: unknown[]): Promise<ReadRows> {
    return readRowsByAndBy(resource, rows);
  }

  /**
   * Saves a page of rows as the ATS sent them. What cannot be read is put aside and stops nothing; of two rows of one record
   * the later counts; a row older than what is stored tells nothing.
   */
  async save(
    tx: Queryable,
    scope: RecordScope,
    resource: RecordResource,
    rows: readonly unknown[] | ReadRows,
  ): Promise<SavedPage> {
    const { model } = resource;
    const { readable, unreadable } = readRows(resource, rows);
    const locking = this.records.lock(tx, scope, model);
    const page = latestOfEach(readable).map((row) => ({
      ...row,
      id: recordId(scope.integrationId, model, row.remoteId),
    }));
    const at = await locking;
    const mappings = await this.mappedFields.of(tx, scope, model);
    const found = await this.records.findDifferent(tx, scope, model, { page, withRaw: mappings.length > 0 });
    const mapped = await this.mappedChanges.find(mappings, page, found);
    const decisions = await this.writeAll(tx, { scope, model, at, mapped }, page, found);
    await this.unreadable.put(tx, scope, { model, part: '', at, rows: unreadable });
    const changes = decisions.flatMap(({ change }) => change ?? []);
    await this.forgetAliases(tx, scope, model, { found, changes });
    return {
      changes,
      unchanged: readable.length - changes.length,
      unreadable: unreadable.map(({ remoteId, reason }) => ({ remoteId, reason })),
      remoteIds: page.map(({ remoteId }) => remoteId),
    };
  }

  /** Saves rows that are parts of records. Those whose record is not there yet wait for it; the others change it at once. */
  saveParts(
    tx: Queryable,
    scope: RecordScope,
    resource: PartResource,
    rows: readonly unknown[] | ReadRows,
  ): Promise<SavedPage> {
    return this.parts.save(tx, scope, resource, { rows });
  }

  /** As {@link saveParts}, with all rows there are of some records: what else was stored of their part is gone. */
  replaceParts(
    tx: Queryable,
    scope: RecordScope,
    resource: PartResource,
    whole: { rows: readonly unknown[]; parentRemoteIds: readonly string[] },
  ): Promise<SavedPage> {
    return this.parts.save(tx, scope, resource, whole);
  }

  /** Takes parts, by their own remote ids, from their records. Returns the changes of these. */
  removeParts(
    tx: Queryable,
    scope: RecordScope,
    resource: PartResource,
    remoteIds: readonly string[],
  ): Promise<RecordChange[]> {
    return this.parts.remove(tx, scope, resource, remoteIds);
  }

  /**
   * Notes that the ATS has deleted records, and with them those that cannot be without them. They stay, marked as such; what
   * is not there or was marked before is left alone.
   */
  async remove(
    tx: Queryable,
    scope: RecordScope,
    model: ModelName,
    remoteIds: readonly string[],
  ): Promise<RecordChange[]> {
    const gone = await this.bury(tx, scope, model, remoteIds);
    for (const { model: of, refs } of gone.length === 0 ? [] : dependantsOf(model)) {
      const found = await findDependants(tx, scope, { model: of, refs }, gone);
      if (found.length > 0) gone.push(...(await this.bury(tx, scope, of, found)));
    }
    return gone;
  }

  private async bury(
    tx: Queryable,
    scope: RecordScope,
    model: ModelName,
    remoteIds: readonly string[],
  ): Promise<RecordChange[]> {
    const at = await this.records.lock(tx, scope, model);
    const { integrationId } = scope;
    const buried = await this.records.bury(tx, scope, model, { remoteIds, at });
    return buried.map(({ remote_id: remoteId, data, first_seen_at: firstSeenAt }) => {
      const id = recordId(integrationId, model, remoteId);
      const stored = { id, integrationId, model, remoteId, data, firstSeenAt, changedAt: at, deletedAt: at };
      return { kind: 'deleted', model, id, remoteId, changes: {}, record: data, stored };
    });
  }

  /** Notes that the ATS has made one record of two: the one is gone, and its id leads to the other. */
  async merge(
    tx: Queryable,
    scope: RecordScope,
    model: ModelName,
    { remoteId, into }: { remoteId: string; into: string },
  ): Promise<RecordChange[]> {
    if (remoteId === into) return [];
    // What belongs to it belongs to the other one from now on.
    const changes = await this.bury(tx, scope, model, [remoteId]);
    await this.aliases.save(tx, scope, model, { remoteId, into });
    return changes.map((change) => ({ ...change, mergedInto: into }));
  }

  /** Decides on some records while PostgreSQL writes those before them. */
  private async writeAll(
    tx: Queryable,
    context: Context,
    page: readonly ReadableRow[],
    found: readonly FoundRecord[],
  ): Promise<Decision[]> {
    const rows = new Map(page.map((row) => [row.remoteId, row]));
    const decisions: Decision[] = [];
    let writing = Promise.resolve();
    for (let from = 0; from < found.length; from += WRITTEN_AT_ONCE) {
      const some = decideAll(context, rows, found.slice(from, from + WRITTEN_AT_ONCE));
      decisions.push(...some);
      await writing;
      writing = this.writeSome(tx, context, some);
      // Whether it fails is looked at when its turn comes.
      writing.catch(() => {});
      await othersTurn();
    }
    await writing;
    return decisions;
  }

  private async writeSome(tx: Queryable, { scope, model }: Context, decisions: readonly Decision[]): Promise<void> {
    const written = (first: boolean) => decisions.flatMap(({ isFirst, write }) => (isFirst === first ? write : []));
    await this.records.insert(tx, scope, model, written(true));
    await this.records.write(tx, scope, model, { records: written(false) });
  }

  /** A record that is back has its id to itself again. */
  private async forgetAliases(
    tx: Queryable,
    scope: RecordScope,
    model: ModelName,
    { found, changes }: { found: readonly FoundRecord[]; changes: readonly RecordChange[] },
  ): Promise<void> {
    const saved = new Set(changes.map(({ remoteId }) => remoteId));
    const revived = found.filter(({ remote_id, deleted_at }) => deleted_at !== null && saved.has(remote_id));
    if (revived.length === 0) return;
    await this.aliases.remove(
      tx,
      scope,
      model,
      revived.map(({ remote_id }) => remote_id),
    );
  }
}

interface Context {
  scope: RecordScope;
  model: ModelName;
  at: Date;
  /** Changes of the values of field mappings, by remote id. */
  mapped: ReadonlyMap<string, FieldChanges>;
}

function decideAll(
  context: Context,
  rows: ReadonlyMap<string, ReadableRow>,
  found: readonly FoundRecord[],
): Decision[] {
  return found.flatMap((record) => decide(context, rows.get(record.remote_id)!, record) ?? []);
}

function decide(
  { scope, model, at, mapped: ofMappings }: Context,
  row: ReadableRow,
  found: FoundRecord,
): Decision | null {
  const mapped = JSON.parse(row.mapped) as Fields;
  if (isStale(scope, mapped, found)) return null;
  const before = found.deleted_at === null ? found.data : null;
  const base = withContentText(model, mapped, found.data);
  const overlay = foldParts(found.parts ?? []);
  const data = { ...base, ...overlay };
  const changes = before ? { ...fieldChanges(before, data), ...ofMappings.get(found.remote_id) } : {};
  const isChanged = before === null || Object.keys(changes).length > 0;
  const { remoteId, hash, raw } = row;
  const firstSeenAt = found.first_seen_at ?? at;
  const changedAt = isChanged ? at : found.changed_at!;
  const own = ownUnder(base, overlay);
  const columns = columnsOf(scope, found, data, base === mapped && own === null ? row.mapped : undefined);
  const write = { ...columns, hash, raw, own, first_seen_at: firstSeenAt, changed_at: changedAt };
  const isFirst = found.hash === null;
  if (!isChanged) return { write, isFirst, change: null };
  const { id } = found;
  const { integrationId } = scope;
  const stored = { id, integrationId, model, remoteId, data, firstSeenAt, changedAt, deletedAt: null };
  return {
    write,
    isFirst,
    change: { kind: before ? 'modified' : 'new', model, id, remoteId, changes, record: data, stored },
  };
}

/** Whether a row tells of a time before what is stored. */
function isStale({ readAt }: RecordScope, mapped: Fields, { remote_updated_at, deleted_at }: FoundRecord): boolean {
  if (deleted_at !== null && readAt !== undefined && readAt <= deleted_at) return true;
  const updatedAt = timeOf(mapped.remoteUpdatedAt);
  return updatedAt !== null && remote_updated_at !== null && updatedAt < remote_updated_at;
}

/** Of rows with the same id the one updated last, or else the one that comes last. */
function latestOfEach(rows: readonly ReadableRow[]): ReadableRow[] {
  const latest = new Map<string, ReadableRow>();
  for (const row of rows) {
    const other = latest.get(row.remoteId);
    if (!other || !isOlder(row, other)) latest.set(row.remoteId, row);
  }
  return [...latest.values()];
}

function isOlder(row: ReadableRow, than: ReadableRow): boolean {
  const [time, otherTime] = [row, than].map(({ mapped }) =>
    timeOf((JSON.parse(mapped) as { remoteUpdatedAt?: unknown }).remoteUpdatedAt),
  );
  return time != null && otherTime != null && time < otherTime;
}
