import { Injectable } from '@nestjs/common';
import { MODELS, type ModelName, recordId } from '#libs/model';
import type { RecordScope, StoredRecord } from '../../store/record-change.js';
import { RecordReader } from '../../store/record-reader.js';
import { type RecordView, toRecordView } from '../../store/record-view.js';
import { expandName } from '../schema/shown-fields.js';

/** As many records are looked up for one reply; what is beyond is not expanded. */
const MOST_EXPANDED = 5_000;

/** The records that others name. */
@Injectable()
export class Expansion {
  constructor(private readonly reader: RecordReader) {}

  /** What `expanded` of each record is, in their order; with one query for all. */
  async of(
    scope: RecordScope,
    records: readonly StoredRecord[],
    { model, refs, provider }: { model: ModelName; refs: readonly string[]; provider: string },
  ): Promise<Record<string, unknown>[]> {
    const named = records.map(({ data }) => refs.map((ref) => idsOf(scope, modelOf(model, ref), data[ref])));
    const ids = [...new Set(named.flat().flat())].slice(0, MOST_EXPANDED);
    const found = ids.length === 0 ? [] : await this.reader.find(scope, ids);
    const views = new Map(found.map((record) => [record.id, toRecordView(record, provider)]));
    return records.map(({ data }, at) =>
      Object.fromEntries(
        refs.map((ref, n) => [expandName(ref), expandedOf(data[ref], named[at]![n]!, views)] as const),
      ),
    );
  }
}

function modelOf(model: ModelName, ref: string): ModelName {
  return (MODELS[model].refs as Record<string, ModelName>)[ref]!;
}

function idsOf({ integrationId }: RecordScope, model: ModelName, value: unknown): string[] {
  const remoteIds = Array.isArray(value) ? value : [value];
  return remoteIds.flatMap((remoteId) =>
    typeof remoteId === 'string' ? [recordId(integrationId, model, remoteId)] : [],
  );
}

function expandedOf(
  value: unknown,
  ids: readonly string[],
  views: ReadonlyMap<string, RecordView>,
): RecordView | RecordView[] | null {
  const found = ids.flatMap((id) => views.get(id) ?? []);
  return Array.isArray(value) ? found : (found[0] ?? null);
}
