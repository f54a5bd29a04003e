import { Injectable } from '@nestjs/common';
import type { MappedPart, PartResource } from '#libs/connector-kit';
import { type ModelName, recordId } from '#libs/model';
import type { Queryable } from '#libs/store';
import { fieldChanges } from './field-changes.js';
import { foldParts, ownUnder } from './fold-parts.js';
import { type PartRow, PartsRepository } from './parts.repository.js';
import { type ReadableRow, type ReadRows, readRows } from './readable-rows.js';
import type { RecordChange, RecordScope, SavedPage } from './record-change.js';
import { type FoundRecord, RecordsRepository, type WrittenRecord, columnsOf } from './records.repository.js';
import { UnreadableRepository } from './unreadable.repository.js';

interface Folding {
  scope: RecordScope;
  model: ModelName;
  at: Date;
}

/** Parts of records: kept by themselves, and folded into their records as soon as both are there. */
@Injectable()
export class PartStore {
  constructor(
    private readonly records: RecordsRepository,
    private readonly parts: PartsRepository,
    private readonly unreadable: UnreadableRepository,
  ) {}

  /** With `parentRemoteIds`, `rows` are all there are of these records: their other rows are removed. */
  async save(
    tx: Queryable,
    scope: RecordScope,
    resource: PartResource,
    { rows, parentRemoteIds = [] }: { rows: readonly unknown[] | ReadRows; parentRemoteIds?: readonly string[] },
  ): Promise<SavedPage> {
    const { name: part, of: model } = resource;
    const { readable, unreadable, empty } = readRows(resource, rows);
    const page = [...new Map(readable.map((row) => [row.remoteId, row])).values()];
    const remoteIds = page.map(({ remoteId }) => remoteId);
    const at = await this.records.lock(tx, scope, model);
    await this.unreadable.put(tx, scope, { model, part, at, rows: unreadable });
    const written = page.map((row) => toPartRow(scope, resource, row));
    const { parents, different } = await this.parts.save(tx, scope, { part, model }, { rows: written, at });
    // An unreadable row is still there; it is kept as it was.
    const keep = [...remoteIds, ...unreadable.flatMap(({ remoteId }) => remoteId ?? [])];
    const recordIds = parentRemoteIds.map((remoteId) => recordId(scope.integrationId, model, remoteId));
    const bereft =
      recordIds.length === 0 ? [] : await this.parts.removeOthers(tx, scope, { part, model }, { recordIds, keep });
    const emptied = empty.length === 0 ? [] : await this.parts.remove(tx, scope, { part, model }, empty);
    return {
      changes: await this.fold(tx, { scope, model, at }, [...parents, ...bereft, ...emptied]),
      unchanged: readable.length + empty.length - different,
      unreadable: unreadable.map(({ remoteId, reason }) => ({ remoteId, reason })),
      remoteIds,
    };
  }

  async remove(
    tx: Queryable,
    scope: RecordScope,
    { name: part, of: model }: PartResource,
    remoteIds: readonly string[],
  ): Promise<RecordChange[]> {
    const at = await this.records.lock(tx, scope, model);
    await this.unreadable.release(tx, scope, { model, part }, remoteIds);
    const parents = await this.parts.remove(tx, scope, { part, model }, remoteIds);
    return this.fold(tx, { scope, model, at }, parents);
  }

  /** Makes records anew of what they have themselves and of their parts. Those that are not there, or deleted, wait. */
  private async fold(tx: Queryable, folding: Folding, parents: readonly string[]): Promise<RecordChange[]> {
    if (parents.length === 0) return [];
    const { scope, model } = folding;
    const found = await this.records.findWithParts(tx, scope, model, [...new Set(parents)]);
    const folded = found.flatMap((record) => foldInto(folding, record) ?? []);
    await this.records.write(tx, scope, model, { records: folded.map(({ write }) => write), folded: true });
    return folded.map(({ change }) => change);
  }
}

function toPartRow({ integrationId }: RecordScope, resource: PartResource, { remoteId, mapped }: ReadableRow): PartRow {
  const { parentRemoteId, value } = JSON.parse(mapped) as MappedPart;
  const field = resource.shape === 'list' ? (resource.field ?? null) : null;
  return {
    remoteId,
    recordId: recordId(integrationId, resource.of, parentRemoteId),
    field,
    value: JSON.stringify(value),
  };
}

function foldInto(
  { scope, model, at }: Folding,
  found: FoundRecord,
): { write: WrittenRecord; change: RecordChange } | null {
  const before = found.data!;
  const base = { ...before, ...found.own };
  const overlay = foldParts(found.parts ?? []);
  const data = { ...base, ...overlay };
  const changes = fieldChanges(before, data);
  if (Object.keys(changes).length === 0) return null;
  const { id, remote_id: remoteId, first_seen_at: firstSeenAt } = found;
  const { integrationId } = scope;
  const columns = columnsOf(scope, found, data);
  const times = { first_seen_at: firstSeenAt, changed_at: at };
  const stored = {
    id,
    integrationId,
    model,
    remoteId,
    data,
    firstSeenAt: firstSeenAt!,
    changedAt: at,
    deletedAt: null,
  };
  return {
    write: { ...columns, ...times, hash: found.hash, raw: null, own: ownUnder(base, overlay) },
    change: { kind: 'modified', model, id, remoteId, changes, record: data, stored },
  };
}
