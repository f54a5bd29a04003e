import { Injectable } from '@nestjs/common';
import { type EventDraft, EventsService, matchingEndpointsSql, renderEnvelope } from '#libs/events';
import { MODELS, type ModelName, SENSITIVE_MODELS, newEventId, recordId } from '#libs/model';
import type { Queryable, Statement } from '#libs/store';
import type { FieldChanges, RecordChange, RecordScope } from '../store/record-change.js';
import { type MappedValues, MappedFields } from '../mappings/mapped-fields.js';
import { findRaw } from '../store/record-reader.js';
import { toFieldsView, toRecordView } from '../store/record-view.js';
import type { ChangesFoundBy } from './changes-found-by.js';
import { RecordHooks } from './record-hooks.js';
import { WatchedFields } from './watched-fields.js';

const EVENT_TYPES = { new: 'record.new', modified: 'record.modified', deleted: 'record.deleted' } as const;

/** Of the ATS's own rows at once in memory. */
const MOST_ROWS = 500;

const WANTED: Statement = {
  name: 'record_events_wanted',
  text: `
    SELECT t.type FROM unnest($3::text[]) AS t (type) WHERE EXISTS (
      SELECT FROM webhook_endpoints w WHERE ${matchingEndpointsSql({ account: '$1', type: 't.type', integration: '$2' })})`,
};

/** Tells of changes of records, in the transaction that saves them. */
@Injectable()
export class RecordEvents {
  constructor(
    private readonly events: EventsService,
    private readonly watched: WatchedFields,
    private readonly hooks: RecordHooks,
    private readonly mappedFields: MappedFields,
  ) {}

  /**
   * Stores an event for each change, and lets other features take part. Returns the ids of the endpoints to ring after the
   * commit; wrap the transaction in `withPartitions`.
   *
   * No event is stored of sensitive models, of changes in fields nobody watches, nor of an initial sync without an
   * endpoint that would get it: who reads all of it reads the mirror.
   */
  async append(
    tx: Queryable,
    scope: RecordScope,
    changes: readonly RecordChange[],
    about: ChangesFoundBy,
  ): Promise<string[]> {
    if (changes.length === 0) return [];
    const byListeners = await this.hooks.changed(tx, scope, changes, about);
    const told = await this.toldOf(tx, scope, changes, about);
    const byEvents = told.length === 0 ? [] : await this.events.append(tx, await this.draftsOf(tx, scope, told, about));
    return [...new Set([...byListeners, ...byEvents])];
  }

  private async draftsOf(
    tx: Queryable,
    scope: RecordScope,
    told: readonly RecordChange[],
    about: ChangesFoundBy,
  ): Promise<EventDraft[]> {
    const mapped = new Map<string, MappedValues | null>();
    for (const model of new Set(told.map((change) => change.model))) {
      const ids = told.flatMap((change) => (change.model === model ? [change.id] : []));
      for (let at = 0; at < ids.length; at += MOST_ROWS) {
        const values = await this.mappedOf(tx, scope, model, ids.slice(at, at + MOST_ROWS));
        for (const [id, ofRecord] of values) mapped.set(id, ofRecord);
      }
    }
    return told.map((change) => draftOf(scope, change, about, mapped.get(change.id) ?? null));
  }

  /** The values of field mappings, as the reads give them, out of the rows that were just stored. */
  private async mappedOf(
    tx: Queryable,
    scope: RecordScope,
    model: ModelName,
    ids: readonly string[],
  ): Promise<[string, MappedValues | null][]> {
    const mappings = await this.mappedFields.of(tx, scope, model);
    const raw = mappings.length === 0 ? new Map<string, unknown>() : await findRaw(tx, scope, ids);
    const values = await this.mappedFields.evaluateAll(
      mappings,
      ids.map((id) => raw.get(id)),
    );
    return ids.map((id, at) => [id, values[at]!]);
  }

  private async toldOf(
    tx: Queryable,
    scope: RecordScope,
    changes: readonly RecordChange[],
    { syncType }: ChangesFoundBy,
  ): Promise<readonly RecordChange[]> {
    const open = changes.filter(({ model }) => !SENSITIVE_MODELS.includes(model));
    const heard = await this.watchedOf(tx, scope, open);
    if (syncType !== 'initial_sync' || heard.length === 0) return heard;
    const types = [...new Set(heard.map(({ kind }) => EVENT_TYPES[kind]))];
    const wanted = await tx.query<{ type: string }>(WANTED, [scope.accountId, scope.integrationId, types]);
    return heard.filter(({ kind }) => wanted.some(({ type }) => type === EVENT_TYPES[kind]));
  }

  private async watchedOf(
    tx: Queryable,
    scope: RecordScope,
    changes: readonly RecordChange[],
  ): Promise<readonly RecordChange[]> {
    if (!changes.some(({ kind }) => kind === 'modified')) return changes;
    const watched = await this.watched.find(tx, scope);
    return changes.filter(({ kind, model, changes: fields }) => {
      const names = watched[model];
      return kind !== 'modified' || names === undefined || names.some((name) => Object.hasOwn(fields, name));
    });
  }
}

function draftOf(
  { accountId, integrationId }: RecordScope,
  change: RecordChange,
  about: ChangesFoundBy,
  mappedFields: MappedValues | null,
): EventDraft {
  const { model, kind, id: recordId } = change;
  const { syncType, syncJobId, syncRunId } = about;
  const id = newEventId();
  const type = EVENT_TYPES[kind];
  const payload = renderEnvelope({
    eventId: id,
    eventType: type,
    eventData: eventDataOf(change, mappedFields),
    recordId,
    syncDataType: `ats_${model.replaceAll('-', '_')}`,
    ...(syncType === 'real_time' ? {} : { sync: { syncType, syncJobId, syncRunId } }),
  });
  return { id, accountId, type, integrationId, subjectId: recordId, payload };
}

function eventDataOf(
  { kind, model, changes, stored, mergedInto }: RecordChange,
  mappedFields: MappedValues | null,
): Record<string, unknown> {
  const record = { [MODELS[model].one]: { ...toRecordView(stored), mappedFields } };
  if (kind === 'modified') return { ...record, changes: changesView(stored.integrationId, model, changes) };
  if (mergedInto === undefined) return record;
  return { ...record, mergedInto: { id: recordId(stored.integrationId, model, mergedInto), remoteId: mergedInto } };
}

/** Old and new values as the record itself shows them: with our ids beside the ATS's, without the addresses of files. */
function changesView(integrationId: string, model: RecordChange['model'], changes: FieldChanges): FieldChanges {
  const side = (which: 'from' | 'to') =>
    toFieldsView(
      integrationId,
      model,
      Object.fromEntries(Object.entries(changes).map(([field, change]) => [field, change[which]])),
    );
  const [from, to] = [side('from'), side('to')];
  return Object.fromEntries(Object.keys(to).map((field) => [field, { from: from[field], to: to[field] }]));
}
